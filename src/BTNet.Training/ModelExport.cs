using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Export;
using Google.Protobuf;

namespace BTNet.Training;

/// <summary>How far a resolution's embeddings by torch and by ONNX Runtime are apart.</summary>
/// <param name="Resolution">The resolution.</param>
/// <param name="Faces">Faces compared.</param>
/// <param name="Furthest">The greatest of 1 less the cosine.</param>
public sealed record ExportCheck(Resolution Resolution, int Faces, double Furthest);

/// <summary>What an export wrote.</summary>
/// <param name="Directory">The package.</param>
/// <param name="Bytes">All of its files together.</param>
/// <param name="Checks">How it was checked, by resolution.</param>
public sealed record ExportOutcome(string Directory, long Bytes, IReadOnlyList<ExportCheck> Checks);

/// <summary>Makes a model package of a checkpoint: writes it, runs it, and gives it its name only where it computes what torch does.</summary>
public static class ModelExport
{
    /// <summary>Enough to see that the index of the weights is right; the graphs are those of the standard mode.</summary>
    private const int FacesForShared = 4;

    /// <summary>The lowest in a hundred is not told from fewer.</summary>
    private const int FewestForStatistics = 100;

    /// <summary>More find no more, and take longer.</summary>
    private const int MostCompared = 256;

    /// <summary>Writes graphs, weights and manifest beside the target, runs every graph beside torch on faces, and puts the package in place.</summary>
    /// <param name="model">The checkpoint.</param>
    /// <param name="directory">The package; one that is there is replaced, unless its folder holds other files.</param>
    /// <param name="faces">Faces to check with, of any size; up to 256 of them are seen at every resolution. At least one.</param>
    /// <param name="options">What to export; null for the defaults.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends the work; nothing is left behind.</param>
    /// <returns>What was written, and how far it is from torch.</returns>
    /// <exception cref="InputException">Options that are none, a checkpoint without what is asked for, a place that cannot be written to, or a package that
    /// computes something else than torch, such as for weights that are no numbers.</exception>
    public static ExportOutcome Run(
        ModelDirectory model, string directory, IReadOnlyList<FaceImage> faces, ExportOptions? options = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfZero(faces.Count, nameof(faces));
        options ??= new ExportOptions();
        if (options.Faults().ToList() is { Count: > 0 } faults) throw new InputException("export", faults);
        using var draft = new PackageDraft(directory);
        using var trunk = model.LoadTrunk();
        var branches = new List<Branch>();
        try
        {
            foreach (var resolution in options.Branches ?? model.Branches) branches.Add(model.LoadBranch(trunk, resolution));
            var manifest = Write(draft, model, trunk, branches);
            draft.Describe(manifest);
            List<ExportCheck> checks = [];
            List<FaceStatistics> statistics = [];
            FaceImage[] compared = [.. Enumerable.Range(0, Math.Min(MostCompared, faces.Count)).Select(i => faces[(int)((long)i * faces.Count / Math.Min(MostCompared, faces.Count))])];
            using (var torch = new TorchEmbedder(trunk, branches))
            using (var standard = Load(InferenceMode.Standard))
            using (var shared = Load(InferenceMode.Shared))
            using (var fast = Load(InferenceMode.Fast))
            {
                foreach (var resolution in fast.Resolutions)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress?.Report(new WorkProgress("checking", checks.Count, fast.Resolutions.Count, "resolutions"));
                    var seen = At(compared, resolution);
                    var expected = torch.Embed(seen, resolution, cancellation);
                    EmbeddingMatrix embeddings;
                    ExportCheck check;
                    try
                    {
                        embeddings = fast.Embed(seen, resolution, cancellation);
                        check = new ExportCheck(resolution, seen.Length, Furthest(expected, embeddings, standard.Embed(seen, resolution, cancellation), shared.Embed([.. seen.Take(FacesForShared)], resolution, cancellation)));
                    }
                    catch (InputException fault)
                    {
                        // Embeddings that are no numbers; what it says names a file of the draft.
                        throw Refused(model, new ExportCheck(resolution, seen.Length, double.NaN), options.Tolerance, fault);
                    }

                    if (!(check.Furthest <= options.Tolerance)) throw Refused(model, check, options.Tolerance);
                    checks.Add(check);
                    if (seen.Length >= FewestForStatistics) statistics.Add(Statistics(resolution, embeddings, fast.Embed(At(NonFaces.Draw(), resolution), resolution, cancellation)));
                }
            }

            progress?.Report(new WorkProgress("checking", checks.Count, checks.Count, "resolutions"));
            var appearance = options.FacesAreReal ? AppearanceFit.Of(faces, [.. checks.Select(check => check.Resolution)], cancellation) : [];
            draft.Describe(manifest with { FaceStatistics = statistics.Count > 0 ? statistics : null, FaceAppearance = appearance.Count > 0 ? appearance : null });
            cancellation.ThrowIfCancellationRequested();
            draft.PutInPlace();
            return new ExportOutcome(directory, draft.Files.Values.Sum(file => file.Bytes), checks);
        }
        finally
        {
            foreach (var branch in branches) branch.Dispose();
        }

        // The files have just been written, and their checksums taken.
        FaceEmbedder Load(InferenceMode mode) => FaceEmbedder.Load(draft.Folder, new FaceEmbedderOptions { Mode = mode, Verify = false });
    }

    private static ModelManifest Write(PackageDraft draft, ModelDirectory model, Trunk trunk, IReadOnlyList<Branch> branches)
    {
        var weights = new WeightFile();
        weights.Add("trunk", trunk.Weights);
        foreach (var branch in branches) weights.Add($"r{branch.Resolution}", branch.Weights);
        draft.Add(WeightFile.Name, weights.Write);
        draft.Add(WeightFile.IndexName, stream => stream.Write(WeightIndex.Write(weights.Index)));
        List<ResolutionGraph> paths =
        [
            Add(Resolution.Full, trunk.Weights, trunk.MultiplyAccumulates(), trunk.Translate),
            .. branches.OrderByDescending(branch => branch.Resolution).Select(branch => Add(branch.Resolution, branch.Weights, branch.MultiplyAccumulates(), branch.Translate))
        ];
        return new ModelManifest
        {
            Format = ModelManifest.FormatName, FormatVersion = ModelManifest.NewestFormatVersion, Backbone = trunk.Spec.Name, Width = trunk.Spec.Width, EmbeddingSize = trunk.Spec.EmbeddingSize,
            Trunk = model.TrunkFingerprint(), Preprocessing = Preprocessing.Standard, Graphs = new ModelGraphs(new StoredWeights(WeightFile.Name, WeightFile.IndexName), paths), Provenance = Provenance(model, branches), Files = draft.Files
        };

        ResolutionGraph Add(Resolution resolution, IEnumerable<Weight> own, long work, Func<INetworkOperators<string>, string, string> network)
        {
            return new ResolutionGraph(resolution.Side, Graph($"r{resolution}.onnx", GraphForm.Standard), Graph($"r{resolution}.fast.onnx", GraphForm.Blocked), own.Sum(weight => weight.Tensor.NumberOfElements), work);

            string Graph(string file, GraphForm form)
            {
                var graph = NetworkGraph.Of($"{trunk.Spec.Name}-{resolution}", form, weights, resolution.Side, trunk.Spec.EmbeddingSize, network);
                draft.Add(file, stream => graph.WriteTo(stream));
                return file;
            }
        }
    }

    /// <summary>Of the trunk and of each branch, as their files have it.</summary>
    private static JsonElement Provenance(ModelDirectory model, IReadOnlyList<Branch> branches)
    {
        var files = branches.Select(branch => Path.GetFileName(model.BranchFile(branch.Resolution))).Append("trunk.safetensors").ToHashSet();
        return JsonSerializer.SerializeToElement(ModelSummary.Of(model).Parts.Where(part => files.Contains(part.File)).ToDictionary(part => Path.GetFileNameWithoutExtension(part.File), part => part.Provenance));
    }

    /// <summary>The greatest of 1 less the cosine; not a number where any is none.</summary>
    private static double Furthest(EmbeddingMatrix expected, params IEnumerable<EmbeddingMatrix> others) => others
        .SelectMany(other => Enumerable.Range(0, other.Rows).Select(row => 1.0 - TensorPrimitives.CosineSimilarity(expected[row], other[row])))
        .Aggregate(0.0, Math.Max);

    private static FaceStatistics Statistics(Resolution resolution, EmbeddingMatrix faces, EmbeddingMatrix others)
    {
        var norms = Norms(faces).Order().ToList();
        var low = norms[norms.Count / 100];
        return new FaceStatistics(resolution.Side, norms.Count, norms[norms.Count / 2], low, Norms(others).Average(norm => norm < low ? 1.0 : 0));
    }

    private static IEnumerable<double> Norms(EmbeddingMatrix embeddings) => Enumerable.Range(0, embeddings.Rows).Select(row => (double)TensorPrimitives.Norm(embeddings[row]));

    private static FaceImage[] At(IEnumerable<FaceImage> faces, Resolution resolution) => [.. faces.Select(face => FaceResizer.Resize(face, resolution.Side, resolution.Side))];

    private static InputException Refused(ModelDirectory model, ExportCheck check, double tolerance, Exception? fault = null) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Path} was not exported: at {check.Resolution} pixels ONNX Runtime and torch are {check.Furthest:g3} apart (1 less the cosine, the greatest of {check.Faces} faces), more than the {tolerance:g3} allowed. Weights that are no numbers or very large do so; train the network again from its last sound state"), fault);
}
