using BTNet.Training.Backbones;
using BTNet.Training.Kernels;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones;

[Collection(nameof(TorchRandomness))]
public sealed class ConvolutionTests
{
    private static readonly Pass NoNorms = new(new NormSet([]), Training: true);

    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(6, 12)]
    [InlineData(3, 5)]
    [InlineData(16, 32)]
    public void A_strided_projection_of_few_channels_gives_torchs_values_and_gradients_in_channels_last_layout_and_harms_no_memory(int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var convolution = new Convolution("projection", inputs, outputs, 1, stride: 2);
        var kernel = convolution.Weights.Single().Tensor;
        var map = randn(8, inputs, 14, 14);
        // Several times: what it would overwrite without care is found out when memory is given back.
        for (var i = 0; i < 10; i++)
        {
            var input = ChannelMap.Contiguous(map).detach().requires_grad_();
            kernel.grad = null;
            convolution.Forward(input, NoNorms).square().sum().backward();

            var (plain, weights) = (map.to(ScalarType.Float64).detach().requires_grad_(), kernel.detach().to(ScalarType.Float64).requires_grad_());
            nn.functional.conv2d(plain, weights, strides: [2, 2]).square().sum().backward();
            Same(plain.grad!, input.grad!);
            Same(weights.grad!, kernel.grad!);
        }
    }

    private static void Same(Tensor expected, Tensor actual) =>
        Assert.True(expected.sub(actual.to(ScalarType.Float64)).norm().item<double>() < 1e-5 * expected.norm().item<double>());
}
