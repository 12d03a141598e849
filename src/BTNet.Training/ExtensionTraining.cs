using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Recipes;
using BTNet.Training.Teaching;
using TorchSharp;

namespace BTNet.Training;

/// <summary>Trains the branch of one resolution for somebody else's recogniser.</summary>
public static class ExtensionTraining
{
    /// <summary>Stands for the recogniser where it is measured which form of maps this machine is quickest with.</summary>
    private static readonly BackboneSpec Measured = new() { Name = "mobilefacenet", Width = 64, EmbeddingSize = 128 };

    /// <summary>Trains, or goes on where an interrupted run of the same recipe stopped.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="recogniser">The network and what it expects of pixels; stays the caller's.</param>
    /// <param name="resolution">Which branch.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the branch goes.</param>
    /// <param name="validate">Judges on held-out pairs; null for no judgement.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="asking">Told while the recogniser is asked about the faces, before the training; null for nobody.</param>
    /// <param name="cancellation">Asks to save the state and stop.</param>
    /// <exception cref="InputException">The recipe, the recogniser, the faces or the saved state do not fit.</exception>
    public static TrainingOutcome Run(
        ExtensionRecipe recipe, Recogniser recogniser, Resolution resolution, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer,
        IProgress<WorkProgress>? asking = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(recogniser);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        var name = BranchLearner.NameOf(resolution);
        var trunk = recogniser.Trunk;
        var join = recipe.Join is { } wanted ? Named(trunk, wanted, resolution) : trunk.JoinAt(resolution);
        var form = FormChoice.Of(recipe.Run, model.ProgressFile(name), Measured, torch.CPU, recipe.Optimization.Batch, observer.Message, OneProcess.Instance);
        model.Make();
        using var pictures = ImageCache.Of(recipe.Data, source, observer, OneProcess.Instance);
        var faces = BlendedSource.Of(pictures ?? source, recipe.Blends, recipe.Augmentation.ViewSeed ?? recipe.Run.Seed);
        var loader = RunIdentity.Loader(new BranchView(resolution), recipe.Data, recipe.Augmentation, recipe.Optimization, recipe.Run, OneProcess.Instance);
        var teacher = new RecogniserTeacher(recogniser, form);
        var taught = Taught(recipe, recogniser, resolution, join, faces, model, form);
        using var views = TaughtViews.Open(taught);
        teacher.Fill(views, recipe.Loss.Map > 0 ? join : null, faces, new FaceAugmenter(recipe.Augmentation, loader.View, recipe.Run.Seed), recipe.Augmentation.Views, asking, cancellation);

        torch.manual_seed(unchecked((long)recipe.Run.Seed));
        var branch = StartingWeights.Into(new JoinBranch(trunk, recogniser.Input, resolution, join, recipe.Branch, recipe.Tail), recipe.StartFrom, model.ProgressFile(name), JoinBranchFile.ReadInto);
        using var learner = new ExtensionLearner(branch, recogniser, views, faces.Count, recipe, form);
        var trainer = new Trainer(learner, model, recipe.Optimization, recipe.Run, RunIdentity.Of(recipe, source, recogniser.Fingerprint), OneProcess.Instance);
        var outcome = trainer.Run(faces, loader with { Known = views }, validate, observer, cancellation);
        // In a folder that was named it may serve other trainings.
        if (outcome.Finished && recipe.Run.TeacherCacheFolder is null)
        {
            views.Dispose();
            File.Delete(taught.Path);
        }

        return outcome;
    }

    private static OnnxJoin Named(OnnxTrunk trunk, string tensor, Resolution resolution)
    {
        var join = trunk.Joins.FirstOrDefault(one => one.Tensor == tensor)
            ?? throw new InputException($"join: {trunk.Path} has no join '{tensor}'; expected one of {string.Join(", ", trunk.Joins.Select(one => one.Tensor))}");
        return join.Shape.Height == resolution.Side ? join : throw new InputException($"join: the map '{tensor}' is of {join.Shape.Height} pixels, and the branch of {resolution}");
    }

    private static TaughtViewsOptions Taught(ExtensionRecipe recipe, Recogniser recogniser, Resolution resolution, OnnxJoin join, IFaceSource source, ModelDirectory model, MapForm form)
    {
        var a = recipe.Augmentation;
        var folder = recipe.Run.TeacherCacheFolder is { } given ? new ModelDirectory(given) : model;
        var key = JsonSerializer.Serialize(new
        {
            recogniser = recogniser.Fingerprint, join = recipe.Loss.Map > 0 ? join.Tensor : null, views = new FaceViews(a, recipe.Run.Seed).Key, faces = RunIdentity.ItemsHash(source), form = form.ToString()
        });
        return new TaughtViewsOptions(
            folder.TeacherCacheFile(BranchLearner.NameOf(resolution)), key, source.Count, a.Views, recogniser.Trunk.EmbeddingSize, recipe.Loss.Map > 0 ? (int)join.Shape.Count : 0);
    }
}
