using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Training.Kernels;
using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary><c>kernel-gradients</c>: what <see cref="ChannelConvolution"/> computes itself, beside libtorch (oneDNN), by size.</summary>
internal static class KernelGradients
{
    private const int Images = 16;
    private const int Repetitions = 6;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Channels in, channels out, pixels, side of the kernel, groups.</summary>
    private static readonly (int In, int Out, int Pixels, int Side, int Groups)[] Sizes =
    [
        (32, 32, 112, 3, 1), (64, 64, 112, 3, 1), (64, 64, 56, 3, 1), (128, 128, 28, 3, 1), (256, 256, 14, 3, 1), (512, 512, 7, 3, 1), (128, 128, 28, 1, 1),
        (32, 32, 56, 3, 32), (32, 32, 56, 3, 16), (128, 128, 56, 3, 64)
    ];

    public static Command Create()
    {
        var command = new Command("kernel-gradients", "Milliseconds of convolutions and of their kernels' gradients, by libtorch and by btnet's own kernels: channels-last, fp32, the best of six.");
        command.SetAction(_ => Tell());
        return command;
    }

    private static void Tell()
    {
        GlibcMemory.KeepForReuse();
        Console.WriteLine($"| convolution of {Images} images | libtorch forward | libtorch gradient of the kernel | ours forward | ours gradient of the kernel |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
        foreach (var size in Sizes) Console.WriteLine(Row(size.In, size.Out, size.Pixels, size.Side, size.Groups));
    }

    private static string Row(int inputs, int outputs, int pixels, int side, int groups)
    {
        using var scope = NewDisposeScope();
        var padding = side / 2;
        Tensor input = ChannelMap.Contiguous(rand(Images, inputs, pixels, pixels)), gradient = ChannelMap.Contiguous(rand(Images, outputs, pixels, pixels)), kernel = randn(outputs, inputs / groups, side, side);
        var shape = ConvolutionShape.Of(input, kernel, 1, padding);
        var isPaired = groups > 1 && kernel.shape[1] == 2;
        Tensor Forward(Tensor weights) => nn.functional.conv2d(input, weights, padding: [padding, padding], groups: groups);
        var forward = Best(() => Forward(kernel), output => output.Dispose());
        var theirs = Best(
            () =>
            {
                using var weights = kernel.detach();
                weights.requires_grad = true;
                using var output = Forward(weights);
                var clock = Stopwatch.GetTimestamp();
                output.backward([gradient]);
                return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            });
        var ours = groups == 1
            ? Best(() => DenseWeightGradient.Run(input, gradient, shape), output => output.Dispose())
            : Best(() => PairConvolution.KernelGradient(input, gradient, isPaired, shape), _ => { });
        var oursForward = isPaired ? Best(() => PairConvolution.Run(input, PairKernel.Of(kernel), shape), output => output.Dispose()) : double.NaN;
        var name = $"{inputs} to {outputs} channels, {pixels} px, {side}x{side}" + (groups == 1 ? "" : $", {groups} groups");
        return $"| {name} | {Text(forward)} | {Text(theirs)} | {(double.IsNaN(oursForward) ? "" : Text(oursForward))} | {Text(ours)} |";
    }

    private static double Best<T>(Func<T> work, Action<T> end) => Best(() =>
    {
        var clock = Stopwatch.GetTimestamp();
        var result = work();
        var taken = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        end(result);
        return taken;
    });

    /// <summary>The least of some calls that say what they took, after a second of them, in which .NET compiles what is called often anew.</summary>
    private static double Best(Func<double> work)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < WarmUp) work();
        return Enumerable.Range(0, Repetitions).Min(_ => work());
    }

    private static string Text(double milliseconds) => milliseconds.ToString("F1", CultureInfo.InvariantCulture);
}
