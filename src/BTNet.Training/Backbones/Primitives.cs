using BTNet.Training.Kernels;
using BTNet.Training.Native;
using BTNet.Training.Profiling;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones;

/// <summary>A convolution with square kernel, without bias.</summary>
public sealed class Convolution : Layer
{
    private const int VectorChannels = 16;

    private readonly Weight _weight;
    private readonly int _stride;
    private readonly int _padding;
    private readonly int _groups;

    /// <param name="key">The key in the reference layout, without <c>.weight</c>.</param>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="size">Side of the kernel.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="padding">Zeros around the input.</param>
    /// <param name="groups">Groups of channels.</param>
    public Convolution(string key, int inputs, int outputs, int size, int stride = 1, int padding = 0, int groups = 1)
    {
        (_stride, _padding, _groups) = (stride, padding, groups);
        // The reference implementation's initialisation of every convolution: normal with deviation 0.1.
        var kernel = randn(outputs, inputs / groups, size, size).mul_(LastingScalar.Of(0.1));
        _weight = new Weight($"{key}.weight", WeightKind.Convolution, new Parameter(kernel, requires_grad: true));
    }

    /// <inheritdoc />
    public override IEnumerable<Weight> Weights => [_weight];

    private Tensor Kernel => _weight.Tensor;

    /// <inheritdoc />
    protected override StepPart? Part => _groups > 1 ? StepPart.ConvolutionGrouped : Kernel.shape[2] == 1 ? StepPart.Convolution1x1 : StepPart.Convolution3x3;

    /// <inheritdoc />
    protected override Tensor Run(Tensor input, Pass pass)
    {
        var (kernel, stride) = (input.dtype == Kernel.dtype ? Kernel : Kernel.to(input.dtype), _stride);
        if (IsThinProjection)
        {
            input = input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: stride), TensorIndex.Slice(step: stride)];
            stride = 1;
        }

        if (ChannelConvolution.Fits(input, kernel, _groups)) return ChannelConvolution.Run(input, kernel, stride, _padding, _groups);
        return nn.functional.conv2d(input, kernel, strides: [stride, stride], padding: [_padding, _padding], groups: _groups);
    }

    /// <summary>A 1x1 convolution with a stride and channels that are no multiple of a vector: the oneDNN in libtorch 2.10 has a backward pass that writes
    /// beyond its memory there in channels-last layout on AVX2 (found with 2, 4 and 6 channels), so the places that count are
    /// picked first and the stride falls away.</summary>
    private bool IsThinProjection => _stride > 1 && Kernel.shape[2] == 1 && (Kernel.shape[0] % VectorChannels != 0 || Kernel.shape[1] % VectorChannels != 0);

    /// <inheritdoc />
    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input) => operators.Convolution(input, _weight, _stride, _padding, _groups);

    /// <inheritdoc />
    public override LayerCost Cost(FeatureShape input)
    {
        var size = (int)Kernel.shape[2];
        var output = new FeatureShape(
            (int)Kernel.shape[0],
            ((input.Height + (2 * _padding) - size) / _stride) + 1,
            ((input.Width + (2 * _padding) - size) / _stride) + 1);
        return new LayerCost(output, output.Count * Kernel.shape[1] * size * size);
    }
}

/// <summary>A place where the pass's batch norm is applied.</summary>
public sealed class Norm(string key, int channels, NormRole role = NormRole.Block) : Layer
{
    private readonly NormSlot _slot = new(key, channels, role);

    /// <inheritdoc />
    public override IEnumerable<NormSlot> Norms => [_slot];

    /// <inheritdoc />
    protected override StepPart? Part => StepPart.Norm;

    /// <inheritdoc />
    protected override Tensor Run(Tensor input, Pass pass) => pass.Norms[_slot].Apply(input, pass.Training);

    /// <summary>Normalises and adds a map of the same shape.</summary>
    internal Tensor ForwardOnto(Tensor shortcut, Tensor input, Pass pass) => pass.Probe is { } probe
        ? Measure(probe, StepPart.NormShortcut, input, () => RunOnto(shortcut, input, pass))
        : RunOnto(shortcut, input, pass);

    /// <inheritdoc />
    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input) => operators.Norm(input, norms[_slot]);

    /// <inheritdoc />
    public override LayerCost Cost(FeatureShape input) => new(input, 0);

    private Tensor RunOnto(Tensor shortcut, Tensor input, Pass pass) => pass.Norms[_slot].Apply(input, pass.Training, slope: null, shortcut);
}

/// <summary>A place where the pass's batch norm is applied, and then PReLU with one slope a channel, 0.25 at first.</summary>
public sealed class NormSlope : Layer
{
    private readonly NormSlot _slot;
    private readonly Weight _slopes;

    /// <param name="norm">The norm's key in the reference layout.</param>
    /// <param name="slope">The slopes' key in the reference layout, without <c>.weight</c>.</param>
    /// <param name="channels">Channels.</param>
    public NormSlope(string norm, string slope, int channels)
    {
        _slot = new NormSlot(norm, channels, NormRole.Block);
        _slopes = new Weight($"{slope}.weight", WeightKind.Slope, new Parameter(full(channels, LastingScalar.Of(0.25)), requires_grad: true));
    }

    /// <inheritdoc />
    public override IEnumerable<Weight> Weights => [_slopes];

    /// <inheritdoc />
    public override IEnumerable<NormSlot> Norms => [_slot];

    /// <inheritdoc />
    protected override StepPart? Part => StepPart.NormSlope;

    /// <inheritdoc />
    protected override Tensor Run(Tensor input, Pass pass) => pass.Norms[_slot].Apply(input, pass.Training, _slopes.Tensor);

    /// <inheritdoc />
    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input) => operators.Slope(operators.Norm(input, norms[_slot]), _slopes);

    /// <inheritdoc />
    public override LayerCost Cost(FeatureShape input) => new(input, 0);
}

/// <summary>Flattens <c>[N, C, H, W]</c> and multiplies by a matrix.</summary>
public sealed class FlatLinear : Layer
{
    private readonly string _key;
    private readonly Weight _weight;
    private readonly Weight? _added;

    /// <param name="key">The key in the reference layout, without <c>.weight</c>.</param>
    /// <param name="inputs">Numbers in.</param>
    /// <param name="outputs">Numbers out.</param>
    /// <param name="bias">Whether something is added.</param>
    public FlatLinear(string key, int inputs, int outputs, bool bias)
    {
        _key = key;
        // torch.nn.Linear's own initialisation: uniform within 1 / sqrt(inputs).
        var bound = 1 / Math.Sqrt(inputs);
        _weight = new Weight($"{key}.weight", WeightKind.Linear, new Parameter(empty(outputs, inputs).uniform_(-bound, bound), requires_grad: true));
        if (bias) _added = new Weight($"{key}.bias", WeightKind.LinearBias, new Parameter(empty(outputs).uniform_(-bound, bound), requires_grad: true));
    }

    /// <inheritdoc />
    public override IEnumerable<Weight> Weights => _added is null ? [_weight] : [_weight, _added];

    private Tensor Matrix => _weight.Tensor;

    private Tensor? Bias => _added?.Tensor;

    /// <inheritdoc />
    protected override StepPart? Part => StepPart.Linear;

    /// <inheritdoc />
    protected override Tensor Run(Tensor input, Pass pass)
    {
        if (input.dtype == Matrix.dtype) return nn.functional.linear(input.flatten(1), Matrix, Bias);
        // What comes behind, the norm over embeddings and the losses, is single precision.
        var product = nn.functional.linear(input.flatten(1), Matrix.to(input.dtype)).to(Matrix.dtype);
        return Bias is null ? product : product.Plus(Bias);
    }

    /// <inheritdoc />
    internal override T Translate<T>(INetworkOperators<T> operators, NormSet norms, T input) => operators.Linear(input, _weight, _added);

    /// <inheritdoc />
    public override LayerCost Cost(FeatureShape input) => input.Count == Matrix.shape[1]
        ? new LayerCost(new FeatureShape((int)Matrix.shape[0], 1, 1), Matrix.NumberOfElements)
        : throw new ArgumentException($"{_key} takes {Matrix.shape[1]} numbers, not {input.Count}", nameof(input));
}
