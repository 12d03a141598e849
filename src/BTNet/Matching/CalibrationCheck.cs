using BTNet.Embeddings;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>
/// Whether calibration holds, on the people that it is made of: some of them are calibrated with, the rest are searched for in galleries of the rest, and the rate obtained is compared with the one asked
/// for. The rate obtained is exact over all galleries of the size: with k of a probe's M people at or above the threshold, the best of N drawn of them is so with probability 1 - C(M - k, N) / C(M, N).
/// </summary>
public static class CalibrationCheck
{
    // Enough for the mean, which is all that is needed of them.
    private const int MostDraws = 40;

    private static readonly double[] Rates = [0.1, 0.03, 0.01];

    /// <summary>Checks scores at every two resolutions.</summary>
    /// <param name="seen">Embeddings of the same images at each resolution, a row an image, of any length.</param>
    /// <param name="people">Whose each image is, from 0.</param>
    /// <param name="options">How to calibrate; null for the defaults.</param>
    /// <param name="splits">How often people are split anew, at least 2.</param>
    /// <param name="share">The share of people that are calibrated with, above 0 and below 1.</param>
    /// <param name="progress">Told of splits.</param>
    /// <param name="cancellation">Ends the work between two splits.</param>
    /// <returns>For every two resolutions and each <see cref="CheckedWay"/> a line for each of 10, 3 and 1 %. <see cref="CheckedWay.OwnTail"/> only where there are several resolutions.</returns>
    /// <exception cref="InputException">Either part has too few people.</exception>
    /// <exception cref="ArgumentException">No resolution, or sizes differ.</exception>
    public static IReadOnlyList<CheckedRate> Run(
        IReadOnlyDictionary<Resolution, EmbeddingMatrix> seen, IReadOnlyList<int> people, CalibrationOptions? options = null, int splits = 20, double share = 0.5, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(seen);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 2);
        options ??= new CalibrationOptions();
        options = options with { Draws = Math.Min(options.Draws, MostDraws) };
        var parts = new PeopleSplits(seen, people, share, options.Seed);
        Resolution[] sides = [.. seen.Keys.OrderDescending()];
        MatchedResolutions[] pairs = [.. sides.SelectMany(gallery => sides.Select(probe => new MatchedResolutions(gallery, probe)))];
        CheckedWay[] ways = pairs.Length > 1 ? [CheckedWay.AsCalibrated, CheckedWay.OwnTail, CheckedWay.Independent] : [CheckedWay.AsCalibrated, CheckedWay.Independent];
        // As large a gallery as the people allow who were not calibrated with.
        var size = Math.Max(1, parts.Rest - 5);
        var obtained = new double[pairs.Length, ways.Length, Rates.Length, splits];
        for (var split = 0; split < splits; split++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress("checking", split, splits, "splits"));
            var (ours, others) = parts.Next();
            CohortFaces[] rest = [.. pairs.Select(pair => CohortFaces.Of(others.Seen[pair.Gallery], others.Seen[pair.Probe], others.People, options with { MostImages = 1 }))];
            var byProbe = Scores(asOne: false);
            for (var way = 0; way < ways.Length; way++)
            {
                var thresholds = ways[way] switch
                {
                    CheckedWay.AsCalibrated => ScoreCalibrator.Thresholds(byProbe, size, Rates, options, cancellation),
                    CheckedWay.OwnTail => [.. byProbe.Select(scores => ScoreCalibrator.Thresholds([scores], size, Rates, options, cancellation)[0])],
                    _ => ScoreCalibrator.Thresholds(Scores(asOne: true), size, Rates, options, cancellation)
                };
                for (var pair = 0; pair < pairs.Length; pair++)
                    for (var rate = 0; rate < Rates.Length; rate++) obtained[pair, way, rate, split] = Obtained(rest[pair], thresholds[pair][rate], size, cancellation);
            }

            StrangerScores[] Scores(bool asOne) => [.. pairs.Select(pair => StrangerScores.Of(ours.Seen[pair.Gallery], ours.Seen[pair.Probe], ours.People, options, asOne, cancellation))];
        }

        progress?.Report(new WorkProgress("checking", splits, splits, "splits"));
        return [.. from pair in Enumerable.Range(0, pairs.Length) from way in Enumerable.Range(0, ways.Length) from rate in Enumerable.Range(0, Rates.Length) select Line(pair, way, rate)];

        CheckedRate Line(int pair, int way, int rate)
        {
            double[] values = [.. Enumerable.Range(0, splits).Select(split => obtained[pair, way, rate, split])];
            var mean = values.Average();
            return new CheckedRate(pairs[pair], ways[way], size, Rates[rate], mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (splits - 1)));
        }
    }

    private static double Obtained(CohortFaces faces, double threshold, int size, CancellationToken cancellation)
    {
        var (rates, least) = (new double[faces.Count], FisherZ.Of(threshold));
        faces.ForEach((probe, scores) =>
        {
            var above = 0;
            for (var i = 0; i < scores.Length; i++)
                if (i != probe && scores[i] >= least) above++;
            rates[probe] = Hit(above, scores.Length - 1, size);
        }, cancellation);
        return rates.Average();
    }

    /// <summary>The probability that some of <paramref name="size"/> drawn of <paramref name="all"/> are among <paramref name="above"/> of them.</summary>
    internal static double Hit(int above, int all, int size)
    {
        if (above > all - size) return 1;
        double none = 1;
        for (var i = 0; i < above; i++) none *= (double)(all - size - i) / (all - i);
        return 1 - none;
    }
}
