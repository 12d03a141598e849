using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Training.Kernels;
using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary><c>kernel-gradients</c>: what <see cref="ChannelConvolution"/> computes itself, beside libtorch (oneDNN), by size and precision.</summary>
internal static class KernelGradients
{
    private const int Images = 16;
    private const int Repetitions = 6;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Channels in, channels out, pixels, side of the kernel, stride, groups.</summary>
    private static readonly (int In, int Out, int Pixels, int Side, int Stride, int Groups)[] Sizes =
    [
        (32, 32, 112, 3, 1, 1), (64, 64, 112, 3, 1, 1), (64, 64, 112, 3, 2, 1), (64, 64, 56, 3, 1, 1), (128, 128, 28, 3, 1, 1), (256, 256, 14, 3, 1, 1), (512, 512, 7, 3, 1, 1), (128, 128, 28, 1, 1, 1),
        (64, 64, 56, 3, 1, 32), (128, 128, 56, 3, 2, 128), (128, 128, 28, 3, 1, 128), (256, 256, 14, 3, 1, 256), (512, 512, 7, 7, 1, 512)
    ];

    public static Command Create()
    {
        var precision = new Option<MapPrecision>("--precision") { Description = "fp32 or bf16", DefaultValueFactory = _ => MapPrecision.Fp32 };
        var command = new Command("kernel-gradients", "Milliseconds of convolutions and of their kernels' gradients, by libtorch and by btnet's own kernels: channels-last, the best of six.") { precision };
        command.SetAction(parsed => Tell(parsed.GetRequiredValue(precision) == MapPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32));
        return command;
    }

    private static void Tell(ScalarType kind)
    {
        GlibcMemory.KeepForReuse();
        Console.WriteLine($"| convolution of {Images} images | libtorch forward | gradient of the input | of the kernel | ours forward | gradient of the input | of the kernel |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var size in Sizes) Console.WriteLine(Row(size.In, size.Out, size.Pixels, size.Side, size.Stride, size.Groups, kind));
    }

    private static string Row(int inputs, int outputs, int pixels, int side, int stride, int groups, ScalarType kind)
    {
        using var scope = NewDisposeScope();
        var padding = side == pixels ? 0 : side / 2;
        Tensor input = ChannelMap.Contiguous(rand(Images, inputs, pixels, pixels).to(kind)), kernel = randn(outputs, inputs / groups, side, side).to(kind);
        Tensor Convolve(Tensor map, Tensor weights) => nn.functional.conv2d(map, weights, strides: [stride, stride], padding: [padding, padding], groups: groups);
        var gradient = ChannelMap.Contiguous(rand(Convolve(input, kernel).shape).to(kind));
        var shape = ConvolutionShape.Of(input, kernel, stride, padding);
        var isPaired = groups > 1 && kernel.shape[1] == 2;
        double Backward(Func<Tensor, Tensor, Tensor> convolve, bool ofInput) => Best(() =>
        {
            using var all = NewDisposeScope();
            Tensor map = input.detach(), weights = kernel.detach();
            (ofInput ? map : weights).requires_grad = true;
            var output = convolve(map, weights);
            var clock = Stopwatch.GetTimestamp();
            output.backward([gradient]);
            return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        });
        var theirs = (Forward: Best(() => Convolve(input, kernel), output => output.Dispose()), Input: Backward(Convolve, ofInput: true), Kernel: Backward(Convolve, ofInput: false));
        var isDense = groups == 1;
        var oursForward = isPaired ? Text(Best(() => PairConvolution.Run(input, PairKernel.Of(kernel), shape), output => output.Dispose())) : "";
        var oursInput = isDense ? "" : Text(Best(() => ChannelConvolution.InputGradient(gradient, kernel, stride, groups, shape), map => map.Dispose()));
        var oursKernel = !isDense ? Text(Best(() => PairConvolution.KernelGradient(input, gradient, isPaired, shape), _ => { }))
            : kind == ScalarType.Float32 ? Text(Best(() => DenseWeightGradient.Run(input, gradient, shape), output => output.Dispose())) : "";
        var name = $"{inputs} to {outputs} channels, {pixels} px, {side}x{side}" + (stride > 1 ? $", stride {stride}" : "") + (isDense ? "" : $", {groups} groups");
        return $"| {name} | {Text(theirs.Forward)} | {Text(theirs.Input)} | {Text(theirs.Kernel)} | {oursForward} | {oursInput} | {oursKernel} |";
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
