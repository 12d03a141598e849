using System.Globalization;
using System.Text.Json;
using BTNet.Training.Profiling;

namespace BTNet.Cli.Output;

/// <summary>A profile of training steps as tables for people and as an object for programs.</summary>
internal static class ProfileReport
{
    private const double GreatestDataWait = 0.02;
    private const double Mebi = 1 << 20;

    private static readonly (StepPhase Phase, string Name)[] Phases =
    [
        (StepPhase.Forward, "forward"), (StepPhase.Backward, "backward"), (StepPhase.Optimizer, "optimizer"), (StepPhase.Data, "data"), (StepPhase.Rest, "rest")
    ];

    /// <summary>What a part is called.</summary>
    public static string NameOf(StepPart part) => part switch
    {
        StepPart.Convolution3x3 => "convolution 3x3",
        StepPart.Convolution1x1 => "convolution 1x1",
        StepPart.ConvolutionGrouped => "convolution in groups",
        StepPart.Norm => "norm",
        StepPart.NormSlope => "norm + PReLU",
        StepPart.NormShortcut => "norm + shortcut",
        StepPart.Linear => "linear",
        StepPart.Classifier => "classifier and loss",
        StepPart.Distillation => "distillation",
        StepPart.Teacher => "teacher",
        StepPart.Clipping => "clipping",
        StepPart.Optimizer => "optimizer",
        StepPart.ClassifierOptimizer => "classifier's optimizer",
        StepPart.DataWait => "waiting for data",
        StepPart.InputTensor => "making the input tensor",
        StepPart.Measuring => "measuring itself",
        StepPart.Other => "other",
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "unknown part")
    };

    /// <summary>Prints two tables: the time of every part, and the speed of those that compute.</summary>
    public static void Tell(Terminal terminal, StepProfile profile)
    {
        var sum = profile.Parts.Sum(part => part.TotalSeconds);
        terminal.Result(
            $"{profile.What}: milliseconds a step, the mean of {profile.Steps} steps of {Number(profile.Batch, "0.#")} images after {profile.WarmUp} of warm-up",
            ["part", .. Phases.Select(phase => phase.Name), "all", "share"],
            [
                .. profile.Parts.Select(IReadOnlyList<string> (part) => Times(NameOf(part.Part), phase => part.Seconds[phase], part.TotalSeconds, sum)),
                Times("step", phase => profile.Parts.Sum(part => part.Seconds[phase]), sum, sum)
            ],
            [
                $"A step took {Milliseconds(profile.StepSeconds.Min())} to {Milliseconds(profile.StepSeconds.Max())} ms: {Number(profile.ImagesPerSecond, "0.0")} images/s with torch threads {profile.Threads}.",
                $"Waiting for data: {Percent(profile.DataWaitShare)} of the step; {(profile.DataWaitShare < GreatestDataWait ? "the loader keeps up" : "more run.workers or smaller pictures would help")} (goal: under {Percent(GreatestDataWait)}).",
                Memory(profile.Memory),
                ""
            ]);
        terminal.Result(
            $"{profile.What}: GFLOP/s, and the share of this machine's peak",
            ["part", "GMAC a step", "forward", "of peak", "backward", "of peak"],
            [
                .. profile.Parts.Where(part => part.ForwardMultiplyAccumulates > 0).Select(IReadOnlyList<string> (part) =>
                    Speeds(NameOf(part.Part), part.ForwardMultiplyAccumulates, part.ForwardGflops, part.BackwardGflops, profile.Peak)),
                Speeds("step", profile.Parts.Sum(part => part.ForwardMultiplyAccumulates), profile.ForwardGflops, profile.BackwardGflops, profile.Peak)
            ],
            [
                $"Peak, measured here in {profile.Peak.Precision}: {Number(profile.Peak.MatrixGflops, "0")} GFLOP/s in a matrix product, {Number(profile.Peak.ConvolutionGflops, "0")} in a 3x3 convolution; the shares are of the higher.",
                "A multiply-accumulate is two operations. The backward pass has as many as the forward pass for each of two gradients, of weights and of what goes in, where they are needed. The step's speed is by the whole pass's time."
            ]);
    }

    /// <summary>The same numbers; times in milliseconds a step.</summary>
    public static object ForPrograms(StepProfile profile) => new
    {
        profile.What,
        profile.Steps,
        profile.WarmUp,
        profile.Batch,
        profile.Threads,
        StepMilliseconds = new { Mean = 1e3 * profile.Seconds, Least = 1e3 * profile.StepSeconds.Min(), Most = 1e3 * profile.StepSeconds.Max() },
        profile.ImagesPerSecond,
        profile.DataWaitShare,
        profile.ForwardGflops,
        profile.BackwardGflops,
        Parts = profile.Parts.Select(part => new
        {
            Part = JsonNamingPolicy.CamelCase.ConvertName(part.Part.ToString()),
            Milliseconds = Phases.ToDictionary(phase => phase.Name, phase => 1e3 * part.Seconds[phase.Phase]),
            AllMilliseconds = 1e3 * part.TotalSeconds,
            part.ForwardMultiplyAccumulates,
            part.BackwardMultiplyAccumulates,
            part.ForwardGflops,
            part.BackwardGflops
        }),
        Peak = new { profile.Peak.Precision, profile.Peak.MatrixGflops, profile.Peak.ConvolutionGflops },
        profile.Memory
    };

    private static string[] Times(string name, Func<StepPhase, double> seconds, double all, double sum) =>
        [name, .. Phases.Select(phase => seconds(phase.Phase) > 0 ? Milliseconds(seconds(phase.Phase)) : ""), Milliseconds(all), Percent(all / sum)];

    private static string[] Speeds(string name, double multiplyAccumulates, double forward, double backward, MachinePeak peak) =>
        [name, Number(multiplyAccumulates / 1e9, "0.00"), .. Speed(forward, peak), .. Speed(backward, peak)];

    private static string[] Speed(double gflops, MachinePeak peak) => gflops > 0 ? [Number(gflops, "0.0"), Percent(gflops / peak.Gflops)] : ["", ""];

    private static string Memory(MemoryProfile memory) => string.Create(CultureInfo.InvariantCulture,
        $"Memory: {memory.ManagedBytesPerStep / Mebi:0.00} MiB managed a step; garbage collections in all steps {string.Join(" / ", memory.Collections)} (generation 0 / 1 / 2); {memory.ResidentBytes / Mebi:0} MiB resident")
        + (memory.PageFaultsPerStep is { } faults ? $"; {Number(faults, "0")} page faults a step." : ".");

    private static string Milliseconds(double seconds) => Number(1e3 * seconds, "0.00");

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
