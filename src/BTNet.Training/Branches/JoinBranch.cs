using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>A branch for somebody else's recogniser: takes <c>[N, 3, r, r]</c>, <c>(x / 255 - 0.5) / 0.5</c>, makes the map of the recogniser's join, and runs it
/// through the tail, of which it owns what a <see cref="TailChoice"/> says.</summary>
public sealed class JoinBranch : IDisposable
{
    private readonly OnnxTrunk _trunk;
    private readonly IJoinHead _head;
    private readonly OwnTail _tail;

    /// <summary>A branch with fresh layers from torch's generator, or the recogniser's, and the recogniser's own tail.</summary>
    /// <param name="trunk">The recogniser, which must outlive the branch.</param>
    /// <param name="input">What it expects of pixels.</param>
    /// <param name="resolution">Side of the faces.</param>
    /// <param name="join">Where its map enters.</param>
    /// <param name="shape">Of what it is built.</param>
    /// <param name="tail">What of the tail it owns.</param>
    public JoinBranch(OnnxTrunk trunk, RecogniserInput input, Resolution resolution, OnnxJoin join, BranchShape shape, TailChoice tail)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(join);
        (_trunk, Resolution, Join, Shape, Choice) = (trunk, resolution, join, shape.For(resolution.Side), tail);
        _head = Shape.Blocks is BranchBlocks.Copied or BranchBlocks.Enlarged
            ? new CopiedHead(trunk, input, join, Shape.Blocks == BranchBlocks.Enlarged ? null : Shape.Oversampling!.Value)
            : new LayerHead(Shape, resolution, join.Shape.Channels);
        _tail = new OwnTail(trunk.TailNodes(join), tail);
    }

    /// <summary>Side of the faces.</summary>
    public Resolution Resolution { get; }

    /// <summary>Where its map enters the recogniser.</summary>
    public OnnxJoin Join { get; }

    /// <summary>Of what it is built.</summary>
    public BranchShape Shape { get; }

    /// <summary>What of the tail it owns.</summary>
    public TailChoice Choice { get; }

    /// <summary>Numbers in an embedding.</summary>
    public int EmbeddingSize => _trunk.EmbeddingSize;

    /// <summary>Every tensor that is its own.</summary>
    public IEnumerable<Weight> Weights => HeadWeights.Concat(TailWeights);

    /// <summary>Those in front of the join.</summary>
    public IEnumerable<Weight> HeadWeights => _head.Weights;

    /// <summary>Those behind it.</summary>
    public IEnumerable<Weight> TailWeights => _tail.Weights;

    /// <summary>Where its own tensors are, and what it is shown must be. The recogniser's follow.</summary>
    public Device Device => Weights.First().Tensor.device;

    /// <summary>Takes its own tensors to a device. Optimizers are made behind this.</summary>
    /// <returns>This branch.</returns>
    public JoinBranch MoveTo(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        foreach (var weight in Weights) weight.MoveTo(device);
        return this;
    }

    /// <summary>The map at the join, <c>[N, C, r, r]</c>.</summary>
    public Tensor Map(Tensor images, bool training, StepProbe? probe = null) => _head.Map(images, training, probe);

    /// <summary>The raw embedding <c>[N, D]</c> of a map.</summary>
    public Tensor Embed(Tensor map) => _trunk.Tail(Join, map, _tail);

    /// <summary>What of the tail is its own.</summary>
    internal OwnTail Tail => _tail;

    /// <summary>The recogniser's nodes behind the join, in order.</summary>
    internal IReadOnlyList<OnnxNode> TailNodes => _trunk.TailNodes(Join);

    /// <summary>All of the recogniser's nodes that it runs, with what it has of its own there.</summary>
    internal IEnumerable<(OnnxNode Node, OwnLayer? Own)> RecogniserNodes =>
        [.. TailNodes.Select(node => (node, _tail.Of(node.Index))), .. _head is CopiedHead head ? head.Nodes.Select(node => (node, head.Own.Of(node.Index))) : []];

    /// <summary>Its own layers.</summary>
    internal IJoinHead Head => _head;

    /// <summary>Multiply-accumulates of the layers in front of the join, for one face.</summary>
    public long HeadMultiplyAccumulates() => _head.MultiplyAccumulates;

    /// <summary>Multiply-accumulates of the whole path for one face.</summary>
    public long MultiplyAccumulates() => HeadMultiplyAccumulates() + Join.TailMultiplyAccumulates;

    /// <inheritdoc />
    public void Dispose()
    {
        _head.Dispose();
        _tail.Dispose();
    }
}
