using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Recipes;

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
        var own = recipe.For(recogniser.Trunk);
        return TaughtTraining.Run(
            Taught(own, recogniser, source), source, model, device => Start(own, model.ProgressFile(TrunkLearner.What)).MoveTo(device),
            (trunk, views, faces, form) => new DistilledTrunkLearner(trunk, views, faces, own, form), validate, observer, asking, cancellation);
    }

    /// <summary>Looks whether a trunk can be trained, before what there is of another is thrown away: whether it can be built, and begin or go on.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="recogniser">Who teaches; stays the caller's.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the trunk goes.</param>
    /// <param name="fresh">Whether a state that is saved will be thrown away.</param>
    /// <exception cref="InputException">The recipe, the recogniser, the faces or the saved state do not fit.</exception>
    public static void Check(DistilledTrunkRecipe recipe, Recogniser recogniser, IFaceSource source, ModelDirectory model, bool fresh)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(recogniser);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        var own = recipe.For(recogniser.Trunk);
        TaughtTraining.Check(Taught(own, recogniser, source), source, model, fresh);
        Start(own, fresh ? null : model.ProgressFile(TrunkLearner.What)).Dispose();
    }

    private static Trunk Start(DistilledTrunkRecipe recipe, string? progressFile) => StartingWeights.Into(new Trunk(recipe.Backbone), recipe.StartFrom, progressFile, (from, fresh) => from.ReadInto(fresh));

    private static TaughtRun Taught(DistilledTrunkRecipe recipe, Recogniser recogniser, IFaceSource source) => new(
        TrunkLearner.What, RunIdentity.Of(recipe, source, recogniser.Fingerprint), recogniser, Join: null, TrunkTraining.View(recipe.Resolutions), recipe.StartFrom is { } folder ? new ModelDirectory(folder).TrunkFile : null, recipe.Backbone)
    {
        Data = recipe.Data, Blends = recipe.Blends, Drawn = recipe.Drawn, Augmentation = recipe.Augmentation, Optimization = recipe.Optimization, Options = recipe.Run
    };
}
