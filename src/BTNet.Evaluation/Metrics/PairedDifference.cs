namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Two systems on the same pairs: by how much the second is better, and whether beyond chance. Far sharper than a
/// look at two overlapping intervals, because what makes a pair hard is hard for both.
/// </summary>
/// <param name="Accuracy">Accuracy of the second less that of the first (share of all pairs judged right).</param>
/// <param name="AccuracyInterval">Bootstrap interval over the pairs, thresholds as they were.</param>
/// <param name="OnlyFirstRight">Pairs that only the first judged right.</param>
/// <param name="OnlySecondRight">Pairs that only the second judged right.</param>
/// <param name="McNemarP">Exact two-sided p of McNemar's test: how likely the two counts would lie at least so far
/// apart if both systems were equally good.</param>
/// <param name="Far">The false accept rate of the two fields below.</param>
/// <param name="Tar">True accept rate of the second less that of the first; null where the pairs do not allow it.</param>
/// <param name="TarInterval">Bootstrap interval over the pairs of each kind, thresholds found anew in every draw.</param>
public sealed record PairedDifference(
    double Accuracy, ConfidenceInterval AccuracyInterval, int OnlyFirstRight, int OnlySecondRight, double McNemarP,
    double Far, double? Tar, ConfidenceInterval? TarInterval)
{
    /// <summary>Whether the accuracy interval lies wholly above zero: the second is better beyond the interval.</summary>
    public bool SecondIsBetter => AccuracyInterval.Low > 0;

    /// <summary>Compares by the same pairs in the same order.</summary>
    /// <param name="same">Whether each pair shows one person.</param>
    /// <param name="firstCorrect">Which pairs the first system judged right.</param>
    /// <param name="firstScores">Its scores, higher for more alike.</param>
    /// <param name="secondCorrect">Which pairs the second system judged right.</param>
    /// <param name="secondScores">Its scores.</param>
    /// <param name="far">The false accept rate at which true accept rates are compared.</param>
    /// <param name="draws">Resamplings, at least 100.</param>
    /// <param name="seed">Of the random draws; one seed gives one result.</param>
    /// <exception cref="ArgumentException">The lengths differ or a label does not occur.</exception>
    public static PairedDifference Of(
        IReadOnlyList<bool> same, IReadOnlyList<bool> firstCorrect, IReadOnlyList<double> firstScores,
        IReadOnlyList<bool> secondCorrect, IReadOnlyList<double> secondScores, double far = 1e-2, int draws = 2000, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(firstCorrect);
        ArgumentNullException.ThrowIfNull(secondCorrect);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 100);
        var (first, second) = (RankedScores.Of(firstScores, same), RankedScores.Of(secondScores, same));
        if (firstCorrect.Count != same.Count || secondCorrect.Count != same.Count)
            throw new ArgumentException($"{same.Count} pairs, but judgements of {firstCorrect.Count} and {secondCorrect.Count}", nameof(secondCorrect));

        var gains = new sbyte[same.Count];
        for (var pair = 0; pair < gains.Length; pair++) gains[pair] = (sbyte)((secondCorrect[pair] ? 1 : 0) - (firstCorrect[pair] ? 1 : 0));
        var (onlyFirst, onlySecond) = (gains.Count(gain => gain < 0), gains.Count(gain => gain > 0));
        var tarAllowed = RocCurve.Of(firstScores, same).TarAt(far).Value is not null;

        var random = new Random(seed);
        var accuracies = new double[draws];
        var tars = new double[draws];
        var weights = new int[same.Count];
        var positives = Enumerable.Range(0, gains.Length).Where(pair => same[pair]).ToArray();
        var negatives = Enumerable.Range(0, gains.Length).Where(pair => !same[pair]).ToArray();
        for (var draw = 0; draw < draws; draw++)
        {
            var sum = 0;
            for (var i = 0; i < gains.Length; i++) sum += gains[random.Next(gains.Length)];
            accuracies[draw] = sum / (double)gains.Length;
            if (!tarAllowed) continue;
            // Each kind is drawn by itself, so that the false accepts allowed stay the same number.
            Array.Clear(weights);
            foreach (var _ in positives) weights[positives[random.Next(positives.Length)]]++;
            foreach (var _ in negatives) weights[negatives[random.Next(negatives.Length)]]++;
            tars[draw] = TarOf(second, weights, far) - TarOf(first, weights, far);
        }

        Array.Fill(weights, 1);
        return new PairedDifference(
            (onlySecond - onlyFirst) / (double)gains.Length, ConfidenceInterval.Percentile(accuracies), onlyFirst, onlySecond, McNemar(onlyFirst, onlySecond),
            far, tarAllowed ? TarOf(second, weights, far) - TarOf(first, weights, far) : null, tarAllowed ? ConfidenceInterval.Percentile(tars) : null);
    }

    /// <summary>Twice the smaller tail of the binomial distribution with a half, at most 1.</summary>
    /// <param name="onlyFirst">Pairs that only the first judged right.</param>
    /// <param name="onlySecond">Pairs that only the second judged right.</param>
    public static double McNemar(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        var (trials, fewer) = (onlyFirst + onlySecond, Math.Min(onlyFirst, onlySecond));
        var logTerm = -trials * Math.Log(2);
        var tail = Math.Exp(logTerm);
        for (var k = 1; k <= fewer; k++)
        {
            logTerm += Math.Log(trials - k + 1) - Math.Log(k);
            tail += Math.Exp(logTerm);
        }

        return Math.Min(1, 2 * tail);
    }

    /// <summary>The true accept rate where each pair counts as often as it was drawn.</summary>
    private static double TarOf(RankedScores ranked, int[] weights, double far)
    {
        var borne = RocCurve.Borne(far, ranked.Negatives);
        var (falses, trues, best, rank) = (0, 0, 0, 0);
        foreach (var end in ranked.GroupEnds)
        {
            for (; rank < end; rank++)
            {
                var pair = ranked.Order[rank];
                if (ranked.Same[pair]) trues += weights[pair];
                else falses += weights[pair];
            }

            if (falses > borne) break;
            best = trues;
        }

        return best / (double)ranked.Positives;
    }
}
