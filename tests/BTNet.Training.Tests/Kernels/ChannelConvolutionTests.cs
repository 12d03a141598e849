using System.Runtime.Intrinsics;
using BTNet.Training.Kernels;
using BTNet.Training.Tests.Golden;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Kernels;

public sealed class ChannelConvolutionTests
{
    /// <summary>Images, channels, height, width, outputs, side, stride, padding, groups.</summary>
    public static TheoryData<int[]> Sizes => new(
        [1, 16, 7, 7, 6, 3, 1, 1, 1],
        [3, 32, 14, 14, 16, 3, 1, 1, 1],
        [2, 16, 112, 112, 64, 3, 1, 1, 1],
        [2, 48, 9, 5, 7, 3, 1, 1, 1],
        [2, 16, 600, 3, 5, 3, 1, 1, 1],
        [2, 16, 3, 600, 5, 3, 2, 1, 1],
        [4, 32, 14, 14, 64, 3, 2, 1, 1],
        [4, 32, 13, 15, 64, 3, 2, 1, 1],
        [40, 64, 7, 7, 65, 3, 1, 1, 1],
        [5, 32, 28, 28, 16, 1, 1, 0, 1],
        [5, 32, 28, 28, 16, 1, 2, 0, 1],
        [2, 16, 8, 8, 4, 5, 3, 2, 1],
        [2, 16, 4, 2, 16, 5, 2, 2, 16],
        [2, 16, 4, 2, 16, 5, 2, 2, 8],
        [2, 16, 2, 2, 8, 5, 2, 2, 1],
        [3, 16, 14, 14, 16, 3, 1, 1, 16],
        [3, 32, 15, 13, 32, 3, 2, 1, 32],
        [3, 48, 7, 7, 48, 7, 1, 0, 48],
        [8, 32, 56, 56, 32, 3, 1, 1, 16],
        [3, 32, 9, 11, 32, 3, 1, 1, 16],
        [3, 32, 9, 11, 32, 3, 2, 1, 16],
        [1, 16, 2, 2, 16, 3, 1, 1, 8]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Output_and_gradients_are_those_of_libtorch(int[] sizes)
    {
        if (sizes is not [var images, var channels, var height, var width, var outputs, var side, var stride, var padding, var groups]) throw new ArgumentException("nine sizes", nameof(sizes));
        using var scope = NewDisposeScope();
        var input = ChannelMap.Contiguous(Values("input", images, channels, height, width)).requires_grad_();
        var kernel = Values("kernel", outputs, channels / groups, side, side).requires_grad_();
        Assert.True(ChannelConvolution.Fits(input, kernel, groups) || side == 1 || Vector512.IsHardwareAccelerated || !Vector256.IsHardwareAccelerated);

        var output = ChannelConvolution.Run(input, kernel, stride, padding, groups);
        var back = Values("gradient", output.shape);
        output.backward([back]);

        var (exactInput, exactKernel) = (Exact(input), Exact(kernel));
        var exact = nn.functional.conv2d(exactInput, exactKernel, strides: [stride, stride], padding: [padding, padding], groups: groups);
        exact.backward([back.to(ScalarType.Float64)]);
        AssertNear(exact, output);
        AssertNear(exactInput.grad!, input.grad!);
        AssertNear(exactKernel.grad!, kernel.grad!);
    }

    /// <summary>Images, channels, height, width, side, stride, padding, groups.</summary>
    public static TheoryData<int[]> GroupedSizes => new(
        [3, 16, 14, 14, 3, 1, 1, 16],
        [3, 32, 15, 13, 3, 2, 1, 32],
        [3, 48, 14, 16, 3, 2, 1, 48],
        [3, 48, 7, 7, 7, 1, 0, 48],
        [2, 16, 9, 8, 5, 3, 2, 16],
        [8, 32, 56, 56, 3, 1, 1, 16],
        [3, 32, 9, 11, 3, 1, 1, 16],
        [3, 32, 9, 11, 3, 2, 1, 16],
        [1, 16, 2, 1, 3, 1, 1, 8]);

    [Theory]
    [MemberData(nameof(GroupedSizes))]
    public void In_bf16_groups_give_what_the_same_numbers_give_but_for_rounding(int[] sizes)
    {
        if (sizes is not [var images, var channels, var height, var width, var side, var stride, var padding, var groups]) throw new ArgumentException("eight sizes", nameof(sizes));
        using var scope = NewDisposeScope();
        var input = ChannelMap.Contiguous(Values("input", images, channels, height, width).to(ScalarType.BFloat16)).requires_grad_();
        var kernel = Values("kernel", channels, channels / groups, side, side).to(ScalarType.BFloat16).requires_grad_();
        Assert.Equal(Vector256.IsHardwareAccelerated, ChannelConvolution.Fits(input, kernel, groups));

        var output = ChannelConvolution.Run(input, kernel, stride, padding, groups);
        var back = Values("gradient", output.shape).to(ScalarType.BFloat16);
        output.backward([back]);

        var (exactInput, exactKernel) = (Exact(input), Exact(kernel));
        var exact = nn.functional.conv2d(exactInput, exactKernel, strides: [stride, stride], padding: [padding, padding], groups: groups);
        exact.backward([back.to(ScalarType.Float64)]);
        foreach (var (expected, actual) in new[] { (exact, output), (exactInput.grad!, input.grad!), (exactKernel.grad!, kernel.grad!) })
        {
            Assert.Equal(ScalarType.BFloat16, actual.dtype);
            Assert.Equal(expected.shape, actual.shape);
            Assert.True((actual.to(ScalarType.Float64) - expected).abs().max().item<double>() <= expected.abs().max().item<double>() / 128);
        }
    }

    [Fact]
    public void An_input_that_nobody_asks_about_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        var input = ChannelMap.Contiguous(Values("input", 2, 16, 6, 6));
        var kernel = Values("kernel", 16, 16, 3, 3).requires_grad_();

        ChannelConvolution.Run(input, kernel, 1, 1, 1).sum().backward();

        Assert.Null(input.grad);
        Assert.NotNull(kernel.grad);
    }

    [Fact]
    public void What_does_not_fit_is_left_to_libtorch()
    {
        using var scope = NewDisposeScope();
        var map = ChannelMap.Contiguous(Values("input", 2, 16, 6, 6));
        var kernel = Values("kernel", 16, 16, 3, 3).requires_grad_();

        Assert.False(ChannelConvolution.Fits(map.contiguous(), kernel, 1));
        Assert.False(ChannelConvolution.Fits(map.to(ScalarType.BFloat16), kernel, 1));
        Assert.False(ChannelConvolution.Fits(map, kernel.detach(), 1));
        Assert.False(ChannelConvolution.Fits(ChannelMap.Contiguous(Values("thin", 2, 3, 6, 6)), kernel, 1));
        Assert.False(ChannelConvolution.Fits(map, Values("point", 16, 16, 1, 1).requires_grad_(), 1));
        Assert.False(ChannelConvolution.Fits(map, Values("four", 16, 4, 3, 3).requires_grad_(), 4));
        using var _ = no_grad();
        Assert.False(ChannelConvolution.Fits(map, kernel, 1));
    }

    [Fact]
    public void The_same_input_gives_the_same_bits()
    {
        using var scope = NewDisposeScope();
        Tensor Once()
        {
            var kernel = Values("kernel", 32, 32, 3, 3).requires_grad_();
            ChannelConvolution.Run(ChannelMap.Contiguous(Values("input", 4, 32, 28, 28)), kernel, 1, 1, 1).square().sum().backward();
            return kernel.grad!;
        }

        Assert.True(SmallNetworks.AreEqual(Once(), Once()));
    }

    private static Tensor Values(string name, params long[] shape) => tensor(Wave.Values(name, (int)shape.Aggregate((a, b) => a * b)), shape);

    private static Tensor Exact(Tensor values) => values.detach().to(ScalarType.Float64).contiguous().requires_grad_();

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        var error = (expected - actual.to(ScalarType.Float64)).abs().max().item<double>();
        Assert.InRange(error, 0, 2e-5 * Math.Max(1, expected.abs().max().item<double>()));
    }
}
