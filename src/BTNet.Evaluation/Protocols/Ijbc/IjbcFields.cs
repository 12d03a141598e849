using System.Globalization;
using BTNet.Evaluation.Protocols;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Fields of the lists' lines, between blanks or tabs.</summary>
internal static class IjbcFields
{
    /// <summary>Finds the fields; says what is wrong where there are not as many as there is room for.</summary>
    public static string? Split(ReadOnlySpan<char> line, Span<Range> fields)
    {
        Span<Range> found = stackalloc Range[fields.Length + 1];
        var count = line.SplitAny(found, " \t", StringSplitOptions.RemoveEmptyEntries);
        if (count > fields.Length) return $"more than {fields.Length} fields";
        if (count < fields.Length) return $"{count} fields instead of {fields.Length}";
        found[..count].CopyTo(fields);
        return null;
    }

    /// <summary>Reads a whole number that is not negative.</summary>
    public static bool Whole(ReadOnlySpan<char> field, out int number) => int.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>Reads a finite number.</summary>
    public static bool Finite(ReadOnlySpan<char> field, out float number) => float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && float.IsFinite(number);

    /// <summary>What is quoted of a field.</summary>
    public static string Quote(ReadOnlySpan<char> field) => $"'{Quoted.Shorten(field.Length > 100 ? field[..100].ToString() : field.ToString())}'";
}
