using BTNet.Embeddings;
using BTNet.Resolutions;

namespace BTNet.Gallery;

/// <summary>A face that is to be enrolled.</summary>
/// <param name="Embedding">The raw embedding <c>[D]</c>: its length may tell how good the picture is. Finite, and not all zeros.</param>
/// <param name="Resolution">The branch that made it.</param>
public sealed record EnrolledFace(ReadOnlyMemory<float> Embedding, Resolution Resolution)
{
    /// <summary>How useful the picture is expected to be, 0 to 1; null where nobody said. Default null.</summary>
    public double? Quality { get; init; }

    /// <summary>Tells the picture from every other, such as the SHA-256 of its file; a picture that a subject has already is not enrolled again. Null where nobody knows. Default null.</summary>
    public string? Source { get; init; }

    /// <summary>When it was taken or enrolled. Default null: now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>The model that made the embedding, where it is not the one that the gallery was opened with: its fingerprint and networks are kept. Its embeddings must compare with the gallery's. Default null: the one that it was opened with.</summary>
    public EmbeddingModel? Model { get; init; }
}
