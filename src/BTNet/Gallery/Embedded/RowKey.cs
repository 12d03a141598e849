namespace BTNet.Gallery.Embedded;

/// <summary>
/// What a row of a search is found by in the file. A face by itself has its number. Of fused ones it is the number of the subject's last face and how many there are: numbers are never used again, so faces of the same last
/// number can only have become fewer, and whoever got another or lost one since is looked for anew.
/// </summary>
/// <param name="Face">The number, below 2^39.</param>
/// <param name="Faces">How many were fused; 0 where faces are searched among one by one.</param>
/// <param name="Row">Which of the subject's rows it is.</param>
internal readonly record struct RowKey(long Face, int Faces, int Row)
{
    private const int RowBits = 8, FacesBits = 16, MostFaces = (1 << FacesBits) - 1;

    public long Value => (((Face << FacesBits) | (uint)Math.Min(Faces, MostFaces)) << RowBits) | (uint)Row;

    public static RowKey Of(long value) => new(value >> (FacesBits + RowBits), (int)((value >> RowBits) & MostFaces), (int)(value & ((1 << RowBits) - 1)));

    /// <summary>Whether a row of fused faces is still made of these, which are all of a subject in their order.</summary>
    public bool IsOf(IReadOnlyList<StoredFace> faces) => faces.Count > 0 && faces[^1].Number == Face && Math.Min(faces.Count, MostFaces) == Faces;
}
