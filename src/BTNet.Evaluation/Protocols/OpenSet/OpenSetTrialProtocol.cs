using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Open-set identification over random trials, in the manner of BLUFR (Liao, Lei, Yi and Li, "A Benchmark Study of Large-scale Unconstrained Face Recognition", IJCB 2014): in each, some people who have
/// several images are drawn and enrolled with one of them, their others are searches for them, and all images of everybody else are searches for strangers. Networks are compared by the mean less the
/// deviation over the trials.
/// </summary>
public static class OpenSetTrialProtocol
{
    /// <summary>Measures one network, treating small faces in each of some ways; each face is embedded once for all of them and all trials.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="pool">Whom to draw from.</param>
    /// <param name="options">How; null for the defaults. Its way is not looked at.</param>
    /// <param name="drawing">How people are drawn; null for the defaults.</param>
    /// <param name="ways">The ways, a report each, on the same trials.</param>
    /// <param name="progress">Told of faces embedded, then of trials.</param>
    /// <param name="skipped">Told of each broken image, which is left out.</param>
    /// <param name="cancellation">Ends the work between two batches, or two searches.</param>
    /// <exception cref="InputException">The options ask for what the network lacks or for no number of trials, more images are broken than is borne, fewer people have two images than are to be enrolled,
    /// nobody is left as a stranger, or the network gives embeddings that are not finite.</exception>
    public static IReadOnlyList<OpenSetTrialReport> Run(
        IEmbedder embedder, OpenSetPool pool, OpenSetOptions? options, OpenSetTrialOptions? drawing, IReadOnlyList<SmallFaceWay> ways, IProgress<WorkProgress>? progress = null, SkippedItems? skipped = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(ways);
        (options, drawing) = (options ?? new OpenSetOptions(), drawing ?? new OpenSetTrialOptions());
        if (drawing.Faults().ToList() is { Count: > 0 } faults) throw new InputException("open-set trials", faults);
        _ = new OpenSetDraw(pool, new bool[pool.Images.Count], drawing.Enrolled); // before hours are spent on embeddings
        var embeddings = OpenSetProtocol.Embed(embedder, pool.Images, [new ImageList(pool.Name, [.. pool.Faces.Select(face => face.Image)], pool.Missing)], options, ways, progress, skipped, cancellation);
        var draw = new OpenSetDraw(pool, embeddings.Broken, drawing.Enrolled);
        var (trials, found) = (new OpenSetTrial[drawing.Count], ways.Select(_ => options.Probes.Select(_ => new Found[drawing.Count]).ToArray()).ToArray());
        for (var trial = 0; trial < drawing.Count; trial++)
        {
            var roles = draw.Trial(drawing.Seed, trial + 1);
            trials[trial] = new OpenSetTrial(roles.Mated.Length, roles.Unmated.Length);
            foreach (var (which, way) in ways.Index())
            foreach (var (row, side) in options.Probes.Index())
            {
                var (identification, _) = OpenSetSearch.Run(embeddings, roles, FaceView.Of(options.Gallery, way), FaceView.Of(side, way), cancellation);
                found[which][row][trial] = new Found(identification.RankOne, identification.WithoutIntervals(OpenSetReport.FalsePositiveRates));
            }

            progress?.Report(new WorkProgress("searching", trial + 1, drawing.Count, "trials"));
        }

        return [.. ways.Select((way, which) => new OpenSetTrialReport(
            embedder.Description, pool.Name, options with { Way = way }, drawing, draw.Enrolled, draw.People, draw.Faces, embeddings.Broken.Count(broken => broken), draw.SkippedFaces, draw.Notices, trials,
            [.. options.Probes.Select((side, row) => Result(side, found[which][row]))]))];
    }

    private static OpenSetTrialResult Result(Resolution side, Found[] trials) => new(
        side, TrialSpread.Of([.. trials.Select(trial => trial.RankOne)]), [.. OpenSetReport.FalsePositiveRates.Select((_, rate) => TpirSpread.Of([.. trials.Select(trial => trial.Tpirs[rate])]))]);

    private readonly record struct Found(double RankOne, IReadOnlyList<TpirAtFpir> Tpirs);
}
