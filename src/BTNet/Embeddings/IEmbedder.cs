using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Embeddings;

/// <summary>
/// A network that turns faces into embeddings, whatever runs it (torch, ONNX). What is written against this
/// interface is written once and runs on both.
/// </summary>
public interface IEmbedder
{
    /// <summary>What this is, for reports: backbone, width and where it was loaded from.</summary>
    string Description { get; }

    /// <summary>Numbers in an embedding.</summary>
    int EmbeddingSize { get; }

    /// <summary>The resolutions that have a way in, the largest first; <see cref="Resolution.Full"/> is always one.</summary>
    IReadOnlyList<Resolution> Resolutions { get; }

    /// <summary>Embeds faces that already have the size of the branch.</summary>
    /// <param name="faces">Faces of exactly <paramref name="resolution"/> pixels a side, any number of them; the
    /// embedder cuts them into batches of its own.</param>
    /// <param name="resolution">The branch to use, one of <see cref="Resolutions"/>.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <returns>Raw embeddings (not normalised), a row a face, in order.</returns>
    /// <exception cref="ArgumentException">A face of another size, or a resolution without a branch.</exception>
    EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default);
}
