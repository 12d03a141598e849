using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using BTNet.Training.Teaching;
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
    public static TrainingOutcome Run(BranchRecipe recipe, Resolution resolution, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer, CancellationToken cancellation = default) =>
        Run(recipe, resolution, source, model, validate, observer, OneProcess.Instance, cancellation);

    /// <inheritdoc cref="Run(BranchRecipe, Resolution, IFaceSource, ModelDirectory, Validation?, TrainingObserver, CancellationToken)"/>
    /// <param name="group">The processes that train together; each calls this, and it stays the caller's.</param>
    public static TrainingOutcome Run(BranchRecipe recipe, Resolution resolution, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer, IProcessGroup group, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(group);
        group.Together(() => RequireTrunk(model, resolution));
        using var trunk = group.Together(() => model.LoadTrunk().MoveTo(DeviceChoice.Resolve(recipe.Run.Device, observer.Message)));
        var form = Form(recipe, resolution, trunk, model, observer, group);
        using var pictures = ImageCache.Of(recipe.Data, source, observer, group);
        var first = group.Rank == 0 ? observer : TrainingObserver.None;
        var (branch, classifier) = group.Together(() =>
            (Start(recipe, resolution, trunk, model), Classifier(recipe, source, model, trunk.Spec.EmbeddingSize, first)));
        var identity = RunIdentity.Of(recipe, source, model.TrunkFingerprint(), group);
        using var cache = Cache(recipe, source, model, branch, trunk.Spec.EmbeddingSize, $"{identity} {form}", identity, first, group);
        using var learner = group.Together(() => new BranchLearner(trunk, branch, classifier, recipe, form, cache, group));
        var trainer = new Trainer(learner, model, recipe.Optimization, recipe.Run, identity, group);
        var outcome = trainer.Run(pictures ?? source, Loader(recipe, resolution, group) with { Known = cache }, validate, observer, cancellation);
        if (cache is null)
        {
            // An earlier part of the run may have had one.
            if (outcome.Finished && group.Rank == 0) File.Delete(model.TeacherCacheFile(learner.Name));
            return outcome;
        }

        if (outcome.Finished) cache.Delete();
        observer.Message?.Invoke($"{learner.Name}: the teacher ran on {learner.Teacher.Ran} images of {learner.Teacher.Asked}, the others it had seen; its cache {cache.Path} is {(outcome.Finished ? "deleted" : "kept for the resumed training")}");
        return outcome;
    }

    /// <summary>What the teacher has seen, where a view comes again; null where none does, by the recipe, or on several ranks: an
    /// image comes to another rank in each epoch.</summary>
    private static TeacherCache? Cache(BranchRecipe recipe, IFaceSource source, ModelDirectory model, Branch branch, int embeddingSize, string seenBy, string identity, TrainingObserver observer, IProcessGroup group)
    {
        var views = new FaceViews(recipe.Augmentation, recipe.Run.Seed);
        if (recipe.Run.TeacherCacheMegabytes == 0 || !views.Repeat(recipe.Optimization.Epochs)) return null;
        var name = BranchLearner.NameOf(branch.Resolution);
        if (group.Size > 1)
        {
            observer.Message?.Invoke($"{name}: no teacher cache on {group.Size} ranks, the trunk runs at each step on each image");
            return null;
        }

        // Before another run's cache is replaced: the user may have named the wrong recipe.
        TrainingState.RefuseAnother(model.ProgressFile(name), identity, group.Size);
        var folder = recipe.Run.TeacherCacheFolder is { } given ? new ModelDirectory(given) : model;
        var map = recipe.FeatureWeight > 0 ? (int)branch.MapShape.Count : 0;
        return TeacherCache.Open(
            new TeacherCacheOptions(name, folder.TeacherCacheFile(name), $"{name} {seenBy}", source.Count, views.Count!.Value, embeddingSize, map, recipe.Run.TeacherCacheMegabytes * 1_000_000L),
            line => observer.Message?.Invoke(line));
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
        Profiler.RequireProcessor(recipe.Run.Device);
        RequireTrunk(model, resolution);
        using var trunk = model.LoadTrunk();
        var form = Form(recipe, resolution, trunk, model, TrainingObserver.None, OneProcess.Instance);
        var branch = Start(recipe, resolution, trunk, model);
        using var learner = new BranchLearner(trunk, branch, Classifier(recipe, source, model, trunk.Spec.EmbeddingSize, TrainingObserver.None), recipe, form);
        return profiler.Run(learner, source, Loader(recipe, resolution, OneProcess.Instance), recipe.Optimization, cancellation);
    }

    /// <summary>Looks whether there can be a branch at all, without loading anything.</summary>
    /// <exception cref="InputException">There is no trunk, or no branch of that resolution.</exception>
    public static void RequireTrunk(ModelDirectory model, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (resolution.IsFull) throw new InputException($"there is no branch for {resolution}: faces of that size enter the trunk itself; expected one of {string.Join(", ", Resolution.All.Skip(1))}");
        model.RequireTrunk();
    }

    // Before the seed is set: measuring draws weights of its own.
    private static MapForm Form(BranchRecipe recipe, Resolution resolution, Trunk trunk, ModelDirectory model, TrainingObserver observer, IProcessGroup group) =>
        FormChoice.Of(recipe.Run, model.ProgressFile(BranchLearner.NameOf(resolution)), trunk.Spec, trunk.Device, recipe.Optimization.Batch, observer.Message, group);

    private static Branch Start(BranchRecipe recipe, Resolution resolution, Trunk trunk, ModelDirectory model)
    {
        torch.manual_seed(unchecked((long)recipe.Run.Seed));
        return StartingWeights.Into(
            new Branch(trunk, resolution, recipe.Norms), recipe.StartFrom, model.ProgressFile(BranchLearner.NameOf(resolution)), (from, into) => from.ReadInto(into));
    }

    private static FaceBatchLoaderOptions Loader(BranchRecipe recipe, Resolution resolution, IProcessGroup group) =>
        RunIdentity.Loader(new BranchView(resolution), recipe.Data, recipe.Augmentation, recipe.Optimization, recipe.Run, group);

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
