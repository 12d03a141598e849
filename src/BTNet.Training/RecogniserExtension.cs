using System.Text.Json.Nodes;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>What a recogniser is extended with.</summary>
/// <param name="Resolutions">The branches that are wanted.</param>
/// <param name="Recipe">How each is trained.</param>
/// <param name="Model">The folder that the branches and the state of unfinished trainings lie in.</param>
/// <param name="Package">The folder for the package.</param>
/// <param name="Pairs">Held-out pairs to measure on; null for none.</param>
/// <param name="Fresh">Whether branches that are trained already are trained again, and the state of unfinished trainings is thrown away.</param>
public sealed record ExtensionRequest(IReadOnlyList<Resolution> Resolutions, ExtensionRecipe Recipe, ModelDirectory Model, string Package, PairSet? Pairs = null, bool Fresh = false);

/// <summary>What a branch is worth: how like embeddings of small faces are to those of the same faces whole, as mean cosine.</summary>
/// <param name="Resolution">Side of the small faces.</param>
/// <param name="Faces">Faces that were not trained on, of people who may have been: one in 25 pictures is kept, whoever it is of.</param>
/// <param name="Enlarged">Of faces that were enlarged for the recogniser.</param>
/// <param name="Branch">Of those that went through the branch.</param>
/// <param name="MultiplyAccumulates">Of the branch's whole path for one face.</param>
/// <param name="OfRecogniser">Of the recogniser.</param>
public sealed record BranchWorth(Resolution Resolution, int Faces, double Enlarged, double Branch, long MultiplyAccumulates, long OfRecogniser)
{
    /// <summary>Whether it is better than enlarging, and costs less.</summary>
    public bool Pays => Branch > Enlarged && MultiplyAccumulates < OfRecogniser;
}

/// <summary>What came of an extension.</summary>
/// <param name="Trainings">How the trainings ended, by resolution; the last may be unfinished, and then there is nothing else.</param>
/// <param name="Export">What was written; null where a training was interrupted, or where the branches are to compare with (<see cref="BranchBlocks.Enlarged"/>).</param>
/// <param name="Worth">What the branches are worth.</param>
/// <param name="UpSampled">The recogniser on pairs of enlarged faces; null without pairs.</param>
/// <param name="Branches">The branches on the same pairs.</param>
/// <param name="Skipped">Broken pictures that were left out, of each training and of those that are measured with.</param>
public sealed record ExtensionOutcome(
    IReadOnlyDictionary<Resolution, TrainingOutcome> Trainings, ExportOutcome? Export, IReadOnlyList<BranchWorth> Worth, PairReport? UpSampled, PairReport? Branches, int Skipped = 0)
{
    /// <summary>Whether every branch is trained.</summary>
    public bool Finished => Trainings.Values.All(training => training.Finished);
}

/// <summary>Extends a recogniser that somebody else trained: trains a branch for each resolution, writes the package and says what each branch is worth.</summary>
public static class RecogniserExtension
{
    /// <summary>Fewer teach too little to be worth a branch.</summary>
    public const int FewestPictures = 200;

    private const int FacesToFind = 200;
    private const int FacesToCheck = 2000;

    /// <summary>Below this faces are hardly told from each other: photographs of faces are at 5 and more, other pictures at 1 to 2.</summary>
    private const double LeastSeparation = 2.5;

    /// <summary>Finds out what a recogniser expects of pixels, and says where the pictures are hardly faces.</summary>
    /// <param name="trunk">The recogniser.</param>
    /// <param name="input">What it expects; null to find out.</param>
    /// <param name="source">Faces.</param>
    /// <param name="tell">Told what a person should know.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">There are too few pictures that can be read.</exception>
    public static RecogniserInput Input(OnnxTrunk trunk, RecogniserInput? input, IFaceSource source, Action<string> tell, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tell);
        Require(source);
        var found = PreprocessingSearch.Run(trunk, Sample(source, FacesToFind), input is null ? null : [input], progress, cancellation);
        var best = found.Best;
        if (input is null)
            tell(FormattableString.Invariant($"pixels: {best.Input} (faces lie {best.Separation:0.0} deviations apart; {(found.Second is { } second ? $"{second.Input} {second.Separation:0.0}" : "nothing else")} comes next{(found.Margin < 0.03 ? "; that is close, so say --input where you know" : "")})"));
        if (best.Separation < LeastSeparation)
            tell(FormattableString.Invariant($"warning: the recogniser hardly tells these pictures apart ({best.Separation:0.0} deviations; photographs of aligned faces are at 5 and more). Are they faces, aligned as it expects?"));
        return best.Input;
    }

    /// <summary>Trains what is not trained yet, goes on with what was interrupted, writes the package and measures it.</summary>
    /// <param name="recogniser">The recogniser.</param>
    /// <param name="source">The faces; some are kept to measure with.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="progress">Told of work beside the trainings; null for nobody.</param>
    /// <param name="cancellation">Asks to save the state and stop.</param>
    /// <exception cref="InputException">The recogniser has no join, or the recipe, the faces or a saved state do not fit.</exception>
    public static ExtensionOutcome Run(Recogniser recogniser, IFaceSource source, ExtensionRequest request, TrainingObserver observer, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(recogniser);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(observer);
        var (training, kept) = HeldOut.Of(source);
        var finished = Preflight(recogniser, training, request);
        if (request.Fresh) FreshStart.RemoveTaught(request.Model, TaughtRun.Shared);
        Dictionary<Resolution, TrainingOutcome> trainings = [];
        foreach (var resolution in request.Resolutions)
        {
            var name = BranchLearner.NameOf(resolution);
            if (finished.TryGetValue(resolution, out var before))
            {
                FreshStart.RemoveTorn(request.Model, name);
                FreshStart.RemoveTaught(request.Model, name);
                observer.Message?.Invoke($"{name}: is trained already; --fresh trains it anew");
                trainings[resolution] = before;
                continue;
            }

            if (request.Fresh) FreshStart.Guard(request.Model, name, fresh: true);
            var validate = PairValidation.OfBranch(request.Recipe.Run, resolution);
            trainings[resolution] = ExtensionTraining.Run(request.Recipe, recogniser, resolution, training, request.Model, validate, observer, keepsViews: true, progress, cancellation);
            if (!trainings[resolution].Finished) return new ExtensionOutcome(trainings, null, [], null, null, trainings.Values.Sum(one => one.Skipped));
        }

        RemoveShared(request.Model);
        var broken = new SkippedItems(observer.Message);
        List<FaceImage> unseen = [.. kept.Select(item => Read(source, item, broken)).OfType<FaceImage>()];
        var export = IsPackaged(request.Recipe) ? Export(recogniser, source, unseen, request, observer, progress, cancellation) : null;
        var (worth, upSampled, branches) = ExtensionMeasurement.Of(recogniser, request, export is not null, unseen, broken, progress, cancellation);
        return new ExtensionOutcome(trainings, export, worth, upSampled, branches, trainings.Values.Sum(one => one.Skipped) + broken.Count);
    }

    /// <summary>Looks whether a recogniser can be extended, before anything else is read.</summary>
    /// <param name="trunk">The recogniser.</param>
    /// <param name="resolutions">The branches that are wanted.</param>
    /// <exception cref="InputException">It takes faces of other than 112 pixels, or has no join for one of the branches.</exception>
    public static void Require(OnnxTrunk trunk, IEnumerable<Resolution> resolutions)
    {
        ArgumentNullException.ThrowIfNull(trunk);
        ArgumentNullException.ThrowIfNull(resolutions);
        if (trunk.Side != Resolution.Full.Side) throw new InputException($"{trunk.Path} takes faces of {trunk.Side} pixels; expected a recogniser of {Resolution.Full} pixels");
        foreach (var resolution in resolutions) trunk.JoinAt(resolution);
    }

    /// <summary>Looks whether there are faces enough to learn from, before they are read.</summary>
    /// <param name="source">The faces.</param>
    /// <exception cref="InputException">There are too few.</exception>
    public static void Require(IFaceSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Count < FewestPictures) throw new InputException($"{source.Description}: too few to learn from; expected {FewestPictures} pictures of faces at the least, and some thousands to be worth it");
    }

    /// <summary>Looks at all that could go wrong, before hours are spent on what comes first.</summary>
    /// <returns>How the trainings ended of branches that are there already.</returns>
    private static Dictionary<Resolution, TrainingOutcome> Preflight(Recogniser recogniser, IFaceSource training, ExtensionRequest request)
    {
        Require(recogniser.Trunk, request.Resolutions);
        PairValidation.Require(request.Recipe.Run, request.Resolutions);
        Dictionary<Resolution, TrainingOutcome> finished = [];
        foreach (var resolution in request.Resolutions)
        {
            if (!request.Fresh && Trained(request, resolution, RunIdentity.Of(request.Recipe, resolution, training, recogniser.Fingerprint), training) is { } before) finished[resolution] = before;
            else ExtensionTraining.Check(request.Recipe, recogniser, resolution, training, request.Model, request.Fresh);
        }

        if (!IsPackaged(request.Recipe)) return finished;
        recogniser.Foreign();
        new PackageDraft(request.Package).Dispose();
        return finished;
    }

    /// <summary>Removes what branches share, unless another one is unfinished and may go on with it.</summary>
    private static void RemoveShared(ModelDirectory model)
    {
        if (!Resolution.All.Any(side => File.Exists(model.ProgressFile(BranchLearner.NameOf(side))))) FreshStart.RemoveTaught(model, TaughtRun.Shared);
    }

    /// <summary>Branches on enlarged faces are there to compare with: what they come to is measured, and there is nothing to package.</summary>
    private static bool IsPackaged(ExtensionRecipe recipe) => recipe.Branch.Blocks != BranchBlocks.Enlarged;

    /// <summary>How the training ended that made a branch; null where there is none, or one that is not finished.</summary>
    private static TrainingOutcome? Trained(ExtensionRequest request, Resolution resolution, string identity, IFaceSource training)
    {
        var file = request.Model.BranchFile(resolution);
        if (!File.Exists(file) || File.Exists(request.Model.ProgressFile(BranchLearner.NameOf(resolution)))) return null;
        var provenance = ModelDirectory.Parse<JsonObject>(TensorFile.ReadMetadata(file), "provenance", file);
        var saved = provenance["recipe"]?.ToJsonString() ?? "";
        var difference = RunIdentity.IsSame(saved, identity)
            ? RunOrigin.Of(training, ExtensionTraining.StartFile(request.Recipe, resolution), request.Recipe.Drawn).DifferenceTo(RunOrigin.Of(key => (string?)provenance["origin"]?[key]))
            : "by another recipe, on other faces or for another recogniser";
        if (difference is not null)
            throw new InputException($"{file} is trained already, {difference}. Give another folder (--work), or say --fresh to train it again from the start; the present one stays until the new one is finished");
        return new TrainingOutcome(true, (long?)provenance["steps"] ?? 0, (double?)provenance["seconds"] ?? 0, (int?)provenance["skipped"] ?? 0, new Dictionary<string, double>());
    }

    /// <summary>Whose embeddings' lengths the package states: of faces that were trained on they are longer, so they are those that were not where these are enough.</summary>
    /// <param name="faces">From all over the set.</param>
    /// <param name="unseen">Those that were not trained on.</param>
    internal static IReadOnlyList<FaceImage> Measured(IReadOnlyList<FaceImage> faces, IReadOnlyList<FaceImage> unseen) => unseen.Count >= DraftCheck.FewestForStatistics ? unseen : faces;

    /// <summary>Packs the branches, with those beside them that were trained for the recogniser before: the package that is replaced may have had them.</summary>
    private static ExportOutcome Export(Recogniser recogniser, IFaceSource source, IReadOnlyList<FaceImage> unseen, ExtensionRequest request, TrainingObserver observer, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        List<Resolution> others = [.. request.Model.Branches.Except(request.Resolutions).Where(side => JoinBranchFile.CanBePackaged(request.Model, recogniser.Fingerprint, side, observer.Message))];
        if (others.Count > 0) observer.Message?.Invoke($"the package also gets the branch{(others.Count == 1 ? "" : "es")} for {string.Join(", ", others)}, trained before in {request.Model.Path}");
        var options = new ExportOptions { FacesAreReal = request.Recipe.Data.Kind != DataKind.Rendered, Branches = [.. request.Resolutions.Concat(others).OrderDescending()] };
        var faces = Sample(source, FacesToCheck);
        return RecogniserExport.Run(recogniser, request.Model, request.Package, faces, Measured(faces, unseen), options, progress, cancellation);
    }

    private static List<FaceImage> Sample(IFaceSource source, int most)
    {
        var count = Math.Min(most, source.Count);
        return [.. Enumerable.Range(0, count).Select(i => Read(source, (int)((long)i * source.Count / count))).OfType<FaceImage>()];
    }

    /// <summary>A face of 112 pixels; null where the picture is broken, which is noted here or reported by the training.</summary>
    private static FaceImage? Read(IFaceSource source, int item, SkippedItems? broken = null)
    {
        try
        {
            return FaceResizer.Resize(source.Load(item), Resolution.Full.Side, Resolution.Full.Side);
        }
        catch (InputException fault)
        {
            broken?.Add(source.NameOf(item), fault.Message);
            return null;
        }
    }
}
