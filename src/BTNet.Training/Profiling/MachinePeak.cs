using System.Diagnostics;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Profiling;

/// <summary>What this machine computes at most, as measured with torch's own operators and its present number of threads.
/// A multiply-accumulate counts as two operations.</summary>
/// <param name="Precision">Of the numbers: <c>float32</c>.</param>
/// <param name="MatrixGflops">A large matrix product, in 1e9 operations a second.</param>
/// <param name="ConvolutionGflops">A 3 x 3 convolution of a middle stage in the layout that training uses, likewise.</param>
public sealed record MachinePeak(string Precision, double MatrixGflops, double ConvolutionGflops)
{
    private const int LeastTries = 3;
    private const double Seconds = 0.5;

    /// <summary>The higher of the two.</summary>
    public double Gflops => Math.Max(MatrixGflops, ConvolutionGflops);

    /// <summary>Measures it, the best of as many tries as half a second has room for, three at least.</summary>
    /// <param name="precision">Of the numbers.</param>
    /// <param name="side">Of the matrices; the convolution has a twelfth of it as channels.</param>
    public static MachinePeak Measure(ScalarType precision = ScalarType.Float32, int side = 1536)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 12);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var matrix = Ones(precision, side, side);
        var (images, place, channels) = (8, 28, side / 12);
        var map = Ones(precision, images, place, place, channels).permute(0, 3, 1, 2);
        var kernel = Ones(precision, channels, channels, 3, 3);
        return new MachinePeak(
            precision.ToString().ToLowerInvariant(),
            Best(2.0 * side * side * side, () => matrix.matmul(matrix)),
            Best(2.0 * images * place * place * channels * channels * 9, () => nn.functional.conv2d(map, kernel, padding: [1, 1])));
    }

    // Small numbers, so that half precisions hold the sums.
    private static Tensor Ones(ScalarType precision, params long[] shape) => ones(shape).mul_(LastingScalar.Of(1 / 64.0)).to(precision);

    private static double Best(double operations, Func<Tensor> compute)
    {
        var best = 0.0;
        var all = Stopwatch.StartNew();
        for (var tries = 0; tries < LeastTries || all.Elapsed.TotalSeconds < Seconds; tries++)
        {
            var begun = Stopwatch.GetTimestamp();
            compute().Dispose();
            best = Math.Max(best, operations / Stopwatch.GetElapsedTime(begun).TotalSeconds / 1e9);
        }

        return best;
    }
}
