using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

/// <summary>
/// Embeds a face by the colours of its own 7 x 7 reduction, less their mean: no network, but a true embedder that
/// knows pictures apart. At small resolutions it also looks at them with a kernel of its own, so that a branch and
/// the trunk differ.
/// </summary>
internal sealed class PixelEmbedder(IReadOnlyList<Resolution>? resolutions = null) : IEmbedder
{
    public string Description => "pixels";

    public int EmbeddingSize => 147;

    public IReadOnlyList<Resolution> Resolutions { get; } = resolutions ?? Resolution.All;

    /// <summary>Faces seen at each entrance, to show that none is embedded twice.</summary>
    public Dictionary<int, int> Seen { get; } = [];

    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        if (!Resolutions.Contains(resolution)) throw new ArgumentException($"no branch for {resolution}");
        if (faces.Any(face => face.Width != resolution.Side || face.Height != resolution.Side)) throw new ArgumentException("another size");
        Seen[resolution.Side] = Seen.GetValueOrDefault(resolution.Side) + faces.Count;
        return new EmbeddingMatrix(faces.Count, EmbeddingSize, [.. faces.SelectMany(face => Embed(face, resolution))]);
    }

    public static float[] Embed(FaceImage face, Resolution resolution)
    {
        var small = FaceResizer.Resize(face, 7, 7, resolution.IsFull ? ResampleKernel.Area : ResampleKernel.Bicubic).Pixels.ToArray();
        var mean = small.Average(value => (float)value);
        return [.. small.Select(value => value - mean)];
    }
}
