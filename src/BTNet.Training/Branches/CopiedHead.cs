using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Native;
using BTNet.Training.Profiling;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>The recogniser's own layers in front of a join, with weights that begin as its.</summary>
internal sealed class CopiedHead : IJoinHead
{
    private readonly OnnxTrunk _trunk;
    private readonly bool _ownsTrunk;
    private readonly OwnTail _own;

    /// <param name="recogniser">The recogniser, which must outlive this.</param>
    /// <param name="input">What it expects of pixels.</param>
    /// <param name="join">The join.</param>
    /// <param name="oversampling">By what faces are interpolated; null to enlarge them to the recogniser's size, where its layers step as they do there.</param>
    /// <exception cref="InputException">The layers do not make a map of the join's size.</exception>
    public CopiedHead(OnnxTrunk recogniser, RecogniserInput input, OnnxJoin join, int? oversampling)
    {
        (_ownsTrunk, Input) = (oversampling is not null, input);
        _trunk = oversampling is { } times ? recogniser.ForSmall(join, times) : recogniser;
        Join = _trunk.Joins.Single(other => other.Tensor == join.Tensor);
        _own = new OwnTail(Nodes, new TailChoice { Change = TailChange.Whole });
    }

    /// <summary>What the layers expect of pixels.</summary>
    public RecogniserInput Input { get; }

    /// <summary>The join in the network that the layers are taken from.</summary>
    public OnnxJoin Join { get; }

    /// <summary>Side of the faces as the layers take them.</summary>
    public int Side => _trunk.Side;

    /// <summary>The layers, in order.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _trunk.FrontNodes(Join);

    /// <summary>What the layers call what they take.</summary>
    public string InputName => _trunk.InputName;

    /// <summary>Weights in place of the recogniser's.</summary>
    public OwnTail Own => _own;

    /// <inheritdoc />
    public IEnumerable<Weight> Weights => _own.Weights;

    /// <inheritdoc />
    public long MultiplyAccumulates => Nodes.Sum(node => node.MultiplyAccumulates);

    /// <summary>Factor of each plane, in the order that the layers take them: <c>x / 255 = (v + 1) / 2</c>, so <c>(x / 255 - mean) / scale = v 0.5 / scale + (0.5 - mean) / scale</c>.</summary>
    public float[] Factors => [.. Input.Scale.Select(scale => (float)(0.5 / scale))];

    /// <summary>What is added to each plane.</summary>
    public float[] Shifts => [.. Input.Scale.Zip(Input.Mean, (scale, mean) => (float)((0.5 - mean) / scale))];

    /// <inheritdoc />
    public Tensor Map(Tensor images, bool training, StepProbe? probe)
    {
        using var scope = NewDisposeScope();
        // In single precision, since the planes' factors are no powers of two.
        var exact = images.to(ScalarType.Float32);
        if (Input.Order == ColourOrder.Bgr) exact = exact.flip(1);
        if (exact.shape[2] != _trunk.Side) exact = nn.functional.interpolate(exact, size: [_trunk.Side, _trunk.Side], mode: InterpolationMode.Bilinear, align_corners: false);
        var planes = (exact * tensor(Factors, device: exact.device).reshape(1, 3, 1, 1)).Plus(tensor(Shifts, device: exact.device).reshape(1, 3, 1, 1)).to(images.dtype);
        var laid = planes.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        return _trunk.MapAt(Join, laid, _own).MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _own.Dispose();
        if (_ownsTrunk) _trunk.Dispose();
    }
}
