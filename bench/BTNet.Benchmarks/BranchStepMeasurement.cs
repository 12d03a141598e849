using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Native;
using BTNet.Training.Recipes;
using static TorchSharp.torch;

namespace BTNet.Benchmarks;

/// <summary>How a branch's training step is computed; each way saves something more than the one before.</summary>
internal enum BranchStepWay
{
    /// <summary>By libtorch's operators: maps in planes, single precision, glibc's malloc as it comes, the trunk run on each full image,
    /// gradients of the tail's weights computed though nobody uses them.</summary>
    Plain,

    /// <summary>As btnet computes on this machine, but with the gradients of the tail's weights.</summary>
    TailGradients,

    /// <summary>As btnet trains where each view of a picture is new.</summary>
    TeacherAsked,

    /// <summary>As btnet trains where the trunk's outputs are kept and known.</summary>
    TeacherKnown
}

/// <summary>Measures steps of a branch's training in this process, which is one of many that <see cref="BranchStepBenchmark"/> starts.</summary>
internal static class BranchStepMeasurement
{
    public const string Verb = "measure-branch-step";

    private const int WarmUp = 2;
    private const int Identities = 1000;

    public static Command Create()
    {
        var way = new Argument<BranchStepWay>("way");
        var (backbone, width, resolution, batch, steps) = (new Argument<string>("backbone"), new Argument<int>("width"), new Argument<int>("resolution"), new Argument<int>("batch"), new Argument<int>("steps"));
        var command = new Command(Verb, "Prints the seconds of a branch's training steps, a line each. Called by branch-step.") { way, backbone, width, resolution, batch, steps };
        command.Hidden = true;
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(way),
            new BackboneSpec { Name = parsed.GetRequiredValue(backbone), Width = parsed.GetRequiredValue(width) },
            Resolution.Of(parsed.GetRequiredValue(resolution)), parsed.GetRequiredValue(batch), parsed.GetRequiredValue(steps)));
        return command;
    }

    private static void Run(BranchStepWay way, BackboneSpec backbone, Resolution resolution, int batch, int steps)
    {
        if (way != BranchStepWay.Plain) GlibcMemory.KeepForReuse();
        var form = way == BranchStepWay.Plain ? new MapForm(MapLayout.Planar, MapPrecision.Fp32) : FormChoice.Of(new RunOptions(), null, backbone, CPU, batch, Console.Error.WriteLine);
        manual_seed(1);
        var recipe = new BranchRecipe { Margin = new MarginOptions { Kind = MarginKind.CosFace, Scale = 16 }, Optimization = new OptimizationOptions { Batch = batch } };
        using var trunk = new Trunk(backbone);
        var classifier = new CosineClassifier(Identities, backbone.EmbeddingSize, seed: 1);
        classifier.Freeze();
        var branch = new Branch(trunk, resolution);
        using var learner = new BranchLearner(trunk, branch, new BranchClassifier(classifier, [.. Enumerable.Range(0, Identities)]), recipe, form);
        if (way <= BranchStepWay.TailGradients)
        {
            foreach (var weight in trunk.TailWeights(branch.Level).Where(weight => weight.IsParameter)) weight.Tensor.requires_grad_(true);
        }

        using var full = rand(batch, 3, Resolution.Full.Side, Resolution.Full.Side);
        using var reduced = rand(batch, 3, resolution.Side, resolution.Side);
        using var labels = arange(batch, ScalarType.Int64);
        using var input = form.Of(reduced);
        using var shown = form.Of(full);
        using var known = NewDisposeScope();
        var taught = learner.Teacher.Of(shown);
        for (var step = 0; step < WarmUp + steps; step++)
        {
            var start = Stopwatch.GetTimestamp();
            if (way == BranchStepWay.TeacherKnown) learner.Step(taught, input, labels, learningRate: 0.001, step);
            else learner.Step(shown, input, labels, learningRate: 0.001, step);
            if (step >= WarmUp) Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalSeconds.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
