using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Evaluation.Metrics;
using BTNet.Faces;
using BTNet.Gallery;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Open-set identification where people are enrolled with several faces, over random trials as in <see cref="OpenSetTrialProtocol"/>: what ways to fuse these faces come to. All ways are measured on the same
/// trials. Small faces go to their branches.
/// </summary>
public static class OpenSetTemplateProtocol
{
    /// <summary>The rates that calibrated thresholds are looked up for: 10 and 1 %.</summary>
    public static IReadOnlyList<double> Asked { get; } = [0.1, 0.01];

    /// <summary>Measures one network; each face is embedded once in each view for all trials and ways.</summary>
    /// <param name="embedder">The network.</param>
    /// <param name="pool">Whom to draw from.</param>
    /// <param name="options">How; null for the defaults. Its gallery and its way are not looked at.</param>
    /// <param name="templates">With which faces people are enrolled, and how they are fused; null for the defaults.</param>
    /// <param name="drawing">How people are drawn; null for the defaults.</param>
    /// <param name="calibration">The model's, for faces that count by quality and for its thresholds; null where it has none: then faces count by their resolution.</param>
    /// <param name="progress">Told of faces embedded, then of trials.</param>
    /// <param name="skipped">Told of each broken image, which is left out.</param>
    /// <param name="cancellation">Ends the work between two batches, or two searches.</param>
    /// <exception cref="InputException">The options ask for what the network lacks, more images are broken than is borne, fewer people have so many images than are to be enrolled, nobody is left as a stranger, the
    /// calibration lacks a resolution, or the network gives embeddings that are not finite.</exception>
    public static OpenSetTemplateReport Run(
        IEmbedder embedder, OpenSetPool pool, OpenSetOptions? options, OpenSetTemplateOptions? templates, OpenSetTrialOptions? drawing, CalibrationTable? calibration = null, IProgress<WorkProgress>? progress = null,
        SkippedItems? skipped = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(pool);
        (options, templates, drawing) = (options ?? new OpenSetOptions(), templates ?? new OpenSetTemplateOptions(), drawing ?? new OpenSetTrialOptions());
        options = options with { Way = SmallFaceWay.Branch };
        if (templates.Faults().Concat(drawing.Faults()).ToList() is { Count: > 0 } faults) throw new InputException("open-set trials", faults);
        foreach (var side in templates.Gallery) (options with { Gallery = side }).Validate(embedder.Resolutions);
        _ = new OpenSetDraw(pool, new bool[pool.Images.Count], drawing.Enrolled, templates.Faces); // before hours are spent on embeddings
        var views = options.Probes.Concat(templates.Gallery).Distinct().Select(View).ToList();
        var embeddings = FaceEmbeddings.Compute(
            embedder, pool.Images, [new ImageList(pool.Name, [.. pool.Faces.Select(face => face.Image)], pool.Missing)], views, options.Seeing, skipped ?? new SkippedItems(), progress, cancellation);
        var draw = new OpenSetDraw(pool, embeddings.Broken, drawing.Enrolled, templates.Faces);
        var thresholds = new Dictionary<(Resolution, Resolution, double), double>();
        var (trials, found) = (new OpenSetTrial[drawing.Count], new Dictionary<(Resolution, TemplateFusion), List<Found>>());
        for (var trial = 0; trial < drawing.Count; trial++)
        {
            var roles = draw.Trial(drawing.Seed, trial + 1);
            trials[trial] = new OpenSetTrial(roles.Mated.Length, roles.Unmated.Length);
            var enrolled = roles.Gallery.GroupBy(face => face.Person).SelectMany(own => own.Select((face, i) => Seen(face, (int)(OpenSetDraw.Turn(drawing.Seed, trial + 1, pool.People[own.Key]) % (ulong)templates.Gallery.Count) + i))).ToList();
            foreach (var fusion in templates.Fusions)
            {
                EnrolledRow[] rows = [.. enrolled.GroupBy(one => one.Person).SelectMany(own => own.ToList() is var faces ? Rows(fusion, faces) : [])];
                var seen = enrolled.ToDictionary(one => one.Image, one => one.Face.Resolution);
                foreach (var side in options.Probes)
                {
                    var searches = OpenSetSearch.Run(embeddings, roles, rows, View(side), cancellation);
                    if (!found.TryGetValue((side, fusion), out var list)) found[(side, fusion)] = list = [];
                    list.Add(new Found(
                        searches.Identification.RankOne, searches.Identification.WithoutIntervals(OpenSetReport.FalsePositiveRates), calibration is null ? [] : [.. Asked.Select(asked => Judge(searches, seen, side, asked, enrolled.Count))]));
                }
            }

            progress?.Report(new WorkProgress("searching", trial + 1, drawing.Count, "trials"));
        }

        return new OpenSetTemplateReport(
            embedder.Description, pool.Name, options, templates, drawing, draw.Enrolled, draw.People, draw.Faces, draw.SkippedFaces, draw.Notices, trials,
            [.. options.Probes.SelectMany(side => templates.Fusions.Distinct().Select(fusion => Result(side, fusion, found[(side, fusion)])))]);

        static FaceView View(Resolution side) => FaceView.Of(side, SmallFaceWay.Branch);

        SeenFace Seen(OpenSetFace face, int turn)
        {
            var side = templates.Gallery[turn % templates.Gallery.Count];
            var embedding = embeddings.Of(View(side), face.Image).ToArray();
            return new SeenFace(face.Person, face.Image, new EnrolledFace(embedding, side) { Quality = calibration?.Quality.FirstOrDefault(one => one.Resolution == side)?.UsefulnessAt(TensorPrimitives.Norm<float>(embedding)) });
        }

        (double Fpir, double Tpir) Judge((OpenSetIdentification Identification, IReadOnlyList<OpenSetMatch> Own, IReadOnlyList<OpenSetMatch> Others) searches, Dictionary<int, Resolution> seen, Resolution side, double asked, int size)
        {
            var mated = searches.Own.Count;
            bool Passes(OpenSetMatch match)
            {
                if (match.Found < 0) return false;
                var key = (seen[match.Found], side, asked);
                if (!thresholds.TryGetValue(key, out var threshold)) thresholds[key] = threshold = calibration![key.Item1, side].Threshold(asked, size).Value;
                return match.Score >= threshold;
            }

            return (searches.Others.Skip(mated).Count(Passes) / (double)(searches.Others.Count - mated), searches.Own.Zip(searches.Others).Count(pair => pair.First.Score > pair.Second.Score && Passes(pair.First)) / (double)mated);
        }
    }

    private static IEnumerable<EnrolledRow> Rows(TemplateFusion fusion, List<SeenFace> faces) =>
        fusion.Fuse([.. faces.Select(one => one.Face)]).Select(row => new EnrolledRow(faces[row.Face].Person, faces[row.Face].Image, UnitVectors.Of(row.Embedding.Span)));

    private static OpenSetTemplateResult Result(Resolution side, TemplateFusion fusion, List<Found> trials) => new(
        side, fusion, TrialSpread.Of([.. trials.Select(trial => trial.RankOne)]), [.. OpenSetReport.FalsePositiveRates.Select((_, rate) => TpirSpread.Of([.. trials.Select(trial => trial.Tpirs[rate])]))],
        [.. Asked.Take(trials[0].Calibrated.Length).Select((asked, i) => new CalibratedSpread(asked, TrialSpread.Of([.. trials.Select(trial => trial.Calibrated[i].Fpir)]), TrialSpread.Of([.. trials.Select(trial => trial.Calibrated[i].Tpir)])))]);

    private readonly record struct Found(double RankOne, IReadOnlyList<TpirAtFpir> Tpirs, (double Fpir, double Tpir)[] Calibrated);

    private sealed record SeenFace(int Person, int Image, EnrolledFace Face);
}
