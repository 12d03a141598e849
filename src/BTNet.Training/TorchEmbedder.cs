using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Devices;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>A trunk and its branches as an embedder, run by torch in evaluation mode. Not safe for two threads at once:
/// torch uses every core itself.</summary>
public sealed class TorchEmbedder : IEmbedder, IDisposable
{
    private const int BatchSize = 32;

    private readonly Trunk _trunk;
    private readonly Dictionary<Resolution, Branch> _branches;
    private readonly bool _ownsNetworks;

    /// <summary>Embeds with networks that somebody else owns.</summary>
    public TorchEmbedder(Trunk trunk, IEnumerable<Branch> branches)
        : this(trunk, branches, ownsNetworks: false)
    {
    }

    private TorchEmbedder(Trunk trunk, IEnumerable<Branch> branches, bool ownsNetworks)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        (_trunk, _ownsNetworks) = (trunk, ownsNetworks);
        _branches = branches.ToDictionary(branch => branch.Resolution);
    }

    /// <inheritdoc />
    public string Description => $"{_trunk.Spec}, branches {(_branches.Count == 0 ? "none" : string.Join(", ", Resolutions.Skip(1)))}";

    /// <inheritdoc />
    public int EmbeddingSize => _trunk.Spec.EmbeddingSize;

    /// <inheritdoc />
    public IReadOnlyList<Resolution> Resolutions => [Resolution.Full, .. _branches.Keys.OrderDescending()];

    /// <summary>Multiply-accumulates of one face on its whole path.</summary>
    /// <param name="resolution">One of <see cref="Resolutions"/>.</param>
    public long MultiplyAccumulates(Resolution resolution) => resolution.IsFull ? _trunk.MultiplyAccumulates() : _branches[resolution].MultiplyAccumulates();

    /// <summary>Loads the trunk and every branch of a checkpoint.</summary>
    /// <exception cref="InputException">There is no trunk, or a file is damaged or does not belong.</exception>
    /// <param name="model">The checkpoint.</param>
    /// <param name="device">Where to compute; null for the processor.</param>
    public static TorchEmbedder Load(ModelDirectory model, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Load(model, model.Branches, device);
    }

    /// <summary>Loads the trunk and some branches of a checkpoint; the files of others are not looked at.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="branches">Resolutions whose branches are wanted; none for the trunk alone.</param>
    /// <param name="device">Where to compute; null for the processor.</param>
    /// <exception cref="InputException">The trunk or a branch is missing, damaged or does not belong.</exception>
    public static TorchEmbedder Load(ModelDirectory model, IReadOnlyCollection<Resolution> branches, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(branches);
        var trunk = model.LoadTrunk().MoveTo(device ?? CPU);
        List<Branch> loaded = [];
        try
        {
            foreach (var resolution in branches) loaded.Add(model.LoadBranch(trunk, resolution));
            return new TorchEmbedder(trunk, loaded, ownsNetworks: true);
        }
        catch
        {
            foreach (var branch in loaded) branch.Dispose();
            trunk.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        if (!resolution.IsFull && !_branches.ContainsKey(resolution))
            throw new ArgumentException($"there is no branch for {resolution}; there is {string.Join(", ", Resolutions)}", nameof(resolution));
        var values = new float[faces.Count * EmbeddingSize];
        using var _ = inference_mode();
        for (var start = 0; start < faces.Count; start += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(BatchSize, faces.Count - start);
            var input = FaceTensor.FromFaces(faces, start, count, resolution.Side).On(_trunk.Device);
            var embeddings = resolution.IsFull
                ? _trunk.Forward(input, training: false)
                : _branches[resolution].Embed(_branches[resolution].Map(input, training: false), training: false);
            embeddings.On(CPU).contiguous().data<float>().CopyTo(values.AsSpan(start * EmbeddingSize, count * EmbeddingSize));
        }

        return new EmbeddingMatrix(faces.Count, EmbeddingSize, values);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_ownsNetworks) return;
        foreach (var branch in _branches.Values) branch.Dispose();
        _trunk.Dispose();
    }
}
