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
        var run = new TaughtRun(
            TrunkLearner.What, RunIdentity.Of(own, source, recogniser.Fingerprint), recogniser, Join: null, TrunkTraining.View(own.Resolutions), own.StartFrom is { } folder ? new ModelDirectory(folder).TrunkFile : null, own.Backbone)
        {
            Data = own.Data, Blends = own.Blends, Drawn = own.Drawn, Augmentation = own.Augmentation, Optimization = own.Optimization, Options = own.Run
        };
        return TaughtTraining.Run(
            run, source, model, device => StartingWeights.Into(new Trunk(own.Backbone), own.StartFrom, model.ProgressFile(TrunkLearner.What), (from, fresh) => from.ReadInto(fresh)).MoveTo(device),
            (trunk, views, faces, form) => new DistilledTrunkLearner(trunk, views, faces, own, form), validate, observer, asking, cancellation);
    }
}
