namespace BTNet.Gallery.Search;

/// <summary>Rows that are kept in memory as they are, found by their number.</summary>
/// <param name="dimensions">Numbers of a row.</param>
internal sealed class RowsInMemory(int dimensions) : IRowValues
{
    private readonly List<float[]> _rows = [];

    /// <summary>Keeps a row.</summary>
    /// <param name="row">The row, finite.</param>
    /// <returns>Its number.</returns>
    public long Add(ReadOnlySpan<float> row)
    {
        var unit = new float[dimensions];
        SearchRows.Unit(row, unit);
        _rows.Add(unit);
        return _rows.Count - 1;
    }

    /// <summary>Keeps all: others may read them too.</summary>
    public void Dispose()
    {
    }

    /// <inheritdoc />
    public bool TryRead(long key, Span<float> unit)
    {
        _rows[(int)key].CopyTo(unit);
        return true;
    }
}
