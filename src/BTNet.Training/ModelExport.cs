using System.Text.Json;
using BTNet.Faces;
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
            using var torch = new TorchEmbedder(trunk, branches);
            return DraftCheck.PutInPlace(draft, directory, manifest, torch, model.Path, faces, faces, options, progress, cancellation);
        }
        finally
        {
            foreach (var branch in branches) branch.Dispose();
        }
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
}
