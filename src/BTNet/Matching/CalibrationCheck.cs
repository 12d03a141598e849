using BTNet.Embeddings;

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

    /// <summary>Checks scores at two resolutions.</summary>
    /// <param name="gallery">As for <see cref="StrangerScores.Of(EmbeddingMatrix, EmbeddingMatrix, IReadOnlyList{int}, CalibrationOptions?, CancellationToken)"/>, likewise the next two.</param>
    /// <param name="probes">See there.</param>
    /// <param name="people">See there.</param>
    /// <param name="options">How to calibrate; null for the defaults.</param>
    /// <param name="splits">How often people are split anew, at least 2.</param>
    /// <param name="share">The share of people that are calibrated with, above 0 and below 1.</param>
    /// <param name="cancellation">Ends the work between two splits.</param>
    /// <returns>A line for each of 10, 3 and 1 %, heeding probes, and taking comparisons for independent.</returns>
    /// <exception cref="InputException">Either part has too few people.</exception>
    public static IReadOnlyList<CheckedRate> Run(
        EmbeddingMatrix gallery, EmbeddingMatrix probes, IReadOnlyList<int> people, CalibrationOptions? options = null, int splits = 20, double share = 0.5, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 2);
        if (!(share is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "expected above 0 and below 1");
        options ??= new CalibrationOptions();
        var all = people.Distinct().Order().ToArray();
        var obtained = new double[2, Rates.Length, splits];
        var random = new Random(options.Seed);
        for (var split = 0; split < splits; split++)
        {
            cancellation.ThrowIfCancellationRequested();
            random.Shuffle(all);
            var chosen = all.Take((int)Math.Round(share * all.Length)).ToHashSet();
            var (ours, others) = (Of(chosen.Contains), Of(person => !chosen.Contains(person)));
            var rest = CohortFaces.Of(others.Gallery, others.Probes, others.People, options with { MostImages = 1 });
            foreach (var asOne in new[] { false, true })
            {
                var scores = StrangerScores.Of(ours.Gallery, ours.Probes, ours.People, options, asOne, cancellation);
                var thresholds = ScoreCalibrator.Thresholds(scores, Size(all.Length, share), Rates, options with { Draws = Math.Min(options.Draws, MostDraws) }, cancellation);
                for (var rate = 0; rate < Rates.Length; rate++) obtained[asOne ? 1 : 0, rate, split] = Obtained(rest, thresholds[rate], Size(all.Length, share), cancellation);
            }
        }

        return [.. new[] { 0, 1 }.SelectMany(way => Rates.Select((rate, i) =>
        {
            double[] values = [.. Enumerable.Range(0, splits).Select(split => obtained[way, i, split])];
            var mean = values.Average();
            return new CheckedRate(way == 0, Size(all.Length, share), rate, mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (splits - 1)));
        }))];

        (EmbeddingMatrix Gallery, EmbeddingMatrix Probes, int[] People) Of(Func<int, bool> takes)
        {
            int[] rows = [.. Enumerable.Range(0, people.Count).Where(row => takes(people[row]))];
            return (Rows(gallery, rows), Rows(probes, rows), [.. rows.Select(row => people[row])]);
        }
    }

    /// <summary>As large a gallery as the people allow who were not calibrated with.</summary>
    private static int Size(int people, double share) => Math.Max(1, people - (int)Math.Round(share * people) - 5);

    private static EmbeddingMatrix Rows(EmbeddingMatrix of, int[] rows)
    {
        var values = new float[rows.Length * of.Columns];
        for (var i = 0; i < rows.Length; i++) of[rows[i]].CopyTo(values.AsSpan(i * of.Columns));
        return new EmbeddingMatrix(rows.Length, of.Columns, values);
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

/// <summary>What a rate asked for came to.</summary>
/// <param name="ByProbe">Whether probes were told apart; else comparisons were taken for independent.</param>
/// <param name="GallerySize">In a gallery of so many people.</param>
/// <param name="Asked">The rate asked for.</param>
/// <param name="Obtained">The mean rate obtained.</param>
/// <param name="Deviation">Its standard deviation over splits.</param>
public sealed record CheckedRate(bool ByProbe, int GallerySize, double Asked, double Obtained, double Deviation);
