using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Export;
using BTNet.Training.Quantization;
using Google.Protobuf;

namespace BTNet.Training;

/// <summary>How alike a resolution's embeddings in single precision and in 8-bit integers are.</summary>
/// <param name="Resolution">The resolution.</param>
/// <param name="Faces">Faces compared.</param>
/// <param name="MeanCosine">Mean of their cosines, 1 at best.</param>
/// <param name="LowestCosine">The least of them.</param>
public sealed record QuantizationCheck(Resolution Resolution, int Faces, double MeanCosine, double LowestCosine);

/// <summary>What a quantization added.</summary>
/// <param name="Directory">The package.</param>
/// <param name="Bytes">The networks in 8-bit integers.</param>
/// <param name="FloatBytes">The weights in single precision.</param>
/// <param name="Calibrated">Faces that ranges were taken from.</param>
/// <param name="Checks">How it was compared, by resolution.</param>
public sealed record QuantizationOutcome(string Directory, long Bytes, long FloatBytes, int Calibrated, IReadOnlyList<QuantizationCheck> Checks);

/// <summary>Adds networks in 8-bit integers to a model package, made of nothing but the package and some faces.</summary>
public static class ModelQuantization
{
    private const string Folder = "int8";

    /// <summary>One face in so many is kept from calibration, to compare with.</summary>
    private const int Kept = 5;

    /// <summary>Folds norms, measures the ranges of all maps on faces, writes the networks in 8-bit integers and compares them with
    /// those in single precision; the package is replaced only then.</summary>
    /// <param name="directory">The package, with no other files in its folder; networks in 8-bit integers that it has are replaced.</param>
    /// <param name="faces">Faces like those that it will see, of any size; each is seen at every resolution. At least one.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends the work; the package stays as it was.</param>
    /// <returns>What was added, and how near it is to single precision.</returns>
    /// <exception cref="InputException">Options that are none, no package, a damaged one, a folder with other files in it, graphs that are not of our export,
    /// a package that was replaced or changed meanwhile, a place that cannot be written to, or a network that gives numbers that are not finite.</exception>
    public static QuantizationOutcome Run(string directory, IReadOnlyList<FaceImage> faces, QuantizationOptions? options = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfZero(faces.Count, nameof(faces));
        options ??= new QuantizationOptions();
        if (options.Faults().ToList() is { Count: > 0 } faults) throw new InputException("quantization", faults);
        var package = ModelPackage.Open(directory);
        if (package.Manifest is { Recogniser: { } recogniser }) throw new InputException($"{directory} is built on a recogniser that others trained ({recogniser.Graph}), which is kept as it is: its embeddings would no longer be those that it had. Expected a package that `btnet export` wrote");
        try
        {
            return Run(package, directory, faces, options, progress, cancellation);
        }
        catch (Exception fault) when (fault is InputException or IOException or UnauthorizedAccessException && !package.HasManifestOf(package.Directory))
        {
            // Whatever was missing or odd: it was another package's.
            throw package.Changed(fault);
        }
    }

    private static QuantizationOutcome Run(ModelPackage package, string directory, IReadOnlyList<FaceImage> faces, QuantizationOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var stored = package.Manifest.Graphs.Weights!;
        var (calibrating, comparing) = faces.Count < Kept ? (faces, faces) : ([.. faces.Where((_, i) => i % Kept != 0)], [.. faces.Where((_, i) => i % Kept == 0)]);
        using var draft = new PackageDraft(directory);
        foreach (var file in package.Manifest.Files.Keys.Where(file => !file.StartsWith($"{Folder}/", StringComparison.Ordinal)))
        {
            using var source = File.OpenRead(package.PathOf(file));
            draft.Add(file, source.CopyTo);
        }

        var weights = new IntegerWeights(WeightFile.Name);
        var paths = new List<ResolutionGraph>();
        foreach (var path in package.Manifest.Graphs.Paths)
        {
            var network = SlopeSplitting.Split(GroupSplitting.Split(NormFolding.Fold(PackagedNetwork.Read(package, path))));
            var ranges = Calibration.Run(network, Seen(calibrating, path.Level()), options.Ranges, progress, cancellation);
            var (first, last) = (network.Steps.OfType<ConvolutionStep>().First(), network.Steps[^1]);
            var graph = IntegerGraph.Of(network, $"{package.Manifest.Backbone}-{path.Resolution}-int8", ranges, weights, [.. options.FirstInFloats ? [first] : (Step[])[], .. options.LastInFloats ? [last] : (Step[])[]]);
            var file = $"{Folder}/r{path.Resolution}.onnx";
            draft.Add(file, stream => graph.WriteTo(stream));
            paths.Add(path with { Graph = file, FastGraph = null });
        }

        draft.Add($"{Folder}/{WeightFile.Name}", weights.Write);
        draft.Add($"{Folder}/{WeightFile.IndexName}", stream => stream.Write(WeightIndex.Write(weights.Index)));
        draft.Describe(package.Manifest with { Int8 = new ModelGraphs(new StoredWeights($"{Folder}/{WeightFile.Name}", $"{Folder}/{WeightFile.IndexName}"), paths), Files = draft.Files });
        var checks = Compare(directory, draft.Folder, comparing, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        draft.PutInPlace(package);
        return new QuantizationOutcome(
            directory, draft.Files.Where(file => file.Key.StartsWith($"{Folder}/", StringComparison.Ordinal)).Sum(file => file.Value.Bytes), draft.Files[stored.File].Bytes, calibrating.Count, checks);
    }

    private static List<QuantizationCheck> Compare(string directory, string folder, IReadOnlyList<FaceImage> faces, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        List<QuantizationCheck> checks = [];
        // The files have just been written, and their checksums taken.
        using var floats = FaceEmbedder.Load(folder, new FaceEmbedderOptions { Verify = false });
        using var integers = FaceEmbedder.Load(folder, new FaceEmbedderOptions { Verify = false, Int8 = true });
        foreach (var resolution in floats.Resolutions)
        {
            progress?.Report(new WorkProgress("comparing", checks.Count, floats.Resolutions.Count, "resolutions"));
            var seen = Seen(faces, resolution);
            var (expected, found) = Both(seen, resolution);
            double[] cosines = [.. Enumerable.Range(0, seen.Length).Select(row => (double)TensorPrimitives.CosineSimilarity(expected[row], found[row]))];
            checks.Add(new QuantizationCheck(resolution, seen.Length, cosines.Average(), cosines.Min()));
        }

        return checks;

        (EmbeddingMatrix Floats, EmbeddingMatrix Integers) Both(FaceImage[] seen, Resolution resolution)
        {
            try
            {
                return (floats.Embed(seen, resolution, cancellation), integers.Embed(seen, resolution, cancellation));
            }
            catch (InputException fault)
            {
                // Its message names a file of the draft, which is gone when it is read.
                throw new InputException($"{directory} stays as it was: at {resolution} pixels its networks give no numbers to compare. Its weights are damaged or training diverged; export an earlier checkpoint", fault);
            }
        }
    }

    private static FaceImage[] Seen(IReadOnlyList<FaceImage> faces, Resolution resolution) => [.. faces.Select(face => FaceResizer.Resize(face, resolution.Side, resolution.Side))];
}
