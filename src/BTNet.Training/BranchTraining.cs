using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using TorchSharp;

namespace BTNet.Training;

/// <summary>The second stage: trains the branch of one resolution on the frozen trunk of a checkpoint (the paper,
/// section 3.4).</summary>
public static class BranchTraining
{
    /// <summary>Trains, or goes on where an interrupted run of the same recipe stopped.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="resolution">Which branch.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the trunk is and the branch goes.</param>
    /// <param name="validate">Judges on held-out pairs; null for no judgement.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="cancellation">Asks to save the state and stop.</param>
    /// <exception cref="InputException">The recipe, the trunk, the faces or the saved state do not fit; among others,
    /// faces of identities that the frozen classifier does not know.</exception>
    public static TrainingOutcome Run(BranchRecipe recipe, Resolution resolution, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        return WithLearner(recipe, resolution, source, model, observer, learner =>
        {
            var trainer = new Trainer(learner, model, recipe.Optimization, recipe.Run, RunIdentity.Of(recipe, source, model.TrunkFingerprint()));
            return trainer.Run(source, Loader(recipe, resolution), validate, observer, cancellation);
        });
    }

    /// <summary>Measures where the time of a step goes. Trains for that, and forgets what it trained.</summary>
    /// <param name="recipe">How it would be trained.</param>
    /// <param name="resolution">Which branch.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the trunk is; nothing is written to it.</param>
    /// <param name="options">How long to measure.</param>
    /// <param name="progress">Told after each step; null for nobody.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="InputException">The recipe, the trunk, the faces or the options do not fit.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static StepProfile Profile(BranchRecipe recipe, Resolution resolution, IFaceSource source, ModelDirectory model, ProfileOptions options, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        var profiler = new Profiler(options, progress);
        return WithLearner(recipe, resolution, source, model, TrainingObserver.None, learner =>
            profiler.Run(learner, source, Loader(recipe, resolution), recipe.Optimization, cancellation));
    }

    /// <summary>Looks whether there can be a branch at all, without loading anything.</summary>
    /// <exception cref="InputException">There is no trunk, or no branch of that resolution.</exception>
    public static void RequireTrunk(ModelDirectory model, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (resolution.IsFull) throw new InputException($"there is no branch for {resolution}: faces of that size enter the trunk itself; expected one of {string.Join(", ", Resolution.All.Skip(1))}");
        model.RequireTrunk();
    }

    private static T WithLearner<T>(BranchRecipe recipe, Resolution resolution, IFaceSource source, ModelDirectory model, TrainingObserver observer, Func<BranchLearner, T> use)
    {
        RequireTrunk(model, resolution);
        using var trunk = model.LoadTrunk();
        var progress = model.ProgressFile(BranchLearner.NameOf(resolution));
        // Before the seed is set: measuring draws weights of its own.
        var form = FormChoice.Of(recipe.Run, TrainingState.FormOf(progress), trunk.Spec, observer.Message);
        torch.manual_seed(unchecked((long)recipe.Run.Seed));
        var branch = StartingWeights.Into(new Branch(trunk, resolution, recipe.Norms), recipe.StartFrom, progress, (from, into) => from.ReadInto(into));
        using var learner = new BranchLearner(trunk, branch, Classifier(recipe, source, model, trunk.Spec.EmbeddingSize, observer), recipe, form);
        return use(learner);
    }

    private static FaceBatchLoaderOptions Loader(BranchRecipe recipe, Resolution resolution) =>
        RunIdentity.Loader(new BranchView(resolution), recipe.Data, recipe.Augmentation, recipe.Optimization, recipe.Run);

    private static BranchClassifier? Classifier(BranchRecipe recipe, IFaceSource source, ModelDirectory model, int embeddingSize, TrainingObserver observer)
    {
        if (recipe.Classification == BranchClassification.DistillationOnly || recipe.ClassificationWeight == 0) return null;
        if (recipe.Classification == BranchClassification.FreshHead)
        {
            observer.Message?.Invoke("a fresh classifier is trained along: it does not tie the branch to the trunk's embeddings, so only the distillation does");
            return new BranchClassifier(new CosineClassifier(source.Identities, embeddingSize, unchecked((long)recipe.Run.Seed)), [.. Enumerable.Range(0, source.Identities)]);
        }

        var (classifier, known) = model.LoadClassifier();
        try
        {
            if (classifier.EmbeddingSize != embeddingSize)
                throw new InputException($"the classifier in {model.Path} takes embeddings of {classifier.EmbeddingSize} numbers and the trunk beside it makes {embeddingSize}: they are of different trainings. Train the trunk here again, or choose \"classification\": \"distillationOnly\"");
            var match = IdentityMatch.Between(known, [.. Enumerable.Range(0, source.Identities).Select(source.IdentityName)]);
            return new BranchClassifier(classifier, match.ClassesFor(recipe.Classification, recipe.Data.SameNumbering));
        }
        catch
        {
            classifier.Dispose();
            throw;
        }
    }
}
