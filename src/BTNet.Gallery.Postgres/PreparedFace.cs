namespace BTNet.Gallery.Postgres;

/// <summary>A face as it is written.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Face">The face.</param>
/// <param name="Model">The number of the model that made it.</param>
internal sealed record PreparedFace(long Subject, EnrolledFace Face, int Model)
{
    /// <summary>Its numbers.</summary>
    public byte[] Bytes { get; } = StoredEmbedding.Bytes(Face.Embedding.Span);

    /// <summary>What is searched among; null where another face stands for it, or where that is found out when all faces of the subject are there.</summary>
    public SearchRow? Row { get; init; }

    /// <summary>The place, among those that are written, of the first face of the subject.</summary>
    public int First { get; init; }
}
