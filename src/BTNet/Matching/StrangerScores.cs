using BTNet.Embeddings;

namespace BTNet.Matching;

/// <summary>
/// What faces score with faces of other people, probe by probe: some probes are like many people, others like none (the "wolves" of Doddington and others 1998), so scores of one probe are not
/// independent, and a search draws all of its scores from one. Of each probe there are mean and deviation (of artanh(score)), and of what is left, z = (artanh(score) - mean) / deviation, a histogram and its upper end. That is
/// the t-norm of a probe (Auckenthaler and others 2000), used to describe scores and not to change them.
/// </summary>
public sealed class StrangerScores
{
    internal const double LowestZ = -8, BinWidth = 0.02;
    internal const int Bins = 1000;

    // The tail is fitted to no fewer and no more scores: of fewer it says nothing, and more are not needed.
    private const int LeastExcesses = 100, MostExcesses = 200_000;

    private StrangerScores(int people, ProbeScores[] probes, double[] histogram, ScoreExcess[] excesses, double limit, MateScores? mates, bool ofProbes) =>
        (People, Probes, Histogram, Excesses, Limit, Mates, AreByProbe) = (people, probes, histogram, excesses, limit, mates, ofProbes);

    /// <summary>How many people they are of.</summary>
    public int People { get; }

    /// <summary>Whether it is known which scores are of one probe. Of pairs it is not, and their scores are taken as independent.</summary>
    public bool AreByProbe { get; }

    /// <summary>Scores of faces of one person; null where there is but one image of each.</summary>
    public MateScores? Mates { get; }

    internal ProbeScores[] Probes { get; }

    /// <summary>The weight of z in bins, from <see cref="LowestZ"/>.</summary>
    internal double[] Histogram { get; }

    /// <summary>Those above <see cref="Limit"/>, the greatest first.</summary>
    internal ScoreExcess[] Excesses { get; }

    internal double Limit { get; }

    /// <summary>Compares every image, seen as a probe, with those of all other people, seen as the gallery has them.</summary>
    /// <param name="gallery">Embeddings of images as enrolled, a row an image, of any length.</param>
    /// <param name="probes">Of the same images as searched for, in the same order.</param>
    /// <param name="people">Whose each image is, from 0. People count alike, however many images there are of each.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellation">Ends the work between two probes.</param>
    /// <exception cref="InputException">Fewer than 20 people, embeddings that are not finite, or options with faults.</exception>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static StrangerScores Of(EmbeddingMatrix gallery, EmbeddingMatrix probes, IReadOnlyList<int> people, CalibrationOptions? options = null, CancellationToken cancellation = default) =>
        Of(gallery, probes, people, options ?? new CalibrationOptions(), asOne: false, cancellation);

    /// <param name="asOne">Whether all probes are taken for one, as if scores were independent: what <see cref="CalibrationCheck"/> compares with.</param>
    internal static StrangerScores Of(EmbeddingMatrix gallery, EmbeddingMatrix probes, IReadOnlyList<int> people, CalibrationOptions options, bool asOne, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentNullException.ThrowIfNull(people);
        if (gallery.Rows != probes.Rows || gallery.Columns != probes.Columns || people.Count != probes.Rows)
            throw new ArgumentException($"[{gallery.Rows}, {gallery.Columns}] of the gallery, [{probes.Rows}, {probes.Columns}] of probes and {people.Count} people are not of the same images", nameof(probes));
        var set = CohortFaces.Of(gallery, probes, people, options);
        var (found, tally) = (new ProbeScores[set.Count], new long[Bins]);
        // Again and again: what the scores' upper end is shows only when all are known, and to hold them all would take memory without bound.
        set.ForEach((probe, scores) => found[probe] = set.Describe(probe, scores), cancellation);
        if (asOne) Unite(found);
        set.ForEach((probe, scores) => set.Tally(found[probe], scores, tally), cancellation);
        var histogram = Array.ConvertAll(tally, count => count / (double)CohortFaces.Unit);
        var total = histogram.Sum();
        var pairs = (double)set.Count * set.Count;
        var share = Math.Clamp(set.Options.TailShare, LeastExcesses / pairs, Math.Max(LeastExcesses, MostExcesses) / pairs);
        var limit = LimitOf(histogram, Math.Min(share, 0.1) * total);
        var (excesses, rows) = (new List<ScoreExcess>(), new Lock());
        set.ForEach((probe, scores) =>
        {
            var above = set.Above(found[probe], scores, limit);
            lock (rows) excesses.AddRange(above);
        }, cancellation);
        return new StrangerScores(set.People, found, histogram, Ordered(excesses), limit, MateScores.Of([.. set.Mates()]), ofProbes: true);
    }

    /// <summary>Of labelled pairs, as a verification list has them. Which scores are of one probe is not known there, so that a search is taken for so many independent comparisons, which errs by
    /// as much as probes differ (docs/calibration.md); prefer scores by probe.</summary>
    /// <param name="pairs">At least 100 of different people.</param>
    /// <exception cref="InputException">Too few pairs of different people, or scores that are not finite.</exception>
    public static StrangerScores OfPairs(IReadOnlyList<LabelledScore> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.FirstOrDefault(pair => !double.IsFinite(pair.Score)) is { Score: var odd } && !double.IsFinite(odd)) throw new InputException("the pairs hold a score that is no finite number; expected cosines");
        var numbers = pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct(StringComparer.Ordinal).Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var others = pairs.Where(pair => pair.First != pair.Second).Select(pair => pair with { Score = FisherZ.Of(pair.Score) }).ToList();
        if (others.Count < LeastExcesses) throw new InputException($"{others.Count} pairs of different people; expected at least {LeastExcesses}");
        var mean = others.Average(pair => pair.Score);
        var deviation = Math.Max(Math.Sqrt(others.Average(pair => (pair.Score - mean) * (pair.Score - mean))), 1e-9);
        var probe = new ProbeScores(-1, 1, mean, deviation);
        var histogram = new double[Bins];
        foreach (var pair in others) histogram[Bin((pair.Score - mean) / deviation)]++;
        var limit = LimitOf(histogram, Math.Max(LeastExcesses / 2.0, 0.02 * others.Count));
        var excesses = others.Select(pair => new ScoreExcess(((pair.Score - mean) / deviation) - limit, 1, numbers[pair.First], numbers[pair.Second])).Where(one => one.Excess > 0);
        return new StrangerScores(numbers.Count, [probe], histogram, Ordered(excesses), limit, MateScores.Of([.. pairs.Where(pair => pair.First == pair.Second).Select(pair => (pair.Score, numbers[pair.First]))]), ofProbes: false);
    }

    /// <summary>The same with other probes.</summary>
    internal StrangerScores With(ProbeScores[] probes) => new(People, probes, Histogram, Excesses, Limit, Mates, AreByProbe);

    private static void Unite(ProbeScores[] probes)
    {
        var total = probes.Sum(probe => probe.Weight);
        var mean = probes.Sum(probe => probe.Weight * probe.Mean) / total;
        var deviation = Math.Sqrt(probes.Sum(probe => probe.Weight * ((probe.Deviation * probe.Deviation) + ((probe.Mean - mean) * (probe.Mean - mean)))) / total);
        for (var i = 0; i < probes.Length; i++) probes[i] = probes[i] with { Mean = mean, Deviation = deviation };
    }

    internal static int Bin(double z) => (int)Math.Clamp((z - LowestZ) / BinWidth, 0, Bins - 1);

    private static ScoreExcess[] Ordered(IEnumerable<ScoreExcess> excesses) => [.. excesses.OrderByDescending(one => one.Excess).ThenBy(one => one.Probe).ThenBy(one => one.Gallery)];

    private static double LimitOf(double[] histogram, double wanted)
    {
        var (bin, sum) = (Bins - 1, histogram[^1]);
        while (bin > 0 && sum < wanted) sum += histogram[--bin];
        return LowestZ + (bin * BinWidth);
    }
}

/// <summary>A score of two faces whose people are known.</summary>
/// <param name="First">Who the one is.</param>
/// <param name="Second">Who the other is.</param>
/// <param name="Score">Their cosine.</param>
public readonly record struct LabelledScore(string First, string Second, double Score);

/// <summary>What a probe scores with other people.</summary>
/// <param name="Person">Whose it is; -1 for nobody's.</param>
/// <param name="Weight">What it counts: 1 over the images of its person.</param>
/// <param name="Mean">Of its scores.</param>
/// <param name="Deviation">Of its scores, above 0.</param>
internal readonly record struct ProbeScores(int Person, double Weight, double Mean, double Deviation);

/// <summary>A score far up.</summary>
/// <param name="Excess">How far above the limit, in deviations of its probe.</param>
/// <param name="Weight">What it counts.</param>
/// <param name="Probe">Whose face was searched for.</param>
/// <param name="Gallery">Whose it was compared with.</param>
internal readonly record struct ScoreExcess(double Excess, double Weight, int Probe, int Gallery);
