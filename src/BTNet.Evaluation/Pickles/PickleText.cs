using System.Globalization;
using System.Text;

namespace BTNet.Evaluation.Pickles;

/// <summary>Text of a pickle: the quoted and escaped forms of protocol 0, and values put into words for messages.</summary>
public static class PickleText
{
    /// <summary>Foreign text made fit for a message: bounded, and without characters that steer a terminal.</summary>
    public static string Printable(string text)
    {
        var shown = text.Length <= 120 ? text : text[..120] + "...";
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || char.GetUnicodeCategory(source[i]) == UnicodeCategory.Format ? '?' : source[i];
        });
    }

    /// <summary>What a value is, without a look inside.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        bool flag => flag ? "True" : "False",
        long number => $"the integer {number}",
        double number => string.Create(CultureInfo.InvariantCulture, $"the number {number}"),
        string text => $"the text '{Printable(text)}'",
        PickleBytes bytes => $"{bytes.Content.Length} bytes",
        PickleTuple tuple => $"a tuple of {tuple.Items.Count}",
        PickleList list => $"a list of {list.Items.Count}",
        PickleDict dictionary => $"a dictionary of {dictionary.Items.Count}",
        PickleName name => $"the name {name.Name}",
        _ => value.ToString() ?? value.GetType().Name,
    };

    /// <summary>Undoes Python 2's <c>repr</c> of a string: quotes and backslash escapes. Null where it is malformed.</summary>
    internal static byte[]? Unquote(ReadOnlySpan<byte> line)
    {
        if (line.Length < 2 || line[0] is not ((byte)'\'' or (byte)'"') || line[^1] != line[0]) return null;
        line = line[1..^1];
        var bytes = new byte[line.Length];
        var count = 0;
        for (var i = 0; i < line.Length;)
        {
            if (line[i] != '\\')
            {
                bytes[count++] = line[i++];
                continue;
            }

            if (++i == line.Length) return null;
            var escape = line[i++];
            if (escape == '\n') continue;
            var plain = "\\'\"abfnrtv".IndexOf((char)escape, StringComparison.Ordinal);
            var digits = escape == 'x' ? 2 : 0;
            if (plain >= 0)
            {
                bytes[count++] = (byte)"\\'\"\a\b\f\n\r\t\v"[plain];
            }
            else if (digits > 0 && i + digits <= line.Length && byte.TryParse(line.Slice(i, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            {
                bytes[count++] = hex;
                i += digits;
            }
            else if (escape is >= (byte)'0' and <= (byte)'7')
            {
                var value = escape - '0';
                for (var end = i + 2; i < end && i < line.Length && line[i] is >= (byte)'0' and <= (byte)'7'; i++) value = (value * 8) + line[i] - '0';
                bytes[count++] = (byte)value;
            }
            else
            {
                return null;
            }
        }

        return bytes[..count];
    }

    /// <summary>Undoes Python's raw-unicode-escape: Latin-1, but for <c>\uXXXX</c> and <c>\UXXXXXXXX</c>. Null where it is malformed.</summary>
    internal static string? Unescape(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length;)
        {
            var digits = line[i] != '\\' || i + 1 == line.Length ? 0 : line[i + 1] == 'u' ? 4 : line[i + 1] == 'U' ? 8 : 0;
            if (digits == 0)
            {
                text.Append((char)line[i++]);
                continue;
            }

            i += 2;
            if (i + digits > line.Length
                || !uint.TryParse(line.Slice(i, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point)
                || point > 0x10FFFF) return null;
            i += digits;
            if (point > 0xFFFF) text.Append(char.ConvertFromUtf32((int)point));
            else text.Append((char)point);
        }

        return text.ToString();
    }
}
