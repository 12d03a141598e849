using BTNet.Evaluation.Matlab;

namespace BTNet.Evaluation.Protocols;

/// <summary>Names of files in a MAT-file: a cell array of them, or their lines as a character array.</summary>
internal static class MatNames
{
    /// <summary>The names of a variable, down its columns.</summary>
    /// <exception cref="InputException">There is no such variable, or it holds other things.</exception>
    public static IReadOnlyList<string> Of(MatFile file, string variable) => file[variable] switch
    {
        MatCells cells => [.. cells.Items.Select((cell, i) => Name(cell) ?? throw new InputException($"{file.Path}: cell {i + 1} of {variable} is {cell.Description}; expected the name of an image"))],
        MatText text => [.. text.Lines.Select(line => line.TrimEnd(' ', '\0'))],
        // An empty cell array is stored so by some writers.
        MatNumbers { Count: 0 } => [],
        var other => throw new InputException($"{file.Path}: {variable} is {other.Description}; expected a cell array of names, one a face"),
    };

    /// <summary>What is wrong with a name, null where nothing is: the file is foreign, and is to lead into no other folder.</summary>
    public static string? Bad(string name) => ListFile.Bad(name) ?? (name.IndexOfAny(['/', '\\']) >= 0 ? $"'{Quoted.Shorten(name)}' is in a folder of its own" : null);

    private static string? Name(MatValue cell) => cell switch
    {
        MatText { Lines: [var line] } => line.TrimEnd(' ', '\0'),
        MatText { Lines.Count: 0 } => "",
        // Some writers wrap each text once more.
        MatCells { Items: [var within] } => Name(within),
        _ => null,
    };
}
