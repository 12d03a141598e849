using BTNet.Training.Quantization;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Quantization;

public sealed class QuantizedKernelTests
{
    [Property(MaxTest = 300)]
    public void No_weight_is_off_by_more_than_half_its_outputs_scale(short[] numbers, sbyte exponent, sbyte factor, sbyte bias, byte input)
    {
        if (numbers.Length == 0) return;
        float[] values = [.. numbers.Select(number => MathF.ScaleB(number, exponent / 4))];
        var kernel = new Kernel("kernel", [.. values, .. values.Select(value => -3 * value)], [2, values.Length]) { Factors = [factor / 16.0, 1] };
        var inputScale = (1 + input) / 1000f;
        var quantized = QuantizedKernel.Of(kernel, [bias, 0], inputScale);

        for (var i = 0; i < kernel.Values.Length; i++)
        {
            var scale = quantized.Scales[i / values.Length];
            Assert.True(scale > 0 && float.IsFinite(scale));
            Assert.InRange(quantized.Values[i], -127, 127);
            Assert.True(Math.Abs((kernel.Values[i] * kernel.Factors[i / values.Length]) - ((double)scale * quantized.Values[i])) <= scale * 0.50001);
        }

        Assert.True(Math.Abs(bias - ((double)quantized.Bias[0] * quantized.Scales[0] * inputScale)) <= quantized.Scales[0] * inputScale * 0.50001 + 1e-6 * Math.Abs((double)bias));
    }

    [Fact]
    public void Resolutions_that_share_weights_share_them_in_integers_whatever_their_norms()
    {
        float[] values = [.. Enumerable.Range(0, 300).Select(i => MathF.Sin(i * i))];
        var one = QuantizedKernel.Of(new Kernel("one", values, [3, 100]) { Factors = [0.1, 0.7, 1.3] }, [0, 1, 2], 0.1f);
        var other = QuantizedKernel.Of(new Kernel("other", values, [3, 100]) { Factors = [2.9, 0.3, 0.011] }, [3, 2, 1], 0.03f);
        Assert.Equal(one.Values, other.Values);
        Assert.NotEqual(one.Scales, other.Scales);
    }
}
