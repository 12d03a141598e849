namespace BTNet.Gallery.Search;

/// <summary>Rows as they are, for the few that a search compares in single precision.</summary>
internal interface IRowValues : IDisposable
{
    /// <summary>Reads a row, scaled to length 1.</summary>
    /// <param name="key">What it was added with.</param>
    /// <param name="unit">Gets it <c>[D]</c>.</param>
    /// <returns>Whether it is still there: it may have been removed since the scan.</returns>
    bool TryRead(long key, Span<float> unit);
}
