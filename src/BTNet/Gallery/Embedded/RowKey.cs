namespace BTNet.Gallery.Embedded;

/// <summary>
/// What a row of a search is found by in the file. A face by itself has its number. Of fused ones it is the number of the subject's last face: as numbers are never used again, it tells what faces there were, and whoever
/// got another since is looked for anew.
/// </summary>
/// <param name="Face">The number.</param>
/// <param name="Row">Which of the subject's rows it is.</param>
internal readonly record struct RowKey(long Face, int Row)
{
    private const int RowBits = 8;

    public long Value => (Face << RowBits) | (uint)Row;

    public static RowKey Of(long value) => new(value >> RowBits, (int)(value & ((1 << RowBits) - 1)));
}
