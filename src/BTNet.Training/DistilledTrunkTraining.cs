using System.Text.Json;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;
using BTNet.Training.Teaching;
using TorchSharp;

namespace BTNet.Training;

/// <summary>Trains a trunk of ours to give a recogniser's embeddings.</summary>
public static class DistilledTrunkTraining
{
    /// <summary>Trains, or goes on where an interrupted run of the same recipe stopped.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="recogniser">Who teaches; stays the caller's.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the trunk goes. It gets no classifier.</param>
    /// <param name="validate">Judges on held-out pairs; null for no judgement.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="asking">Told while the recogniser is asked about the faces, before the training; null for nobody.</param>
    /// <param name="cancellation">Asks to save the state and stop.</param>
    /// <exception cref="InputException">The recipe, the recogniser, the faces or the saved state do not fit.</exception>
    public static TrainingOutcome Run(
        DistilledTrunkRecipe recipe, Recogniser recogniser, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer,
        IProgress<WorkProgress>? asking = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(recogniser);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        if (recogniser.Trunk.EmbeddingSize != recipe.Backbone.EmbeddingSize)
            throw new InputException($"backbone.embeddingSize: {recipe.Backbone.EmbeddingSize}, and {recogniser.Trunk.Path} gives embeddings of {recogniser.Trunk.EmbeddingSize}; expected the same");
        var progress = model.ProgressFile(TrunkLearner.What);
        var form = FormChoice.Of(recipe.Run, progress, recipe.Backbone, torch.CPU, recipe.Optimization.Batch, observer.Message, OneProcess.Instance);
        model.Make();
        using var pictures = ImageCache.Of(recipe.Data, source, observer, OneProcess.Instance);
        var faces = BlendedSource.Of(pictures ?? source, recipe.Blends, recipe.Augmentation.ViewSeed ?? recipe.Run.Seed);
        var view = TrunkTraining.View(recipe.Resolutions);
        var loader = RunIdentity.Loader(view, recipe.Data, recipe.Augmentation, recipe.Optimization, recipe.Run, OneProcess.Instance);
        var taught = Taught(recipe, recogniser, faces, model, form.ToString());
        using var views = TaughtViews.Open(taught);
        new RecogniserTeacher(recogniser, form).Fill(views, join: null, faces, new FaceAugmenter(recipe.Augmentation, view, recipe.Run.Seed), recipe.Augmentation.Views, asking, cancellation);

        torch.manual_seed(unchecked((long)recipe.Run.Seed));
        var trunk = StartingWeights.Into(new Trunk(recipe.Backbone), recipe.StartFrom, progress, (from, fresh) => from.ReadInto(fresh));
        using var learner = new DistilledTrunkLearner(trunk, views, faces.Count, recipe, form);
        var trainer = new Trainer(learner, model, recipe.Optimization, recipe.Run, RunIdentity.Of(recipe, source, recogniser.Fingerprint));
        var outcome = trainer.Run(faces, loader, validate, observer, cancellation);
        // In a folder that was named it may serve other trainings.
        if (outcome.Finished && recipe.Run.TeacherCacheFolder is null)
        {
            views.Dispose();
            File.Delete(taught.Path);
        }

        return outcome;
    }

    private static TaughtViewsOptions Taught(DistilledTrunkRecipe recipe, Recogniser recogniser, IFaceSource source, ModelDirectory model, string form)
    {
        var folder = recipe.Run.TeacherCacheFolder is { } given ? new ModelDirectory(given) : model;
        var key = JsonSerializer.Serialize(new { recogniser = recogniser.Fingerprint, views = new FaceViews(recipe.Augmentation, recipe.Run.Seed).Key, faces = RunIdentity.ItemsHash(source), form });
        return new TaughtViewsOptions(folder.TeacherCacheFile(TrunkLearner.What), key, source.Count, recipe.Augmentation.Views, recogniser.Trunk.EmbeddingSize, MapNumbers: 0);
    }
}
