using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>
/// Face verification over pairs (LFW's protocol and its kin), the two images of a pair seen at resolutions of one's
/// choice: <c>112x14</c> compares the first image at 112 with the second at 14. A score is the cosine of the two
/// embeddings.
/// </summary>
public static class PairProtocol
{
    /// <summary>Measures one network, treating small faces in the one way that the options name.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="set">The pairs.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of faces embedded.</param>
    /// <param name="skipped">Told of each broken image; its pairs are left out.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="InputException">The options ask for what the network lacks, more images are broken than is
    /// borne, too few pairs are left, or the network gives embeddings that are not finite.</exception>
    public static PairReport Run(
        IEmbedder embedder, PairSet set, PairOptions? options = null, IProgress<WorkProgress>? progress = null,
        SkippedItems? skipped = null, CancellationToken cancellation = default)
    {
        options ??= new PairOptions();
        return Run(embedder, set, options, [options.Way], progress, skipped, cancellation)[0];
    }

    /// <summary>Measures both ways of treating small faces on the same pairs; what they share is computed once.</summary>
    /// <returns>The baseline, which enlarges small faces for the trunk, and the branches.</returns>
    /// <inheritdoc cref="Run(IEmbedder, PairSet, PairOptions?, IProgress{WorkProgress}?, SkippedItems?, CancellationToken)"/>
    public static (PairReport UpSampled, PairReport Branches) RunBothWays(
        IEmbedder embedder, PairSet set, PairOptions? options = null, IProgress<WorkProgress>? progress = null,
        SkippedItems? skipped = null, CancellationToken cancellation = default)
    {
        var reports = Run(embedder, set, options ?? new PairOptions(), [SmallFaceWay.UpSample, SmallFaceWay.Branch], progress, skipped, cancellation);
        return (reports[0], reports[1]);
    }

    private static PairReport[] Run(
        IEmbedder embedder, PairSet set, PairOptions options, SmallFaceWay[] ways, IProgress<WorkProgress>? progress, SkippedItems? skipped,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(set);
        foreach (var way in ways) (options with { Way = way }).Validate(embedder.Resolutions);
        options = options.Resolved();
        var views = (from way in ways
            from pair in options.Resolutions
            from resolution in new[] { pair.First, pair.Second }
            select FaceView.Of(resolution, way)).Distinct().ToList();
        var embeddings = FaceEmbeddings.Compute(embedder, set.Images, [set.ImageList()], views, options.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
        var evaluated = set.Whole(image => embeddings.Broken[image]);
        return [.. ways.Select(way => Report(embedder, set, options with { Way = way }, embeddings, evaluated))];
    }

    private static PairReport Report(IEmbedder embedder, PairSet set, PairOptions options, FaceEmbeddings embeddings, int[] evaluated)
    {
        var (same, folds) = (evaluated.Select(pair => set.Pairs[pair].Same).ToArray(), evaluated.Select(pair => set.Pairs[pair].Fold).ToArray());
        var results = options.Resolutions.Select(resolutions =>
        {
            var (first, second) = (FaceView.Of(resolutions.First, options.Way), FaceView.Of(resolutions.Second, options.Way));
            var values = evaluated.Select(pair => options.Measure == PairMeasure.Cosine
                ? UnitVectors.Cosine(embeddings.Of(first, set.Pairs[pair].First), embeddings.Of(second, set.Pairs[pair].Second))
                : UnitVectors.SquaredDistance(embeddings.Of(first, set.Pairs[pair].First), embeddings.Of(second, set.Pairs[pair].Second))).ToArray();
            return options.Measure == PairMeasure.Cosine
                ? new PairResult(resolutions, values, same, KFoldAccuracy.Of(values, same, folds))
                : new PairResult(resolutions, [.. values.Select(distance => -distance)], same, KFoldAccuracy.OnReferenceGrid(values, same, folds));
        }).ToList();
        return new PairReport(
            embedder.Description, set.Name, options, set.Images.Count, embeddings.Broken.Count(broken => broken), evaluated,
            set.SkippedPairs + set.Pairs.Count - evaluated.Length, set.Notices, results);
    }
}
