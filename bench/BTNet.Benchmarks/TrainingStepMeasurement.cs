using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Native;
using BTNet.Training.Recipes;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary>How a training step is computed.</summary>
internal enum StepWay
{
    /// <summary>As a program of libtorch's operators does it: maps in planes, single precision, glibc's malloc as it comes.</summary>
    Plain,

    /// <summary>As btnet trains on this machine.</summary>
    Btnet
}

/// <summary>Measures training steps in this process, which is one of many that <see cref="TrainingStepBenchmark"/> starts.</summary>
internal static class TrainingStepMeasurement
{
    public const string Verb = "measure-training-step";

    private const int WarmUp = 2;
    private const int Identities = 1000;

    public static Command Create()
    {
        var way = new Argument<StepWay>("way");
        var (backbone, width, batch, steps) = (new Argument<string>("backbone"), new Argument<int>("width"), new Argument<int>("batch"), new Argument<int>("steps"));
        var command = new Command(Verb, "Prints the seconds of training steps, a line each. Called by training-step.") { way, backbone, width, batch, steps };
        command.Hidden = true;
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(way), new BackboneSpec { Name = parsed.GetRequiredValue(backbone), Width = parsed.GetRequiredValue(width) }, parsed.GetRequiredValue(batch), parsed.GetRequiredValue(steps)));
        return command;
    }

    private static void Run(StepWay way, BackboneSpec backbone, int batch, int steps)
    {
        if (way == StepWay.Btnet) GlibcMemory.KeepForReuse();
        var form = way == StepWay.Plain ? new MapForm(MapLayout.Planar, MapPrecision.Fp32) : FormChoice.Of(new RunOptions(), null, backbone, CPU, batch, Console.Error.WriteLine);
        manual_seed(1);
        using var learner = new TrunkLearner(
            new Trunk(backbone), new CosineClassifier(Identities, backbone.EmbeddingSize, seed: 1), [], new MarginOptions { Kind = MarginKind.CosFace, Scale = 16 }, new OptimizationOptions { Batch = batch }, seed: 1);
        using var pixels = rand(batch, 3, Resolution.Full.Side, Resolution.Full.Side);
        using var labels = arange(batch, ScalarType.Int64);
        for (var step = 0; step < WarmUp + steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            using var input = form.Of(pixels);
            learner.Step(input, labels, learningRate: 0.001, step);
            if (step >= WarmUp) Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
