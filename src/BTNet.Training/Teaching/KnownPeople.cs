using BTNet.Training.Data;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Teaching;

/// <summary>A classifier of the people in a set that is never trained: each is the mean of what the teacher makes of their pictures, so that who a small face is of is asked in the
/// teacher's own terms.</summary>
internal sealed class KnownPeople : IDisposable
{
    private readonly int[] _labels;

    private KnownPeople(int[] labels, Tensor means) => (_labels, Means) = (labels, means);

    /// <summary>Each person's mean of unit embeddings, itself a unit vector, <c>[P, D]</c>; zeros where none of the pictures could be read.</summary>
    public Tensor Means { get; }

    /// <summary>The people of a set.</summary>
    /// <param name="views">What the teacher made of the pictures; their first views are taken.</param>
    /// <param name="faces">The pictures, with their labels.</param>
    /// <param name="size">Numbers in an embedding.</param>
    /// <param name="device">Where they are compared with.</param>
    public static KnownPeople Of(TaughtViews views, IFaceSource faces, int size, Device device)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var labels = new int[faces.Count];
        var embeddings = zeros(faces.Count, size);
        for (var item = 0; item < labels.Length; item++)
        {
            labels[item] = faces.LabelOf(item);
            if (!views.Has(item, 0)) continue;
            using var row = embeddings.narrow(0, item, 1);
            views.Read(item, 0, row.bytes, default);
        }

        var sums = zeros(faces.Identities, size).index_add_(0, tensor(labels).to(int64), nn.functional.normalize(embeddings, dim: 1), LastingScalar.One);
        return new KnownPeople(labels, nn.functional.normalize(sums, dim: 1).to(device).DetachFromDisposeScope());
    }

    /// <summary>Who the pictures of a step are of, <c>[N]</c>, in the caller's scope.</summary>
    public Tensor Of(IReadOnlyList<int> items) => tensor(items.Select(item => (long)_labels[item]).ToArray(), device: Means.device);

    /// <inheritdoc />
    public void Dispose() => Means.Dispose();
}
