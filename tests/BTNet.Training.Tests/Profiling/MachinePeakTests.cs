using BTNet.Training.Profiling;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Profiling;

public sealed class MachinePeakTests
{
    [Fact]
    public void A_machine_computes_at_a_finite_speed_and_the_higher_of_two_is_its_peak()
    {
        var peak = MachinePeak.Measure(side: 256);

        Assert.Equal("float32", peak.Precision);
        Assert.InRange(peak.MatrixGflops, 0.01, 1e6);
        Assert.InRange(peak.ConvolutionGflops, 0.01, 1e6);
        Assert.Equal(Math.Max(peak.MatrixGflops, peak.ConvolutionGflops), peak.Gflops);
    }

    [Fact]
    public void Another_precision_can_be_measured()
    {
        Assert.Equal("bfloat16", MachinePeak.Measure(ScalarType.BFloat16, side: 64).Precision);
    }
}
