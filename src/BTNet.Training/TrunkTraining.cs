using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using TorchSharp;

namespace BTNet.Training;

/// <summary>The first stage: trains a trunk and its classifier (the paper, section 3.4).</summary>
public static class TrunkTraining
{
    /// <summary>Trains, or goes on where an interrupted run of the same recipe stopped.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the trunk goes.</param>
    /// <param name="validate">Judges on held-out pairs; null for no judgement.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="cancellation">Asks to save the state and stop.</param>
    /// <exception cref="InputException">The recipe, the faces or the saved state do not fit.</exception>
    public static TrainingOutcome Run(TrunkRecipe recipe, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer, CancellationToken cancellation = default) =>
        Run(recipe, source, model, validate, observer, OneProcess.Instance, cancellation);

    /// <inheritdoc cref="Run(TrunkRecipe, IFaceSource, ModelDirectory, Validation?, TrainingObserver, CancellationToken)"/>
    /// <param name="group">The processes that train together; each calls this, and it stays the caller's.</param>
    public static TrainingOutcome Run(TrunkRecipe recipe, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer, IProcessGroup group, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(group);
        using var pictures = ImageCache.Of(recipe.Data, source, observer, group);
        using var learner = Learner(recipe, source, model, observer, group);
        var trainer = new Trainer(learner, model, recipe.Optimization, recipe.Run, RunIdentity.Of(recipe, source, group), group);
        return trainer.Run(pictures ?? source, Loader(recipe, group), validate, observer, cancellation);
    }

    /// <summary>Measures where the time of a step goes. Trains for that, and forgets what it trained.</summary>
    /// <param name="recipe">How it would be trained.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the trunk would go; nothing is written to it.</param>
    /// <param name="options">How long to measure.</param>
    /// <param name="progress">Told after each step; null for nobody.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InputException">The recipe, the faces or the options do not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static StepProfile Profile(TrunkRecipe recipe, IFaceSource source, ModelDirectory model, ProfileOptions options, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        var profiler = new Profiler(options, progress);
        Profiler.RequireProcessor(recipe.Run.Device);
        using var learner = Learner(recipe, source, model, TrainingObserver.None, OneProcess.Instance);
        return profiler.Run(learner, source, Loader(recipe, OneProcess.Instance), recipe.Optimization, cancellation);
    }

    private static TrunkLearner Learner(TrunkRecipe recipe, IFaceSource source, ModelDirectory model, TrainingObserver observer, IProcessGroup group)
    {
        group.Together(() =>
        {
            if (source.Identities < 2) throw new InputException($"{source.Description}: there is one identity, and a trunk learns by telling at least two apart; name the folder that holds a folder for each");
        });
        var progress = model.ProgressFile(TrunkLearner.What);
        var device = group.Together(() => DeviceChoice.Resolve(recipe.Run.Device, observer.Message));
        // Before the seed is set: measuring draws weights of its own.
        var form = FormChoice.Of(recipe.Run, progress, recipe.Backbone, device, recipe.Optimization.Batch, observer.Message, group);
        torch.manual_seed(unchecked((long)recipe.Run.Seed));
        string[] identities = [.. Enumerable.Range(0, source.Identities).Select(source.IdentityName)];
        return group.Together(() => new TrunkLearner(
            StartingWeights.Into(new Trunk(recipe.Backbone), recipe.StartFrom, progress, (from, trunk) => from.ReadInto(trunk)).MoveTo(device),
            new CosineClassifier(source.Identities, recipe.Backbone.EmbeddingSize, unchecked((long)recipe.Run.Seed)),
            identities, recipe.Margin, recipe.Optimization, recipe.Run.Seed, form, group));
    }

    /// <summary>What a trunk sees: each picture at one of some sides, one listed twice drawn twice as often.</summary>
    internal static TrunkView View(IEnumerable<int> sides) => new([.. sides.GroupBy(side => side).Select(drawn => new ResolutionWeight(Resolution.Of(drawn.Key), drawn.Count()))]);

    private static FaceBatchLoaderOptions Loader(TrunkRecipe recipe, IProcessGroup group) =>
        RunIdentity.Loader(View(recipe.Resolutions), recipe.Data, recipe.Augmentation, recipe.Optimization, recipe.Run, group);
}
