using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>Layers of ours in front of a join, with batch norms.</summary>
internal sealed class LayerHead : IJoinHead
{
    private readonly Resolution _resolution;
    private readonly Sequence _layers;
    private readonly NormSet _norms;

    /// <param name="shape">Of what, how wide and how deep.</param>
    /// <param name="resolution">Side of the faces.</param>
    /// <param name="channels">Channels of the join.</param>
    public LayerHead(BranchShape shape, Resolution resolution, int channels)
    {
        _resolution = resolution;
        _layers = JoinHead.Of(shape, channels);
        _norms = NormSet.New(_layers.Norms);
    }

    /// <inheritdoc />
    public IEnumerable<Weight> Weights => _layers.Weights.Concat(_norms.All.SelectMany(norm => norm.Weights));

    /// <inheritdoc />
    public long MultiplyAccumulates => _layers.Cost(new FeatureShape(3, _resolution.Side, _resolution.Side)).MultiplyAccumulates;

    /// <inheritdoc />
    public Tensor Map(Tensor images, bool training, StepProbe? probe) => _layers.Forward(images, new Pass(_norms, training, probe));

    /// <summary>Says what the layers do to <c>[N, 3, r, r]</c>.</summary>
    public T Translate<T>(INetworkOperators<T> operators, T images) => _layers.Translate(operators, _norms, images);

    /// <inheritdoc />
    public void Dispose()
    {
        _layers.Dispose();
        foreach (var norm in _norms.All) norm.Dispose();
    }
}
