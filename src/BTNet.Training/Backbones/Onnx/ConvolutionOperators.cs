using BTNet.Training.Kernels;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>Convolutions and matrix products.</summary>
internal static class ConvolutionOperators
{
    private const int VectorChannels = 16;

    public static Tensor Conv(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var (kernel, bias) = call.Weights(input, isLast: input.dim() == 4 && ChannelMap.Fits(input));
        if (kernel.dim() != 4) throw new InputException($"has a kernel of {kernel.dim()} sides, expected 4");
        var (window, groups, shape) = (Window.Of(attributes, kernel.shape[2..], input), attributes.Int("group", 1), kernel.shape);
        if (groups < 1 || shape.Contains(0) || shape[1] > input.shape[1] || shape[1] * groups != input.shape[1] || shape[0] % groups != 0)
            throw new InputException($"has a kernel of {string.Join('x', shape)} in {groups} groups, which does not fit {input.shape[1]} channels");
        if (bias is not null && (bias.dim() != 1 || bias.shape[0] != shape[0])) throw new InputException($"has a bias of {string.Join('x', bias.shape)}, expected {shape[0]}");
        long[] sides = [input.shape[0], shape[0], window.Side(0, input.shape[2]), window.Side(1, input.shape[3])];
        return input.device_type == DeviceType.META ? empty(sides, device: input.device) : Run(input, kernel, bias, window, (int)groups);
    }

    public static Tensor Gemm(NodeAttributes attributes, NodeCall call)
    {
        var (alpha, beta, turnInput, turnMatrix) = (attributes.Float("alpha", 1), attributes.Float("beta", 1), attributes.Int("transA", 0) != 0, attributes.Int("transB", 0) != 0);
        var input = turnInput ? call.Map(0).transpose(0, 1) : call.Map(0);
        var (matrix, _) = call.Weights(input);
        var (_, bias) = call.Weights(input, exact: true);
        if (input.dim() != 2 || matrix.dim() != 2) throw new InputException("takes matrices, expected two of two sides");
        var turned = turnMatrix ? matrix : matrix.transpose(0, 1);
        if (turned.shape[1] != input.shape[1]) throw new InputException($"has a matrix for {turned.shape[1]} numbers, and gets {input.shape[1]}");
        // What comes behind, a norm over embeddings and the losses, is single precision.
        var product = nn.functional.linear(input, turned).to(ScalarType.Float32);
        if (alpha != 1) product = product.Times(alpha);
        if (bias is null) return product;
        Shapes.Broadcast(product, bias);
        return product.Plus(beta == 1 ? bias : bias.Times(beta));
    }

    public static Tensor MatMul(NodeCall call)
    {
        var input = call.Map(0);
        if (call.ConstantOrNull(1) is null || input.dim() != 2)
        {
            var other = call.Beside(1, input);
            Shapes.CheckProduct(input, other);
            return input.matmul(other);
        }

        var (matrix, _) = call.Weights(input);
        Shapes.CheckProduct(input, matrix);
        return input.matmul(matrix).to(ScalarType.Float32);
    }

    private static Tensor Run(Tensor input, Tensor kernel, Tensor? bias, Window window, int groups)
    {
        var (pads, strides) = (window.EvenPads, window.Strides);
        if (pads is null) (input, pads) = (window.Padded(input, 0), [0, 0]);
        if (IsThinProjection(kernel, strides, pads))
        {
            input = input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: strides[0]), TensorIndex.Slice(step: strides[1])];
            strides = [1, 1];
        }

        var isEven = kernel.shape[2] == kernel.shape[3] && strides[0] == strides[1] && pads[0] == pads[1] && pads[0] < kernel.shape[2] && window.Dilations is [1, 1];
        if (isEven && (ChannelConvolution.Fits(input, kernel, groups) || ChannelConvolution.FitsFrozen(input, kernel, (int)strides[0], groups)))
        {
            var output = ChannelConvolution.Run(input, kernel, (int)strides[0], (int)pads[0], groups);
            return bias is null ? output : output.Plus(bias.view(1, -1, 1, 1));
        }

        return nn.functional.conv2d(input, kernel, bias, strides, pads, window.Dilations, groups);
    }

    /// <summary>What <see cref="Convolution"/> says about 1x1 kernels with a stride.</summary>
    private static bool IsThinProjection(Tensor kernel, long[] strides, long[] pads) =>
        strides.Any(stride => stride > 1) && kernel.shape[2] == 1 && kernel.shape[3] == 1 && pads is [0, 0] && (kernel.shape[0] % VectorChannels != 0 || kernel.shape[1] % VectorChannels != 0);
}
