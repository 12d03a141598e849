using Pgvector;

namespace BTNet.Gallery.Postgres;

/// <summary>What is searched among in place of a face, or of several that it stands for.</summary>
/// <param name="Code">In half precision, which is scanned.</param>
/// <param name="Fused">The numbers that scores are computed from; null where they are the face's own.</param>
/// <param name="Members">The places of the faces that it was made of.</param>
internal sealed record SearchRow(HalfVector Code, byte[]? Fused, IReadOnlyList<int> Members)
{
    /// <summary>The row of each face of a subject; null for those that others stand for.</summary>
    /// <param name="faces">All faces of the subject, in the order of their numbers.</param>
    /// <param name="templates">What they come to.</param>
    public static SearchRow?[] Of(IReadOnlyList<EnrolledFace> faces, TemplateFusion templates)
    {
        var rows = new SearchRow?[faces.Count];
        foreach (var row in templates.Fuse(faces))
            rows[row.Face] = new SearchRow(HalfCode.Of(row.Embedding.Span), templates.Centres is null || faces.Count == 1 ? null : StoredEmbedding.Bytes(row.Embedding.Span), row.Faces);
        return rows;
    }
}
