using System.Diagnostics;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Checkpoints;
using BTNet.Training.Recipes;

namespace BTNet.Training.Demo;

/// <summary>
/// The whole method in a few minutes on synthetic faces: trains a small trunk and its branches, and compares the two ways
/// of treating small faces on people that neither was trained on.
/// </summary>
public static class DemoRun
{
    /// <summary>Runs it.</summary>
    /// <param name="options">What to do.</param>
    /// <param name="say">Told what is done and why, a paragraph each.</param>
    /// <param name="observer">Told how far the trainings are.</param>
    /// <param name="progress">Told how far the judgement is.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InputException">The folder cannot be made.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static DemoResult Run(DemoOptions options, Action<string> say, TrainingObserver observer, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);
        var clock = Stopwatch.StartNew();
        var model = new ModelDirectory(Path.Combine(options.Output, "model"));
        var trunkRecipe = DemoRecipes.Trunk(options);
        var branchRecipe = DemoRecipes.Branch(options);
        var trained = FaceSources.Open(trunkRecipe.Data, options.Seed);
        var judged = DemoFaces.Judged(options, trained.Identities);
        string File(string name) => Path.Combine(options.Output, name);

        model.Make();
        AtomicFile.Write(File("resolutions.png"), stream => stream.Write(FaceEncoder.EncodePng(DemoFaces.ContactSheet(judged, options.Branches))));
        say($"1. Faces. {trained.Identities} synthetic people are drawn to train on, {judged.Identities} others to judge on; no real face and no download is involved. What is left of a face at each resolution: {File("resolutions.png")}");

        say($"2. Trunk. A small {trunkRecipe.Backbone} learns to tell the people apart from faces of 112 pixels.");
        Finish(TrunkTraining.Run(trunkRecipe, trained, Fresh(model, "trunk"), validate: null, observer, cancellation), cancellation);

        say("3. Branches. Each takes faces of its own size as they are, not enlarged, and enters the trunk where the trunk's own map has that size. The trunk stays frozen; the branch learns to give, from the small face, what the trunk gives from the large one. So all embeddings compare with each other.");
        foreach (var resolution in options.Branches)
            Finish(BranchTraining.Run(branchRecipe, resolution, trained, Fresh(model, BranchLearner.NameOf(resolution)), validate: null, observer, cancellation), cancellation);

        say($"4. Judgement. {options.Pairs} pairs of the people kept apart: same person or not? Once with small faces enlarged for the trunk, as is usual, and once by branch. \"112x14\" compares a face at 112 pixels with one at 14.");
        using var embedder = TorchEmbedder.Load(model);
        var pairs = DemoFaces.Pairs(options, judged);
        var resolutions = ResolutionPair.ParseList(string.Join(',', new[] { "112x112" }.Concat(options.Branches.SelectMany(r => new[] { $"112x{r}", $"{r}x{r}" }))));
        var (upSampled, branches) = PairProtocol.RunBothWays(embedder, pairs, new PairOptions { Resolutions = resolutions }, progress, cancellation: cancellation);

        PairJson.Write(File("results.json"), upSampled, branches);
        PairCsv.Write(File("results.csv"), upSampled, branches);
        RocPlot.Write(File("roc-branches.png"), branches);
        RocPlot.Write(File("roc-upsampled.png"), upSampled);
        HeatMapPlot.Write(File("heatmap-branches.png"), branches);
        HeatMapPlot.Write(File("heatmap-upsampled.png"), upSampled);
        return new DemoResult(upSampled, branches,
        [
            File("resolutions.png"), File("roc-branches.png"), File("roc-upsampled.png"), File("heatmap-branches.png"), File("heatmap-upsampled.png"),
            Path.Combine(model.Path, "trunk.loss.png"), .. options.Branches.Select(r => Path.Combine(model.Path, $"{BranchLearner.NameOf(r)}.loss.png")),
            File("results.json"), File("results.csv")
        ], clock.Elapsed.TotalSeconds);
    }

    /// <summary>The demo always begins at the beginning, whatever an interrupted one left.</summary>
    private static ModelDirectory Fresh(ModelDirectory model, string what)
    {
        System.IO.File.Delete(model.ProgressFile(what));
        return model;
    }

    private static void Finish(TrainingOutcome outcome, CancellationToken cancellation)
    {
        if (!outcome.Finished) throw new OperationCanceledException(cancellation);
    }
}
