using BTNet.Training.Kernels;
using BTNet.Training.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones;

/// <summary>Which of a network's batch norms this is, since policies treat them apart.</summary>
public enum NormRole
{
    /// <summary>On the main path of a block or stem.</summary>
    Block,

    /// <summary>Behind the 1x1 convolution of a shortcut.</summary>
    Shortcut,

    /// <summary>In the head, over the last feature map.</summary>
    HeadMap,

    /// <summary>The last one, over embeddings (BatchNorm1d), whose scale is fixed at 1.</summary>
    Embedding
}

/// <summary>A place in a network where a batch norm stands; which one stands there depends on the resolution.</summary>
/// <param name="Key">The key of the reference layout, such as <c>layer1.0.bn1</c>.</param>
/// <param name="Channels">Channels normalised.</param>
/// <param name="Role">What it normalises.</param>
public sealed record NormSlot(string Key, int Channels, NormRole Role);

/// <summary>
/// Batch normalisation (eps 1e-5, momentum 0.1) whose scale and shift and whose statistics are separate decisions:
/// TorchSharp's module ties them to one training flag, while here a norm with a frozen scale may still follow the
/// batches, or not.
/// </summary>
public sealed class BatchNorm : IDisposable
{
    internal const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    private readonly bool _ownsAffine;
    private readonly bool _ownsStatistics;
    private readonly Weight _scale;
    private readonly Weight _shift;
    private readonly Weight _mean;
    private readonly Weight _variance;

    /// <summary>A new norm: scale 1, shift 0, mean 0, variance 1.</summary>
    public BatchNorm(NormSlot slot)
    {
        ArgumentNullException.ThrowIfNull(slot);
        Slot = slot;
        _ownsAffine = _ownsStatistics = true;
        _scale = Of(slot, WeightKind.NormScale, new Parameter(ones(slot.Channels), requires_grad: true));
        _shift = Of(slot, WeightKind.NormShift, new Parameter(zeros(slot.Channels), requires_grad: true));
        _mean = Of(slot, WeightKind.RunningMean, zeros(slot.Channels));
        _variance = Of(slot, WeightKind.RunningVariance, ones(slot.Channels));
    }

    private BatchNorm(BatchNorm source, bool ownAffine, bool ownStatistics)
    {
        Slot = source.Slot;
        (_ownsAffine, _ownsStatistics) = (ownAffine, ownStatistics);
        _scale = ownAffine ? Of(Slot, WeightKind.NormScale, new Parameter(source.Scale.detach().clone(), requires_grad: true)) : source._scale;
        _shift = ownAffine ? Of(Slot, WeightKind.NormShift, new Parameter(source.Shift.detach().clone(), requires_grad: true)) : source._shift;
        _mean = ownStatistics ? Of(Slot, WeightKind.RunningMean, source.Mean.clone()) : source._mean;
        _variance = ownStatistics ? Of(Slot, WeightKind.RunningVariance, source.Variance.clone()) : source._variance;
    }

    /// <summary>Where it stands.</summary>
    public NormSlot Slot { get; }

    /// <summary>Scale <c>[C]</c>.</summary>
    public Parameter Scale => (Parameter)_scale.Tensor;

    /// <summary>Shift <c>[C]</c>.</summary>
    public Parameter Shift => (Parameter)_shift.Tensor;

    /// <summary>Running mean <c>[C]</c>.</summary>
    public Tensor Mean => _mean.Tensor;

    /// <summary>Running variance <c>[C]</c>.</summary>
    public Tensor Variance => _variance.Tensor;

    /// <summary>Scale, shift and statistics under their keys: those that are this norm's own.</summary>
    public IEnumerable<Weight> Weights => [.. _ownsAffine ? (Weight[])[_scale, _shift] : [], .. _ownsStatistics ? (Weight[])[_mean, _variance] : []];

    /// <summary>Its four tensors, whoever they belong to: what several norms share is one weight.</summary>
    internal (Weight Scale, Weight Shift, Weight Mean, Weight Variance) Tensors => (_scale, _shift, _mean, _variance);

    /// <summary>A copy with values of its own.</summary>
    public BatchNorm Copy() => new(this, ownAffine: true, ownStatistics: true);

    /// <summary>Statistics of its own beside this norm's scale and shift.</summary>
    public BatchNorm CopyStatistics() => new(this, ownAffine: false, ownStatistics: true);

    /// <summary>This norm as it is, always in evaluation mode.</summary>
    public BatchNorm Frozen() => new(this, ownAffine: false, ownStatistics: false);

    /// <summary>Normalises <c>[N, C, ...]</c>: in training by the batch's own statistics, which the running ones then
    /// follow, unless these belong to another norm; otherwise by the running ones.</summary>
    /// <param name="input">What to normalise.</param>
    /// <param name="training">Whether in training.</param>
    /// <param name="slope">Slopes <c>[C]</c> of a PReLU that follows; null for none.</param>
    /// <param name="shortcut">A map of the same shape that is added last; null for none.</param>
    public Tensor Apply(Tensor input, bool training, Tensor? slope = null, Tensor? shortcut = null)
    {
        var byBatch = training && _ownsStatistics;
        if (ChannelMap.Fits(input) && (shortcut is null || shortcut.FitsBeside(input)))
            return FusedNorm.Run(input, new NormParameters(Scale, Shift, Mean, Variance, Momentum, Epsilon), byBatch, slope, shortcut);
        var output = nn.functional.batch_norm(input, Mean, Variance, Scale, Shift, byBatch, Momentum, Epsilon);
        if (slope is not null) output = nn.functional.prelu(output, slope.to(output.dtype));
        return shortcut is null ? output : output.add_(shortcut, LastingScalar.One);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var weight in Weights) weight.Tensor.Dispose();
    }

    private static Weight Of(NormSlot slot, WeightKind kind, Tensor tensor) => new(
        kind switch
        {
            WeightKind.NormScale => $"{slot.Key}.weight",
            WeightKind.NormShift => $"{slot.Key}.bias",
            WeightKind.RunningMean => $"{slot.Key}.running_mean",
            _ => $"{slot.Key}.running_var"
        },
        kind, tensor);
}
