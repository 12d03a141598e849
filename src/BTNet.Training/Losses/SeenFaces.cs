using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>Unit embeddings by the teacher of faces that were trained on lately, for the relational part of a loss to compare with. One that was not seen yet is a row of
/// zeros, as like to one face as to another.</summary>
internal sealed class SeenFaces : IDisposable
{
    private SeenFaces(int faces, int size, Device device) => Rows = zeros(faces, size, device: device).DetachFromDisposeScope();

    /// <summary>The embeddings, <c>[M, D]</c>.</summary>
    public Tensor Rows { get; }

    /// <summary>To save and to restore in place.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => [("seen", Rows)];

    /// <summary>As a loss asks for; null where it compares with the faces of a step alone.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="items">How many pictures there are.</param>
    /// <param name="size">Numbers in an embedding.</param>
    /// <param name="device">Where the loss is computed.</param>
    public static SeenFaces? Of(RecogniserLossOptions loss, int items, int size, Device device) =>
        loss is { Relation: > 0, RelationFaces: > 0 } ? new SeenFaces(Math.Min(loss.RelationFaces, items), size, device) : null;

    /// <summary>Takes in a step's.</summary>
    /// <param name="items">The pictures.</param>
    /// <param name="teacher">The teacher's embeddings of them, raw, <c>[N, D]</c>.</param>
    public void Remember(IReadOnlyList<int> items, Tensor teacher)
    {
        using var _ = no_grad();
        var rows = tensor(items.Select(item => item % Rows.shape[0]).ToArray(), device: Rows.device);
        Rows.index_copy_(0, rows, nn.functional.normalize(teacher, dim: 1));
    }

    /// <inheritdoc />
    public void Dispose() => Rows.Dispose();
}
