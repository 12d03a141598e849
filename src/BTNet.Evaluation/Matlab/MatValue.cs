namespace BTNet.Evaluation.Matlab;

/// <summary>An array of a MAT-file.</summary>
/// <param name="dimensions">Rows, columns and further sides; the numbers run down the columns.</param>
internal abstract class MatValue(IReadOnlyList<int> dimensions)
{
    public IReadOnlyList<int> Dimensions => dimensions;

    /// <summary>What it is, for messages: <c>a 3 x 1 cell array</c>.</summary>
    public abstract string Description { get; }

    protected string Sides => string.Join(" x ", dimensions);
}

/// <summary>A cell array: each cell holds an array of its own.</summary>
internal sealed class MatCells(IReadOnlyList<int> dimensions, IReadOnlyList<MatValue> items) : MatValue(dimensions)
{
    /// <summary>The cells, down the columns.</summary>
    public IReadOnlyList<MatValue> Items => items;

    public override string Description => $"a {Sides} cell array";
}

/// <summary>A character array: a line of text a row.</summary>
internal sealed class MatText(IReadOnlyList<int> dimensions, IReadOnlyList<string> lines) : MatValue(dimensions)
{
    /// <summary>The rows, with the blanks that fill shorter ones; an array without characters has none.</summary>
    public IReadOnlyList<string> Lines => lines;

    public override string Description => $"a {Sides} character array";
}

/// <summary>An array of a class that is not read: a struct, an object, a sparse matrix, complex numbers, a function handle.</summary>
internal sealed class MatSkipped(string kind) : MatValue([])
{
    public override string Description => kind;
}
