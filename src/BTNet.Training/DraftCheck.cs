using System.Globalization;
using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training.Export;

namespace BTNet.Training;

/// <summary>Runs a package in the making beside torch, and measures what faces look like to it.</summary>
internal static class DraftCheck
{
    /// <summary>Enough to see that the index of the weights is right; the graphs are those of the standard mode.</summary>
    private const int FacesForShared = 4;

    /// <summary>The lowest in a hundred is not told from fewer.</summary>
    public const int FewestForStatistics = 100;

    /// <summary>More find no more, and take longer.</summary>
    private const int MostCompared = 256;

    /// <summary>Describes a package, runs every graph in every mode on faces, describes it anew with what was measured, and gives it its name.</summary>
    /// <param name="draft">The package, with its files.</param>
    /// <param name="directory">What the user calls it.</param>
    /// <param name="manifest">What it says of itself so far.</param>
    /// <param name="torch">The same networks by torch.</param>
    /// <param name="what">What is exported, for messages.</param>
    /// <param name="faces">Faces of any size, to learn what they look like from.</param>
    /// <param name="seen">Faces of any size; up to 256 of them are seen at every resolution. At least one.</param>
    /// <param name="options">How far they may be apart.</param>
    /// <param name="progress">Told what is done; null for nobody.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InputException">The package computes something else than torch.</exception>
    public static ExportOutcome PutInPlace(
        PackageDraft draft, string directory, ModelManifest manifest, IEmbedder torch, string what, IReadOnlyList<FaceImage> faces, IReadOnlyList<FaceImage> seen, ExportOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        draft.Describe(manifest);
        var checks = Run(draft, manifest, torch, what, faces, seen, options, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        draft.PutInPlace();
        return new ExportOutcome(directory, draft.Files.Values.Sum(file => file.Bytes), checks);
    }

    private static List<ExportCheck> Run(
        PackageDraft draft, ModelManifest manifest, IEmbedder torch, string what, IReadOnlyList<FaceImage> faces, IReadOnlyList<FaceImage> seen, ExportOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        List<ExportCheck> checks = [];
        List<FaceStatistics> statistics = [];
        FaceImage[] compared = [.. Enumerable.Range(0, Math.Min(MostCompared, seen.Count)).Select(i => seen[(int)((long)i * seen.Count / Math.Min(MostCompared, seen.Count))])];
        using (var standard = Load(InferenceMode.Standard))
        using (var shared = Load(InferenceMode.Shared))
        using (var fast = Load(InferenceMode.Fast))
        {
            foreach (var resolution in fast.Resolutions)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new WorkProgress("checking", checks.Count, fast.Resolutions.Count, "resolutions"));
                var small = At(compared, resolution);
                var expected = torch.Embed(small, resolution, cancellation);
                EmbeddingMatrix embeddings;
                ExportCheck check;
                try
                {
                    embeddings = fast.Embed(small, resolution, cancellation);
                    check = new ExportCheck(resolution, small.Length, Furthest(expected, embeddings, standard.Embed(small, resolution, cancellation), shared.Embed([.. small.Take(FacesForShared)], resolution, cancellation)));
                }
                catch (InputException fault)
                {
                    // Embeddings that are no numbers; what it says names a file of the draft.
                    throw Refused(what, new ExportCheck(resolution, small.Length, double.NaN), options.Tolerance, fault);
                }

                if (!(check.Furthest <= options.Tolerance)) throw Refused(what, check, options.Tolerance);
                checks.Add(check);
                if (small.Length >= FewestForStatistics) statistics.Add(Statistics(resolution, embeddings, fast.Embed(At(NonFaces.Draw(), resolution), resolution, cancellation)));
            }
        }

        progress?.Report(new WorkProgress("checking", checks.Count, checks.Count, "resolutions"));
        var appearance = options.FacesAreReal ? AppearanceFit.Of(faces, [.. checks.Select(check => check.Resolution)], cancellation) : [];
        draft.Describe(manifest with { FaceStatistics = statistics.Count > 0 ? statistics : null, FaceAppearance = appearance.Count > 0 ? appearance : null });
        return checks;

        // The files have just been written, and their checksums taken.
        FaceEmbedder Load(InferenceMode mode) => FaceEmbedder.Load(draft.Folder, new FaceEmbedderOptions { Mode = mode, Verify = false });
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

    private static InputException Refused(string what, ExportCheck check, double tolerance, Exception? fault = null) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{what} was not exported: at {check.Resolution} pixels ONNX Runtime and torch are {check.Furthest:g3} apart (1 less the cosine, the greatest of {check.Faces} faces), more than the {tolerance:g3} allowed. Weights that are no numbers or very large do so; train the network again from its last sound state"), fault);
}
