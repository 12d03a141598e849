using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Recipes;

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
        IProgress<WorkProgress>? asking = null, CancellationToken cancellation = default) =>
        Run(recipe, recogniser, resolution, source, model, validate, observer, keepsViews: false, asking, cancellation);

    /// <inheritdoc cref="Run(ExtensionRecipe, Recogniser, Resolution, IFaceSource, ModelDirectory, Validation?, TrainingObserver, IProgress{WorkProgress}?, CancellationToken)"/>
    /// <param name="keepsViews">Whether what the recogniser makes of the faces is left for the branches that come next.</param>
    internal static TrainingOutcome Run(
        ExtensionRecipe recipe, Recogniser recogniser, Resolution resolution, IFaceSource source, ModelDirectory model, Validation? validate, TrainingObserver observer,
        bool keepsViews, IProgress<WorkProgress>? asking, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(recogniser);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observer);
        var join = JoinOf(recipe, recogniser.Trunk, resolution);
        return TaughtTraining.Run(
            Taught(recipe, recogniser, resolution, join, source) with { KeepsViews = keepsViews }, source, model, device => Start(recipe, recogniser, resolution, join, model.ProgressFile(BranchLearner.NameOf(resolution)), observer.Message).MoveTo(device),
            (branch, views, faces, form) => new ExtensionLearner(branch, recogniser, views, faces, recipe, form), validate, observer, asking, cancellation);
    }

    /// <summary>Looks whether a branch can be trained, before hours are spent on another: whether it can be built, and begin or go on.</summary>
    /// <param name="recipe">How.</param>
    /// <param name="recogniser">The network and what it expects of pixels.</param>
    /// <param name="resolution">Which branch.</param>
    /// <param name="source">The faces.</param>
    /// <param name="model">Where the branch goes.</param>
    /// <param name="fresh">Whether a state that is saved will be thrown away.</param>
    /// <exception cref="InputException">The recipe, the recogniser, the faces or the saved state do not fit.</exception>
    internal static void Check(ExtensionRecipe recipe, Recogniser recogniser, Resolution resolution, IFaceSource source, ModelDirectory model, bool fresh)
    {
        var join = JoinOf(recipe, recogniser.Trunk, resolution);
        TaughtTraining.Check(Taught(recipe, recogniser, resolution, join, source), source, model, fresh);
        Start(recipe, recogniser, resolution, join, fresh ? null : model.ProgressFile(BranchLearner.NameOf(resolution)), say: null).Dispose();
    }

    /// <summary>Draws a page that shows what a branch would learn from: some of the pictures that it would be trained on, of the blends and of the faces that are drawn, view by view.</summary>
    /// <param name="recipe">How it would be trained.</param>
    /// <param name="source">The faces; those that are kept to measure with are left out.</param>
    /// <param name="resolution">Which branch.</param>
    /// <param name="faces">How many of each kind, at least 1.</param>
    /// <param name="epochs">How many views of each, at least 1.</param>
    /// <param name="skipped">Told of pictures that cannot be read; the next is shown in place of one.</param>
    /// <exception cref="InputException">The recipe is faulty, or no picture can be read.</exception>
    public static (FaceImage Page, int Faces) DrawViews(ExtensionRecipe recipe, IFaceSource source, Resolution resolution, int faces, int epochs, SkippedItems skipped)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(faces, 1);
        ArgumentNullException.ThrowIfNull(skipped);
        var pictures = HeldOut.Of(source).Training;
        var all = TaughtFaces.Of(pictures, recipe.Data, recipe.Blends, recipe.Drawn, recipe.Augmentation, recipe.Run);
        int[] ends = [0, pictures.Count, all.Count - recipe.Drawn, all.Count];
        List<int> items = [.. ends.Zip(ends.Skip(1)).SelectMany(part => Spread(part.First, part.Second, faces)).Select(span => Enumerable.Range(span.Start, span.Count).Where(Reads).Select(item => (int?)item).FirstOrDefault()).OfType<int>()];
        if (items.Count == 0) throw new InputException($"{source.Description}: none of the pictures that were tried can be read");
        return (ViewSheet.Draw(all, items, recipe.Augmentation, resolution, recipe.Run.Seed, epochs), items.Count);

        // From all over a part, each with those behind it up to the next.
        static IEnumerable<(int Start, int Count)> Spread(int first, int end, int most)
        {
            var count = Math.Min(most, end - first);
            for (var i = 0; i < count; i++)
            {
                var start = first + (int)((long)i * (end - first) / count);
                yield return (start, first + (int)((long)(i + 1) * (end - first) / count) - start);
            }
        }

        bool Reads(int item)
        {
            try
            {
                all.Load(item);
                return true;
            }
            catch (InputException fault)
            {
                skipped.Add(all.NameOf(item), fault.Message);
                return false;
            }
        }
    }

    /// <summary>The file with the weights that a branch starts from; null for fresh ones.</summary>
    internal static string? StartFile(ExtensionRecipe recipe, Resolution resolution) => recipe.StartFrom is { } folder ? JoinBranchFile.StartFile(new ModelDirectory(folder), resolution) : null;

    private static OnnxJoin JoinOf(ExtensionRecipe recipe, OnnxTrunk trunk, Resolution resolution)
    {
        if (recipe.Join is not { } tensor) return trunk.JoinAt(resolution, recipe.Place);
        var join = trunk.Joins.FirstOrDefault(one => one.Tensor == tensor)
            ?? throw new InputException($"join: {trunk.Path} has no join '{tensor}'; expected one of {string.Join(", ", trunk.Joins.Select(one => one.Tensor))}");
        return join.Shape.Height == resolution.Side ? join : throw new InputException($"join: the map '{tensor}' is of {join.Shape.Height} pixels, and the branch of {resolution}; one that is named serves branches of its size alone");
    }

    private static JoinBranch Start(ExtensionRecipe recipe, Recogniser recogniser, Resolution resolution, OnnxJoin join, string? progressFile, Action<string>? say) => StartingWeights.Into(
        new JoinBranch(recogniser.Trunk, recogniser.Input, resolution, join, recipe.Branch, recipe.Tail), recipe.StartFrom, progressFile,
        (from, branch) => JoinBranchFile.ReadInto(from, branch, recogniser.Fingerprint, say));

    private static TaughtRun Taught(ExtensionRecipe recipe, Recogniser recogniser, Resolution resolution, OnnxJoin join, IFaceSource source) => new(
        BranchLearner.NameOf(resolution), RunIdentity.Of(recipe, resolution, source, recogniser.Fingerprint), recogniser, recipe.Loss.Map > 0 ? join : null, new BranchView(resolution), StartFile(recipe, resolution), Measured)
    {
        Data = recipe.Data, Blends = recipe.Blends, Drawn = recipe.Drawn, Augmentation = recipe.Augmentation, Optimization = recipe.Optimization, Options = recipe.Run
    };
}
