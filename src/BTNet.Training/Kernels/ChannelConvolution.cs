using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>
/// A convolution over channels-last maps whose backward pass is quicker than libtorch's: the gradient
/// of a kernel that is trained is computed here, and that of the input as a forward convolution where the stride is 1. What is computed is the
/// same but for the order of sums.
/// </summary>
internal sealed class ChannelConvolution : autograd.SingleTensorFunction<ChannelConvolution>
{
    private const string StateKey = "state";

    /// <inheritdoc />
    public override string Name => nameof(ChannelConvolution);

    /// <summary>Whether this is the quicker way for an input and a kernel, where a gradient will be asked for. With AVX-512 oneDNN has good
    /// kernels of its own for dense ones, so only convolutions of single channels and of pairs are taken from it there. Its 1x1 are good
    /// everywhere.</summary>
    public static bool Fits(Tensor input, Tensor kernel, int groups)
    {
        if (!is_grad_enabled() || !kernel.requires_grad || !Vector256.IsHardwareAccelerated || !ChannelMap.Fits(input)) return false;
        var channels = input.shape[1];
        if (groups > 1) return PairKernel.Fits(kernel, channels) && channels % PairConvolution.Lanes == 0;
        return input.dtype == ScalarType.Float32 && kernel.shape[2] > 1 && channels % DenseWeightGradient.TileChannels == 0 && !Vector512.IsHardwareAccelerated;
    }

    /// <summary>Whether this is the quicker way for a kernel that is not trained: where libtorch is slow at the forward pass (pairs) or at the
    /// gradient of the input (a stride, in bf16).</summary>
    public static bool FitsFrozen(Tensor input, Tensor kernel, int stride, int groups)
    {
        if (groups == 1 || kernel.requires_grad || !Vector256.IsHardwareAccelerated || !ChannelMap.Fits(input)) return false;
        var channels = input.shape[1];
        if (!PairKernel.Fits(kernel, channels) || channels % PairConvolution.Lanes != 0) return false;
        return kernel.shape[1] == 2 || (stride > 1 && input.dtype == ScalarType.BFloat16 && input.requires_grad && is_grad_enabled());
    }

    /// <summary>Convolves.</summary>
    /// <param name="input"><c>[N, C, H, W]</c>.</param>
    /// <param name="kernel"><c>[O, C / groups, k, k]</c>.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="padding">Zeros around the input, less than k.</param>
    /// <param name="groups">Groups of channels.</param>
    public static Tensor Run(Tensor input, Tensor kernel, int stride, int padding, int groups) => apply(input, kernel, stride, padding, groups);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, kernel) = ((Tensor)vars[0], (Tensor)vars[1]);
        var saved = new Saved((int)vars[2], (int)vars[3], (int)vars[4], input.requires_grad, kernel.requires_grad);
        ctx.save_for_backward([input, kernel]);
        ctx.save_data(StateKey, saved);
        return kernel.shape[1] == 2 && saved.Groups > 1
            ? PairConvolution.Run(input, PairKernel.Of(kernel), ConvolutionShape.Of(input, kernel, saved.Stride, saved.Padding))
            : nn.functional.conv2d(input, kernel, strides: saved.Strides, padding: saved.Paddings, groups: saved.Groups);
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = (Saved)ctx.get_data(StateKey);
        var tensors = ctx.get_saved_variables();
        var (input, kernel) = (tensors[0], tensors[1]);
        var gradient = ChannelMap.Fits(grad_output) ? grad_output : ChannelMap.Contiguous(grad_output);
        var shape = ConvolutionShape.Of(input, kernel, saved.Stride, saved.Padding);
        var ofInput = saved.InputAsks ? InputGradient(gradient, kernel, saved.Stride, saved.Groups, shape) : null;
        var ofKernel = !saved.KernelAsks ? null
            : saved.Groups == 1 ? DenseWeightGradient.Run(input, gradient, shape)
            : KernelGradient(input, gradient, kernel, shape);
        return [ofInput!, ofKernel!, null!, null!, null!];
    }

    private static Tensor KernelGradient(Tensor input, Tensor gradient, Tensor kernel, ConvolutionShape shape)
    {
        using var sum = PairConvolution.KernelGradient(input, gradient, pairs: kernel.shape[1] == 2, shape).ToTensor(shape.Channels);
        return sum.to(kernel.dtype, copy: true);
    }

    /// <summary>The gradient of the input.</summary>
    internal static Tensor InputGradient(Tensor gradient, Tensor kernel, int stride, int groups, ConvolutionShape shape)
    {
        using var _ = no_grad();
        if (stride == 1) return Turned(gradient, kernel, groups, shape);
        if (groups > 1 && gradient.dtype == ScalarType.BFloat16)
        {
            // oneDNN has nothing for this in bf16, and libtorch's own takes thirty times as long as with zeros between the places.
            using var apart = Apart(gradient, shape);
            return Turned(apart, kernel, groups, shape);
        }

        // What the stride leaves over at the right and below.
        long Left(int side, int outSide) => side - (((outSide - 1) * stride) - (2 * shape.Padding) + shape.Side);
        return nn.functional.conv_transpose2d(
            gradient, kernel, null, [stride, stride], [shape.Padding, shape.Padding], [Left(shape.Height, shape.OutHeight), Left(shape.Width, shape.OutWidth)], null, groups);
    }

    /// <summary>The convolution with the kernel turned round that brings a gradient back through one of stride 1.</summary>
    private static Tensor Turned(Tensor gradient, Tensor kernel, int groups, ConvolutionShape shape)
    {
        var padding = shape.Side - 1 - shape.Padding;
        if (groups > 1 && kernel.shape[1] == 2)
            return PairConvolution.Run(gradient, PairKernel.Of(kernel).Turned(shape.Channels), shape with { Height = (int)gradient.shape[2], Width = (int)gradient.shape[3], Stride = 1, Padding = padding });
        using var across = groups == 1 ? kernel.transpose(0, 1) : kernel.alias();
        using var turned = across.flip(2, 3);
        return nn.functional.conv2d(gradient, turned, padding: [padding, padding], groups: groups);
    }

    /// <summary>The places of a gradient a stride apart, with zeros between: what a convolution of stride 1 would have given it.</summary>
    private static Tensor Apart(Tensor gradient, ConvolutionShape shape)
    {
        var (height, width) = (shape.Height + (2 * shape.Padding) - shape.Side + 1, shape.Width + (2 * shape.Padding) - shape.Side + 1);
        using var rows = zeros(shape.Images, height, width, shape.Outputs, dtype: gradient.dtype);
        var apart = rows.permute(0, 3, 1, 2);
        using var places = apart[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: shape.Stride), TensorIndex.Slice(step: shape.Stride)];
        places.copy_(gradient);
        return apart;
    }

    private sealed record Saved(int Stride, int Padding, int Groups, bool InputAsks, bool KernelAsks)
    {
        public long[] Strides => [Stride, Stride];

        public long[] Paddings => [Padding, Padding];
    }
}
