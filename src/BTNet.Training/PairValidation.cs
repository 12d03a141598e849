using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Data;
using BTNet.Training.Recipes;

namespace BTNet.Training;

/// <summary>Judges a network while it trains, by pair accuracy on the lists that a recipe names.</summary>
public static class PairValidation
{
    private const int ImagesAtATime = 256;

    /// <summary>The judgement of a recipe; null where it names no pairs.</summary>
    /// <param name="options">The lists and the resolutions.</param>
    /// <param name="resolution">What is trained: the trunk, or a branch.</param>
    /// <exception cref="InputException">The lists cannot be read, or there are resolutions to judge that the network will not have.</exception>
    public static Validation? From(RunOptions options, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ValidationPairs.Length == 0) return null;
        Require(options, resolution.IsFull ? [] : [resolution]);
        return On(PairSets.Open(options.ValidationPairs, options.ValidationRoot), Resolutions(options, resolution));
    }

    /// <summary>The judgement of a branch for somebody else's recogniser: pair accuracy, and how like its embeddings of faces that it was not trained on
    /// are to the recogniser's of the same faces whole (mean cosine), which tells two trainings apart sooner. Null where no pairs are named.</summary>
    /// <param name="options">The lists and the resolutions.</param>
    /// <param name="resolution">The branch's.</param>
    /// <exception cref="InputException">The lists cannot be read.</exception>
    public static Validation? OfBranch(RunOptions options, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ValidationPairs.Length == 0) return null;
        var pairs = PairSets.Open(options.ValidationPairs, options.ValidationRoot);
        var accuracy = On(pairs, OfBranch(Resolutions(options, resolution), resolution));
        return (embedder, cancellation) =>
        {
            var judged = accuracy(embedder, cancellation).ToDictionary();
            judged["cosine"] = Likeness(embedder, pairs, resolution, cancellation);
            return judged;
        };
    }

    /// <summary>Looks whether all resolutions to judge are of the trunk or of branches that are trained.</summary>
    /// <param name="options">The lists and the resolutions.</param>
    /// <param name="resolutions">The branches.</param>
    /// <exception cref="InputException">One is not.</exception>
    internal static void Require(RunOptions options, IReadOnlyList<Resolution> resolutions)
    {
        if (options.ValidationPairs.Length == 0 || options.ValidationResolutions is not { } stated) return;
        if (ResolutionPair.ParseList(stated).Where(pair => !new[] { pair.First, pair.Second }.All(side => side.IsFull || resolutions.Contains(side))).ToList() is { Count: > 0 } others)
            throw new InputException($"run.validationResolutions: {string.Join(", ", others)}; expected pairs of {Resolution.Full}{(resolutions.Count == 0 ? "" : $" and of what is trained: {string.Join(", ", resolutions)}")}");
    }

    /// <summary>Says where pictures that are judged on are among those to train on, since nothing can be learnt from such a judgement. Pictures that lie in one file with others are not told apart.</summary>
    /// <param name="options">The lists.</param>
    /// <param name="source">The faces to train on.</param>
    /// <param name="tell">Told it, once.</param>
    /// <exception cref="InputException">The lists cannot be read.</exception>
    public static void WarnOfShared(RunOptions options, IFaceSource source, Action<string> tell)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tell);
        if (options.ValidationPairs.Length == 0) return;
        var root = Path.GetFullPath(options.ValidationRoot ?? Path.GetDirectoryName(Path.GetFullPath(options.ValidationPairs[0]))!);
        var judged = PairSets.Open(options.ValidationPairs, options.ValidationRoot).Images.Select(image => Path.GetFullPath(image.Name, root)).ToHashSet(StringComparer.Ordinal);
        var shared = Enumerable.Range(0, source.Count).Select(item => Path.GetFullPath(source.NameOf(item))).Where(judged.Contains).ToList();
        if (shared.Count > 0)
            tell($"warning: {shared.Count} of the {judged.Count} pictures in the validation pairs are among those to train on, such as {shared[0]}; of pictures that were learnt a judgement says little. List the people or folders to train on (--identities)");
    }

    /// <summary>Judges on given pairs.</summary>
    public static Validation On(PairSet pairs, IReadOnlyList<ResolutionPair> resolutions) => (embedder, cancellation) =>
        PairProtocol.Run(embedder, pairs, new PairOptions { Resolutions = resolutions }, cancellation: cancellation).Results
            .ToDictionary(result => result.Resolutions.ToString(), result => result.Accuracy.Mean);

    private static IReadOnlyList<ResolutionPair> Resolutions(RunOptions options, Resolution resolution) => ResolutionPair.ParseList(
        options.ValidationResolutions ?? (resolution.IsFull ? $"{resolution}x{resolution}" : $"{Resolution.Full}x{resolution},{resolution}x{resolution}"));

    /// <summary>Of pairs that are for several branches those that one can be judged by; where there are none, the usual.</summary>
    private static IReadOnlyList<ResolutionPair> OfBranch(IReadOnlyList<ResolutionPair> pairs, Resolution resolution)
    {
        bool Has(Resolution side) => side.IsFull || side == resolution;
        List<ResolutionPair> own = [.. pairs.Where(pair => Has(pair.First) && Has(pair.Second))];
        return own.Count > 0 ? own : Resolutions(new RunOptions(), resolution);
    }

    private static double Likeness(IEmbedder embedder, PairSet pairs, Resolution resolution, CancellationToken cancellation)
    {
        var (sum, count) = (0.0, 0);
        foreach (var images in pairs.Images.Chunk(ImagesAtATime))
        {
            List<FaceImage> faces = [];
            foreach (var image in images)
            {
                try
                {
                    faces.Add(image.Decode());
                }
                catch (InputException)
                {
                    // Judging by pairs has said so.
                }
            }

            FaceImage[] At(Resolution side) => [.. faces.Select(face => FaceResizer.Resize(face, side.Side, side.Side))];
            var (whole, small) = (embedder.Embed(At(Resolution.Full), Resolution.Full, cancellation), embedder.Embed(At(resolution), resolution, cancellation));
            for (var row = 0; row < faces.Count; row++) sum += TensorPrimitives.CosineSimilarity(whole[row], small[row]);
            count += faces.Count;
        }

        return sum / count;
    }
}
