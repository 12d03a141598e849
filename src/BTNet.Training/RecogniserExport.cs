using System.Text.Json;
using BTNet.Faces;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Export;
using Google.Protobuf;

namespace BTNet.Training;

/// <summary>Makes a model package of a recogniser that somebody else trained and of branches for it.</summary>
public static class RecogniserExport
{
    /// <summary>Writes the package beside the target, runs every graph beside torch on faces, and puts it in place. The recogniser's own file lies in it as it is.</summary>
    /// <param name="recogniser">The recogniser.</param>
    /// <param name="model">The folder with the branches.</param>
    /// <param name="directory">The package; one that is there is replaced, unless its folder holds other files.</param>
    /// <param name="faces">Faces to check with, of any size. At least one.</param>
    /// <param name="options">What to export; null for the defaults.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends the work; nothing is left behind.</param>
    /// <exception cref="InputException">Options that are none, branches that are missing or of another recogniser, a place that cannot be written to, or a package that
    /// computes something else than torch.</exception>
    public static ExportOutcome Run(
        Recogniser recogniser, ModelDirectory model, string directory, IReadOnlyList<FaceImage> faces, ExportOptions? options = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default) =>
        Run(recogniser, model, directory, faces, faces, options, progress, cancellation);

    /// <inheritdoc cref="Run(Recogniser, ModelDirectory, string, IReadOnlyList{FaceImage}, ExportOptions?, IProgress{WorkProgress}?, CancellationToken)"/>
    /// <param name="seen">Faces that every graph is run on, and whose embeddings' lengths are measured: best such as no branch was trained on. At least one.</param>
    internal static ExportOutcome Run(
        Recogniser recogniser, ModelDirectory model, string directory, IReadOnlyList<FaceImage> faces, IReadOnlyList<FaceImage> seen, ExportOptions? options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(recogniser);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfZero(faces.Count, nameof(faces));
        ArgumentOutOfRangeException.ThrowIfZero(seen.Count, nameof(seen));
        options ??= new ExportOptions();
        if (options.Faults().ToList() is { Count: > 0 } faults) throw new InputException("export", faults);
        using var draft = new PackageDraft(directory);
        List<JoinBranch> branches = [];
        try
        {
            foreach (var resolution in options.Branches ?? model.Branches) branches.Add(JoinBranchFile.Load(model, recogniser.Trunk, recogniser.Input, recogniser.Fingerprint, resolution));
            var manifest = Write(draft, recogniser, model, branches);
            return DraftCheck.PutInPlace(draft, directory, manifest, new RecogniserEmbedder(recogniser, branches), recogniser.Trunk.Path, faces, seen, options, progress, cancellation);
        }
        finally
        {
            foreach (var branch in branches) branch.Dispose();
        }
    }

    private static ModelManifest Write(PackageDraft draft, Recogniser recogniser, ModelDirectory model, List<JoinBranch> branches)
    {
        var trunk = recogniser.Trunk;
        var own = RecogniserPackage.Add(draft, trunk.Path, recogniser.Foreign(), trunk.MultiplyAccumulates);
        var constants = new TailConstants(branches.SelectMany(branch => branch.RecogniserNodes));
        var weights = new WeightFile();
        weights.Add("trunk", constants.Weights);
        foreach (var branch in branches) weights.Add($"r{branch.Resolution}", branch.Weights);
        var stored = branches.Count == 0 ? null : new StoredWeights(WeightFile.Name, WeightFile.IndexName);
        if (stored is not null)
        {
            draft.Add(WeightFile.Name, weights.Write);
            draft.Add(WeightFile.IndexName, stream => stream.Write(WeightIndex.Write(weights.Index)));
        }

        return RecogniserPackage.Manifest(draft, own, trunk.EmbeddingSize, [.. branches.Select(Add)], stored, branches.Count == 0 ? null : JsonSerializer.SerializeToElement(Provenance(model, branches)));

        ResolutionGraph Add(JoinBranch branch)
        {
            return new ResolutionGraph(
                branch.Resolution.Side, Graph($"r{branch.Resolution}.onnx", GraphForm.Standard), Graph($"r{branch.Resolution}.fast.onnx", GraphForm.Blocked), branch.Weights.Sum(weight => weight.Tensor.NumberOfElements),
                branch.MultiplyAccumulates());

            string Graph(string file, GraphForm form)
            {
                var graph = NetworkGraph.Of(
                    $"extended-{branch.Resolution}", form, weights, branch.Resolution.Side, trunk.EmbeddingSize,
                    (writer, pixels) => BranchGraph.Write(writer, branch, constants, pixels), trunk.Opset);
                draft.Add(file, stream => graph.WriteTo(stream));
                return file;
            }
        }
    }

    private static Dictionary<string, JsonElement?> Provenance(ModelDirectory model, List<JoinBranch> branches) =>
        branches.Select(branch => ModelSummary.Part(model.BranchFile(branch.Resolution))).ToDictionary(part => Path.GetFileNameWithoutExtension(part.File), part => part.Provenance);
}
