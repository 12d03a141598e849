using System.Collections.Concurrent;
using BTNet.Training.Kernels;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>Batch norm and PReLU. Where maps lie channels-last in memory they go through the fused passes, whose way back is quick.</summary>
internal static class NormOperators
{
    private static readonly ConcurrentDictionary<long, NormParameters> Identities = new();
    private static readonly ConcurrentDictionary<long, Tensor> NoSlopes = new();

    public static Tensor BatchNormalization(NodeAttributes attributes, NodeCall call)
    {
        if (attributes.Int("training_mode", 0) != 0) throw new InputException("is in training mode; export the network for inference");
        if (attributes.Int("spatial", 1) != 1) throw new InputException("normalises each place by itself (spatial 0), expected each channel");
        var input = call.Map(0);
        var norm = Parameters(attributes, call, input);
        foreach (var part in (Tensor[])[norm.Scale, norm.Shift, norm.Mean, norm.Variance])
        {
            if (input.dim() < 2 || part.dim() != 1 || part.shape[0] != input.shape[1]) throw new InputException($"has {string.Join('x', part.shape)} numbers for channels of {string.Join('x', input.shape)}");
        }

        return input.device_type == DeviceType.META ? input : Run(input, norm, null, null);
    }

    /// <summary>A norm with PReLU or ReLU behind it, or with the sum with another map.</summary>
    /// <param name="attributes">The norm's.</param>
    /// <param name="call">The norm's.</param>
    /// <param name="slope">The slopes of what follows, zero for ReLU; null for none.</param>
    /// <param name="isBent">Whether PReLU or ReLU follows.</param>
    /// <param name="other">The map that is added; null for none.</param>
    public static Tensor WithNext(NodeAttributes attributes, NodeCall call, Constant? slope, bool isBent, Tensor? other)
    {
        var input = call.Map(0);
        var norm = Parameters(attributes, call, input);
        var slopes = !isBent ? null : slope is null ? NoSlopes.GetOrAdd(input.shape[1], count => Constant.Made(() => zeros(count))) : slope.Row(input.shape[1]);
        return Run(input, norm, slopes, other);
    }

    public static Tensor PRelu(NodeCall call)
    {
        var input = call.Map(0);
        if (call.ConstantOrNull(1) is not null)
        {
            var constant = call.Floats(1, "slopes");
            Shapes.CheckOneWay(constant.Value, input);
            if (input.device_type == DeviceType.META) return input;
            if (ChannelMap.Fits(input) && IsPerChannel(constant, input)) return Run(input, IdentityOf(input.shape[1]), constant.Row(input.shape[1]), null);
        }

        // As x a + (1 - a) relu(x): libtorch's own way back through PReLU is twenty times as slow as that through ReLU.
        var slope = call.Beside(1, input);
        Shapes.CheckOneWay(slope, input);
        return input.device_type == DeviceType.META ? input : input.mul(slope).Plus(input.relu().mul(slope.FromOne()));
    }

    /// <summary>Whether slopes are one number, or one a channel.</summary>
    public static bool IsPerChannel(Constant slope, Tensor input)
    {
        var shape = slope.Value.shape;
        return slope.Value.NumberOfElements == 1 || (shape.Length >= 3 && shape[^3] == input.shape[1] && slope.Value.NumberOfElements == input.shape[1]);
    }

    private static NormParameters Parameters(NodeAttributes attributes, NodeCall call, Tensor input)
    {
        var (scale, shift) = call.Weights(input, exact: true);
        var (mean, variance) = (call.Floats(3, "a mean").Like(input, exact: true), call.Floats(4, "a variance").Like(input, exact: true));
        return new NormParameters(scale, shift ?? throw new InputException("lacks its shift"), mean, variance, 0, attributes.Float("epsilon", 1e-5));
    }

    private static Tensor Run(Tensor input, NormParameters norm, Tensor? slope, Tensor? other)
    {
        if (ChannelMap.Fits(input) && (other is null || (other.FitsBeside(input) && other.shape.SequenceEqual(input.shape)))) return FusedNorm.Run(input, norm, byBatch: false, slope, other);
        var output = nn.functional.batch_norm(input, norm.Mean, norm.Variance, norm.Scale, norm.Shift, false, 0, norm.Epsilon);
        if (slope is not null)
        {
            long[] sides = [1, .. Enumerable.Repeat(-1L, 1), .. Enumerable.Repeat(1L, (int)input.dim() - 2)];
            var laid = slope.to(output.device).to(output.dtype).view(sides);
            output = output.mul(laid).Plus(output.relu().mul(laid.FromOne()));
        }

        return other is null ? output : output.Plus(other);
    }

    private static NormParameters IdentityOf(long channels) => Identities.GetOrAdd(channels, count => new NormParameters(
        Constant.Made(() => ones(count)), Constant.Made(() => zeros(count)), Constant.Made(() => zeros(count)), Constant.Made(() => ones(count)), 0, 0));
}
