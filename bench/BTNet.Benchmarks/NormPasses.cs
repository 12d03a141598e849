using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Training.Kernels;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary><c>norm-passes</c>: batch norm with PReLU or a shortcut by <see cref="FusedNorm"/>, beside libtorch's batch norm with ReLU and with PReLU.</summary>
internal static class NormPasses
{
    private const int Images = 32;
    private const int Repetitions = 9;

    private static readonly (int Channels, int Pixels)[] Sizes = [(64, 112), (32, 112), (64, 56), (128, 28), (256, 14), (512, 7)];

    public static Command Create()
    {
        var command = new Command("norm-passes", "Milliseconds of batch norm with what follows it, forward and backward, by libtorch and by btnet: channels-last, the median of nine.");
        command.SetAction(_ => Tell());
        return command;
    }

    private static void Tell()
    {
        GlibcMemory.KeepForReuse();
        Console.WriteLine($"A copy moves {CopyBandwidth():F1} GB/s (read and written), {get_num_threads()} threads.");
        Console.WriteLine();
        Console.WriteLine($"| map of {Images} images | numbers | libtorch norm + ReLU | libtorch norm + PReLU | ours norm | ours norm + PReLU | ours norm + shortcut | ours norm + PReLU, GB/s |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var (channels, pixels) in Sizes)
        {
            foreach (var kind in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16]) Console.WriteLine(Row(channels, pixels, kind));
        }
    }

    private static string Row(int channels, int pixels, ScalarType kind)
    {
        using var scope = NewDisposeScope();
        Tensor Map(bool isLeaf)
        {
            var map = ChannelMap.Contiguous(randn(Images, channels, pixels, pixels).to(kind));
            if (isLeaf) map.requires_grad = true;
            return map;
        }

        Tensor Vector(float value, bool isLeaf = true)
        {
            var vector = full(channels, value);
            vector.requires_grad = isLeaf;
            return vector;
        }

        var (input, shortcut, gradient) = (Map(true), Map(true), Map(false));
        var (scale, shift, slope, mean, variance) = (Vector(1), Vector(0), Vector(0.25f), Vector(0, false), Vector(1, false));
        var norm = new NormParameters(scale, shift, mean, variance, 0.1, 1e-5);
        Tensor Theirs() => nn.functional.batch_norm(input, mean, variance, scale, shift, true);
        var relu = Median(() => nn.functional.relu(Theirs()), gradient);
        var prelu = Median(() => nn.functional.prelu(Theirs(), slope.to(kind)), gradient);
        var alone = Median(() => FusedNorm.Run(input, norm, true, null, null), gradient);
        var sloped = Median(() => FusedNorm.Run(input, norm, true, slope, null), gradient);
        var added = Median(() => FusedNorm.Run(input, norm, true, null, shortcut), gradient);
        // Forward reads twice and writes once, backward reads two maps twice and writes one.
        var bytes = 8.0 * input.NumberOfElements * input.ElementSize;
        var speed = bytes / (sloped.Forward + sloped.Backward) / 1e6;
        string Text((double Forward, double Backward) times) => string.Create(CultureInfo.InvariantCulture, $"{times.Forward:F1} + {times.Backward:F1}");
        return string.Create(CultureInfo.InvariantCulture, $"| {channels} channels, {pixels} px | {(kind == ScalarType.BFloat16 ? "bf16" : "fp32")} | {Text(relu)} | {Text(prelu)} | {Text(alone)} | {Text(sloped)} | {Text(added)} | {speed:F1} |");
    }

    private static (double Forward, double Backward) Median(Func<Tensor> forward, Tensor gradient)
    {
        List<double> first = [], second = [];
        for (var i = -3; i < Repetitions; i++)
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.GetTimestamp();
            var output = forward();
            var half = Stopwatch.GetTimestamp();
            output.backward([gradient]);
            if (i < 0) continue;
            first.Add(Stopwatch.GetElapsedTime(clock, half).TotalMilliseconds);
            second.Add(Stopwatch.GetElapsedTime(half).TotalMilliseconds);
        }

        return (StepProcess.Median(first), StepProcess.Median(second));
    }

    private static double CopyBandwidth()
    {
        using var from = zeros(64 << 20);
        using var to = zeros(64 << 20);
        List<double> seconds = [];
        for (var i = 0; i < Repetitions; i++)
        {
            var clock = Stopwatch.GetTimestamp();
            to.copy_(from);
            seconds.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
        }

        return 2.0 * from.NumberOfElements * from.ElementSize / StepProcess.Median(seconds) / 1e9;
    }
}
