namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Verification accuracy as the field states it: the pairs of each fold are judged with the threshold that was best
/// on all the other folds, so that no pair helps to choose the threshold that judges it.
/// </summary>
public sealed class KFoldAccuracy
{
    private KFoldAccuracy(IReadOnlyList<double> folds, IReadOnlyList<double> thresholds, IReadOnlyList<bool> correct)
    {
        (Folds, Thresholds, Correct) = (folds, thresholds, correct);
        Mean = folds.Average();
        StandardDeviation = Math.Sqrt(folds.Average(fold => (fold - Mean) * (fold - Mean)));
        Interval = ConfidenceInterval.Wilson(correct.Count(right => right), correct.Count);
    }

    /// <summary>Mean of <see cref="Folds"/>, 0 to 1.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of <see cref="Folds"/>, divided by their number as NumPy's <c>std</c> is.</summary>
    public double StandardDeviation { get; }

    /// <summary>Wilson's interval of the share of all pairs judged right; the same as <see cref="Mean"/> at its
    /// heart where the folds have one size.</summary>
    public ConfidenceInterval Interval { get; }

    /// <summary>The accuracy of each fold, 0 to 1.</summary>
    public IReadOnlyList<double> Folds { get; }

    /// <summary>The threshold that judged each fold.</summary>
    public IReadOnlyList<double> Thresholds { get; }

    /// <summary>Of each pair, whether it was judged right.</summary>
    public IReadOnlyList<bool> Correct { get; }

    /// <summary>
    /// Takes the threshold from every distinct one: the midpoints between neighbouring scores of the other folds,
    /// one that accepts them all and one that accepts none. Of equally good ones the highest is taken. A score at
    /// or above the threshold means one person.
    /// </summary>
    /// <param name="scores">A score a pair, higher for more alike.</param>
    /// <param name="same">Whether the pair shows one person.</param>
    /// <param name="folds">The fold of each pair, from 0, without gaps; at least two folds.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is not a number, a label does not occur, or the
    /// folds are fewer than two or have gaps.</exception>
    public static KFoldAccuracy Of(IReadOnlyList<double> scores, IReadOnlyList<bool> same, IReadOnlyList<int> folds)
    {
        var ranked = RankedScores.Of(scores, same);
        var sizes = FoldSizes(folds, same.Count);
        var thresholds = new double[sizes.Length];
        for (var fold = 0; fold < sizes.Length; fold++) thresholds[fold] = Best(ranked, folds, fold);
        return Judge(scores, same, folds, sizes, thresholds, (score, threshold) => score >= threshold);
    }

    /// <summary>
    /// What the usual script computes: squared distances, thresholds 0, 0.01, ... 3.99, a distance below the
    /// threshold means one person, and of equally good thresholds the smallest is taken.
    /// </summary>
    /// <param name="distances">A squared distance of unit vectors a pair, 0 to 4.</param>
    /// <param name="same">Whether the pair shows one person.</param>
    /// <param name="folds">The fold of each pair, from 0, without gaps; at least two folds.</param>
    /// <exception cref="ArgumentException">As for <see cref="Of"/>.</exception>
    public static KFoldAccuracy OnReferenceGrid(IReadOnlyList<double> distances, IReadOnlyList<bool> same, IReadOnlyList<int> folds)
    {
        _ = RankedScores.Of(distances, same);
        var sizes = FoldSizes(folds, same.Count);
        const int steps = 400;
        // Pairs judged right by each threshold in each fold; the folds are then added up without each one in turn.
        var right = new int[sizes.Length, steps];
        for (var step = 0; step < steps; step++)
        for (var pair = 0; pair < same.Count; pair++)
        {
            if (distances[pair] < GridThreshold(step) == same[pair]) right[folds[pair], step]++;
        }

        var thresholds = new double[sizes.Length];
        for (var fold = 0; fold < sizes.Length; fold++)
        {
            var (best, bestRight) = (0, -1);
            for (var step = 0; step < steps; step++)
            {
                var sum = 0;
                for (var other = 0; other < sizes.Length; other++)
                {
                    if (other != fold) sum += right[other, step];
                }

                if (sum > bestRight) (best, bestRight) = (step, sum);
            }

            thresholds[fold] = GridThreshold(best);
        }

        return Judge(distances, same, folds, sizes, thresholds, (distance, threshold) => distance < threshold);
    }

    private static double GridThreshold(int step) => step * 0.01;

    /// <summary>Walks the ranked pairs of the other folds once, from accepting none to accepting all.</summary>
    private static double Best(RankedScores ranked, IReadOnlyList<int> folds, int leftOut)
    {
        var right = 0;
        for (var pair = 0; pair < ranked.Same.Length; pair++)
        {
            if (folds[pair] != leftOut && !ranked.Same[pair]) right++;
        }

        var (best, bestRight) = (double.NaN, -1);
        var (last, accepted) = (double.NaN, right);
        var rank = 0;
        foreach (var end in ranked.GroupEnds)
        {
            var score = ranked.Scores[ranked.Order[end - 1]];
            var present = false;
            for (; rank < end; rank++)
            {
                var pair = ranked.Order[rank];
                if (folds[pair] == leftOut) continue;
                present = true;
                accepted += ranked.Same[pair] ? 1 : -1;
            }

            if (!present) continue;
            // 'right' is what a threshold just above this group gives.
            if (right > bestRight) (best, bestRight) = (double.IsNaN(last) ? Math.BitIncrement(score) : RankedScores.Between(score, last), right);
            (last, right) = (score, accepted);
        }

        return right > bestRight ? last : best;
    }

    private static int[] FoldSizes(IReadOnlyList<int> folds, int pairs)
    {
        ArgumentNullException.ThrowIfNull(folds);
        if (folds.Count != pairs) throw new ArgumentException($"{pairs} pairs but {folds.Count} fold numbers", nameof(folds));
        if (folds.Any(fold => fold < 0 || fold >= pairs)) throw new ArgumentException("a fold number is out of range", nameof(folds));
        var sizes = new int[folds.Max() + 1];
        foreach (var fold in folds) sizes[fold]++;
        if (sizes.Length < 2 || sizes.Contains(0)) throw new ArgumentException("needs at least two folds, and no empty one between", nameof(folds));
        return sizes;
    }

    private static KFoldAccuracy Judge(
        IReadOnlyList<double> values, IReadOnlyList<bool> same, IReadOnlyList<int> folds, int[] sizes, double[] thresholds, Func<double, double, bool> accepts)
    {
        var correct = new bool[same.Count];
        var right = new int[sizes.Length];
        for (var pair = 0; pair < correct.Length; pair++)
        {
            correct[pair] = accepts(values[pair], thresholds[folds[pair]]) == same[pair];
            if (correct[pair]) right[folds[pair]]++;
        }

        return new KFoldAccuracy([.. sizes.Select((size, fold) => right[fold] / (double)size)], thresholds, correct);
    }
}
