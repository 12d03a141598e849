using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Inference;
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
/// <param name="Faces">Faces that were not trained on.</param>
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
/// <param name="Export">What was written; null where a training was interrupted.</param>
/// <param name="Worth">What the branches are worth.</param>
/// <param name="UpSampled">The recogniser on pairs of enlarged faces; null without pairs.</param>
/// <param name="Branches">The branches on the same pairs.</param>
/// <param name="Skipped">Broken pictures that were left out, of each training and of those that are measured with.</param>
public sealed record ExtensionOutcome(
    IReadOnlyDictionary<Resolution, TrainingOutcome> Trainings, ExportOutcome? Export, IReadOnlyList<BranchWorth> Worth, PairReport? UpSampled, PairReport? Branches, int Skipped = 0);

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
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tell);
        if (source.Count < FewestPictures) throw new InputException($"{source.Description}: too few to learn from; expected {FewestPictures} pictures of faces at the least, and some thousands to be worth it");
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
        Require(recogniser.Trunk, request.Resolutions);
        var (training, kept) = HeldOut.Of(source);
        Dictionary<Resolution, TrainingOutcome> trainings = [];
        foreach (var resolution in request.Resolutions)
        {
            var name = BranchLearner.NameOf(resolution);
            if (request.Fresh) FreshStart.Guard(request.Model, name, fresh: true);
            else if (Trained(request, resolution, RunIdentity.Of(request.Recipe, training, recogniser.Fingerprint)) is { } before)
            {
                observer.Message?.Invoke($"{name}: is trained already; --fresh trains it anew");
                trainings[resolution] = before;
                continue;
            }

            var validate = PairValidation.OfBranch(request.Recipe.Run, resolution);
            trainings[resolution] = ExtensionTraining.Run(request.Recipe, recogniser, resolution, training, request.Model, validate, observer, progress, cancellation);
            if (!trainings[resolution].Finished) return new ExtensionOutcome(trainings, null, [], null, null, trainings.Values.Sum(one => one.Skipped));
        }

        // To compare with: what it came to is in its log, and there is nothing to package.
        if (request.Recipe.Branch.Blocks == BranchBlocks.Enlarged) return new ExtensionOutcome(trainings, null, [], null, null);
        var export = RecogniserExport.Run(recogniser, request.Model, request.Package, Sample(source, FacesToCheck), new ExportOptions { FacesAreReal = true, Branches = request.Resolutions }, progress, cancellation);
        using var embedder = FaceEmbedder.Load(request.Package);
        var broken = new SkippedItems(observer.Message);
        var worth = Worth(embedder, [.. kept.Select(item => Read(source, item, broken)).OfType<FaceImage>()], request.Resolutions, progress, cancellation);
        var skipped = trainings.Values.Sum(one => one.Skipped);
        if (request.Pairs is null) return new ExtensionOutcome(trainings, export, worth, null, null, skipped + broken.Count);
        var pairs = request.Resolutions.SelectMany(side => new[] { new ResolutionPair(Resolution.Full, side), new ResolutionPair(side, side) }).Prepend(new ResolutionPair(Resolution.Full, Resolution.Full));
        var (upSampled, branches) = PairProtocol.RunBothWays(embedder, request.Pairs, new PairOptions { Resolutions = [.. pairs] }, progress, broken, cancellation);
        return new ExtensionOutcome(trainings, export, worth, upSampled, branches, skipped + broken.Count);
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

    /// <summary>How the training ended that made a branch; null where there is none, or one that is not finished.</summary>
    private static TrainingOutcome? Trained(ExtensionRequest request, Resolution resolution, string identity)
    {
        var file = request.Model.BranchFile(resolution);
        if (!File.Exists(file) || File.Exists(request.Model.ProgressFile(BranchLearner.NameOf(resolution)))) return null;
        var provenance = ModelDirectory.Parse<JsonObject>(TensorFile.ReadMetadata(file), "provenance", file);
        if (!JsonNode.DeepEquals(provenance["recipe"], JsonNode.Parse(identity)))
            throw new InputException($"{file} is trained already, by another recipe, on other faces or for another recogniser. Give another folder (--work), or say --fresh to train it again from the start; the present one stays until the new one is finished");
        return new TrainingOutcome(true, (long?)provenance["steps"] ?? 0, (double?)provenance["seconds"] ?? 0, (int?)provenance["skipped"] ?? 0, new Dictionary<string, double>());
    }

    private static List<BranchWorth> Worth(FaceEmbedder embedder, IReadOnlyList<FaceImage> faces, IReadOnlyList<Resolution> resolutions, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        if (faces.Count == 0) return []; // every one of them is broken, and was told
        FaceImage[] At(IEnumerable<FaceImage> some, Resolution side) => [.. some.Select(face => FaceResizer.Resize(face, side.Side, side.Side))];
        var whole = embedder.Embed(At(faces, Resolution.Full), Resolution.Full, cancellation);
        double Likeness(EmbeddingMatrix others) => Enumerable.Range(0, faces.Count).Average(row => TensorPrimitives.CosineSimilarity(whole[row], others[row]));
        var paths = embedder.Package.Manifest.Graphs.Paths.ToDictionary(path => path.Level(), path => path.MultiplyAccumulates ?? 0);
        List<BranchWorth> worth = [];
        foreach (var side in resolutions)
        {
            progress?.Report(new WorkProgress("measuring", worth.Count, resolutions.Count, "resolutions"));
            var small = At(faces, side);
            worth.Add(new BranchWorth(
                side, faces.Count, Likeness(embedder.Embed(At(small, Resolution.Full), Resolution.Full, cancellation)), Likeness(embedder.Embed(small, side, cancellation)), paths[side], paths[Resolution.Full]));
        }

        progress?.Report(new WorkProgress("measuring", worth.Count, resolutions.Count, "resolutions"));
        return worth;
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
