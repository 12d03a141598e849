using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>
/// A branch network (BNet-r): takes faces of r pixels, <c>[N, 3, r, r]</c>, makes the map that enters the trunk's
/// pyramid at the level of the same size, and runs it through the trunk's tail with batch norms of its own. It owns its
/// stem, its stages, the block at the join and its norms; the tail's weights are the trunk's, in memory once.
/// </summary>
public sealed class Branch : IDisposable
{
    private readonly Trunk _trunk;
    private readonly Sequence _head;
    private readonly NormSet _headNorms;
    private readonly NormSet _tailNorms;

    /// <summary>A branch in the paper's form that starts from the trunk's values. What it has and the trunk lacks at the
    /// same key is fresh; what the trunk has and it lacks (the stage-1 shortcut projection) falls away.</summary>
    /// <param name="trunk">The trunk, which must outlive the branch.</param>
    /// <param name="resolution">Side of the faces; a level of the trunk's pyramid.</param>
    /// <param name="policy">What happens to the tail's norms.</param>
    /// <exception cref="InputException">The trunk has no join at that resolution.</exception>
    public Branch(Trunk trunk, Resolution resolution, NormPolicy policy = NormPolicy.Own)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        _trunk = trunk;
        Policy = policy;
        Level = trunk.Level(resolution);
        _head = trunk.BranchHead(Level);
        _headNorms = NormSet.New(_head.Norms);
        _tailNorms = new NormSet(trunk.TailNorms(Level).Select(slot => policy.TailNorm(trunk.Norms[slot])));
        // What is made afresh is made on the processor; the rest was copied from the trunk, where that is.
        foreach (var weight in Weights) weight.MoveTo(trunk.Device);
        var values = trunk.Weights.ToDictionary(weight => weight.Key, weight => weight.Tensor);
        using var _ = no_grad();
        foreach (var weight in HeadWeights)
        {
            if (values.TryGetValue(weight.Key, out var value)) weight.Tensor.copy_(value);
        }
    }

    /// <summary>Side of the faces it takes.</summary>
    public Resolution Resolution => Level.Resolution;

    /// <summary>Where its map enters the trunk.</summary>
    public PyramidLevel Level { get; }

    /// <summary>The shape of its map for one face.</summary>
    public FeatureShape MapShape => _head.Cost(new FeatureShape(3, Resolution.Side, Resolution.Side)).Output;

    /// <summary>What happens to the tail's norms.</summary>
    public NormPolicy Policy { get; }

    /// <summary>Every tensor that is the branch's own: its layers, their norms, and what it owns of the tail's norms.</summary>
    public IEnumerable<Weight> Weights => HeadWeights.Concat(_tailNorms.All.SelectMany(norm => norm.Weights));

    /// <summary>What gradients train.</summary>
    public IEnumerable<Weight> Trainable =>
        HeadWeights.Where(weight => weight.IsParameter).Concat(_tailNorms.All.SelectMany(norm => Policy.Trained(norm)));

    private IEnumerable<Weight> HeadWeights => _head.Weights.Concat(_headNorms.All.SelectMany(norm => norm.Weights));

    /// <summary>The map at the join, <c>[N, C, r, r]</c>, of <c>[N, 3, r, r]</c>.</summary>
    public Tensor Map(Tensor images, bool training, StepProbe? probe = null, Action<IEnumerable<Tensor>>? before = null) =>
        _head.Forward(images, new Pass(_headNorms, training, probe, before));

    /// <summary>The raw embedding <c>[N, D]</c> of a map of <see cref="Map"/>.</summary>
    public Tensor Embed(Tensor map, bool training, StepProbe? probe = null, Action<IEnumerable<Tensor>>? before = null) =>
        _trunk.Tail(Level, map, new Pass(_tailNorms, training, probe, before));

    /// <summary>Says what the branch and the tail behind it do to <c>[N, 3, r, r]</c>.</summary>
    internal T Translate<T>(INetworkOperators<T> operators, T images) =>
        _trunk.TranslateTail(operators, Level, _tailNorms, _head.Translate(operators, _headNorms, images));

    /// <summary>Multiply-accumulates of the whole path for one face.</summary>
    public long MultiplyAccumulates()
    {
        var head = _head.Cost(new FeatureShape(3, Resolution.Side, Resolution.Side));
        return head.MultiplyAccumulates + _trunk.TailMultiplyAccumulates(Level, head.Output);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _head.Dispose();
        foreach (var norm in _headNorms.All.Concat(_tailNorms.All)) norm.Dispose();
    }
}
