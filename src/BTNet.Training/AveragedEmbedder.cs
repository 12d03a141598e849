using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Optimizers;

namespace BTNet.Training;

/// <summary>Judges the averages in place of the last step's weights.</summary>
internal sealed class AveragedEmbedder(IEmbedder embedder, WeightAverage average) : IEmbedder
{
    /// <inheritdoc />
    public string Description => embedder.Description;

    /// <inheritdoc />
    public int EmbeddingSize => embedder.EmbeddingSize;

    /// <inheritdoc />
    public IReadOnlyList<Resolution> Resolutions => embedder.Resolutions;

    /// <inheritdoc />
    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        using var averages = average.Exchanged();
        return embedder.Embed(faces, resolution, cancellation);
    }
}
