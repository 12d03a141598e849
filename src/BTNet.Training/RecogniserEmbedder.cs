using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Branches;
using BTNet.Training.Devices;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Somebody else's recogniser and branches for it, by torch in single precision: what a training is judged by.</summary>
internal sealed class RecogniserEmbedder(Recogniser recogniser, IReadOnlyList<JoinBranch> branches) : IEmbedder
{
    private const int BatchSize = 64;

    /// <inheritdoc />
    public string Description => $"{Path.GetFileName(recogniser.Trunk.Path)} with {branches.Count} branches";

    /// <inheritdoc />
    public int EmbeddingSize => recogniser.Trunk.EmbeddingSize;

    /// <inheritdoc />
    public IReadOnlyList<Resolution> Resolutions => [Resolution.Full, .. branches.Select(branch => branch.Resolution).OrderDescending()];

    /// <inheritdoc />
    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        var branch = resolution.IsFull ? null : branches.FirstOrDefault(one => one.Resolution == resolution)
            ?? throw new ArgumentException($"there is no branch for {resolution}; there is {string.Join(", ", Resolutions)}", nameof(resolution));
        var values = new float[faces.Count * EmbeddingSize];
        using var _ = no_grad();
        for (var start = 0; start < faces.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, faces.Count - start);
            var embeddings = branch is null
                ? recogniser.Embed([.. faces.Skip(start).Take(count)])
                : branch.Embed(branch.Map(FaceTensor.FromFaces(faces, start, count, resolution.Side).On(branch.Device), training: false));
            embeddings.On(CPU).contiguous().data<float>().CopyTo(values.AsSpan(start * EmbeddingSize, count * EmbeddingSize));
        }

        return new EmbeddingMatrix(faces.Count, EmbeddingSize, values);
    }
}
