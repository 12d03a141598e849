namespace BTNet.Gallery.Search;

/// <summary>Owners that may be found: a bit each.</summary>
internal sealed class OwnerFilter
{
    private readonly ulong[] _bits;

    /// <param name="owners">They.</param>
    public OwnerFilter(IEnumerable<int> owners)
    {
        var bits = new List<ulong>();
        foreach (var owner in owners)
        {
            while (bits.Count <= owner / 64) bits.Add(0);
            bits[owner / 64] |= 1UL << (owner % 64);
        }

        _bits = [.. bits];
    }

    /// <summary>Whether an owner is one of them.</summary>
    public bool Contains(int owner) => owner / 64 < _bits.Length && (_bits[owner / 64] & (1UL << (owner % 64))) != 0;
}
