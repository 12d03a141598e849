using System.Globalization;

namespace BTNet.Evaluation.Metrics;

/// <summary>
/// The receiver operating characteristic of a verification: false against true accepts at every threshold. A
/// threshold t accepts a score >= t, so pairs of equal score are accepted together. Counts are exact; the work is one sort.
/// </summary>
public sealed class RocCurve
{
    private readonly RankedScores? _ranked;

    private RocCurve(IReadOnlyList<RocPoint> points, int positives, int negatives) => (Points, Positives, Negatives) = (points, positives, negatives);

    private RocCurve(RankedScores ranked)
    {
        (_ranked, Positives, Negatives) = (ranked, ranked.Positives, ranked.Negatives);
        var points = new List<RocPoint>(ranked.GroupEnds.Length + 1) { new(double.PositiveInfinity, 0, 0) };
        var (rank, falseAccepts, trueAccepts) = (0, 0, 0);
        foreach (var end in ranked.GroupEnds)
        {
            for (; rank < end; rank++)
            {
                if (ranked.Same[ranked.Order[rank]]) trueAccepts++;
                else falseAccepts++;
            }

            points.Add(new RocPoint(ranked.Scores[ranked.Order[end - 1]], falseAccepts, trueAccepts));
        }

        Points = points;
    }

    /// <summary>A point for each distinct score, the highest first, after one at which nothing is accepted; of a curve of many pairs the corners only (<see cref="OfMany"/>).</summary>
    public IReadOnlyList<RocPoint> Points { get; }

    /// <summary>Pairs of one person.</summary>
    public int Positives { get; }

    /// <summary>Pairs of two people.</summary>
    public int Negatives { get; }

    /// <summary>The curve of scored pairs.</summary>
    /// <param name="scores">A score a pair, higher for more alike.</param>
    /// <param name="same">Whether the pair shows one person.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is not a number, or one of the labels does not occur.</exception>
    public static RocCurve Of(IReadOnlyList<double> scores, IReadOnlyList<bool> same) => new(RankedScores.Of(scores, same));

    /// <summary>
    /// The curve of millions of pairs: nothing of their size is allocated. Its points are the corners, two for each pair of one person at most: along a run of scores that only pairs of two people
    /// have, the curve is level, and the run's last point stands for it. Rates, areas and their intervals are those of <see cref="Of"/>; a threshold that
    /// <see cref="TarAt"/> gives is that of a corner.
    /// </summary>
    /// <param name="mates">The scores of pairs of one person, at least one; sorted in place.</param>
    /// <param name="strangers">The scores of pairs of two people, at least one; sorted in place.</param>
    /// <exception cref="ArgumentException">One of them is empty, or a score is not a number.</exception>
    public static RocCurve OfMany(Span<float> mates, Span<float> strangers)
    {
        if (mates.IsEmpty || strangers.IsEmpty) throw new ArgumentException("needs at least one pair of one person and one of two people", nameof(mates));
        mates.Sort();
        strangers.Sort();
        // What is not a number is sorted before everything.
        if (float.IsNaN(mates[0]) || float.IsNaN(strangers[0])) throw new ArgumentException("a score is not a number", nameof(mates));
        return new RocCurve(RocCorners.Of(mates, strangers), mates.Length, strangers.Length);
    }

    /// <summary>The probability that a pair of one person scores above a pair of two, equal scores counting half.</summary>
    public double Auc
    {
        get
        {
            long twice = 0;
            for (var i = 1; i < Points.Count; i++)
            {
                long falses = Points[i].FalseAccepts - Points[i - 1].FalseAccepts;
                twice += falses * (Points[i].TrueAccepts + (long)Points[i - 1].TrueAccepts);
            }

            return twice / (2.0 * Positives * Negatives);
        }
    }

    /// <summary>
    /// DeLong's interval of <see cref="Auc"/> (DeLong, DeLong and Clarke-Pearson 1988), taken on the logit so that it
    /// stays within 0 and 1; where every pair is ranked right or every one wrong it has no width.
    /// </summary>
    public ConfidenceInterval AucInterval
    {
        get
        {
            var auc = Auc;
            if (auc is <= 0 or >= 1) return new ConfidenceInterval(auc, auc);
            double positiveSquares = 0, negativeSquares = 0;
            for (var i = 1; i < Points.Count; i++)
            {
                var (before, here) = (Points[i - 1], Points[i]);
                // Of each pair: the share of the other kind that it is on the right side of, equal scores counting half.
                var strangersBelow = 1 - ((before.FalseAccepts + here.FalseAccepts) / (2.0 * Negatives));
                var matesAbove = (before.TrueAccepts + here.TrueAccepts) / (2.0 * Positives);
                positiveSquares += (here.TrueAccepts - before.TrueAccepts) * Square(strangersBelow - auc);
                negativeSquares += (here.FalseAccepts - before.FalseAccepts) * Square(matesAbove - auc);
            }

            var variance = (positiveSquares / Positives / Math.Max(1, Positives - 1)) + (negativeSquares / Negatives / Math.Max(1, Negatives - 1));
            var (logit, half) = (Math.Log(auc / (1 - auc)), ConfidenceInterval.NormalPoint * Math.Sqrt(variance) / (auc * (1 - auc)));
            return new ConfidenceInterval(1 / (1 + Math.Exp(half - logit)), 1 / (1 + Math.Exp(-half - logit)));
        }
    }

    /// <summary>Where as many strangers are accepted as mates are refused: the crossing of the two rates along the
    /// straight line between the two neighbouring points of the curve.</summary>
    public double EqualErrorRate
    {
        get
        {
            for (var i = 1; i < Points.Count; i++)
            {
                var (far, frr) = Rates(Points[i]);
                if (far < frr) continue;
                var (farBefore, frrBefore) = Rates(Points[i - 1]);
                var (gapBefore, gap) = (frrBefore - farBefore, far - frr);
                return farBefore + ((far - farBefore) * gapBefore / (gapBefore + gap));
            }

            throw new InvalidOperationException("the last point accepts everything");
        }
    }

    /// <summary>
    /// Percentile bootstrap interval of <see cref="EqualErrorRate"/> over the pairs, those of each label drawn by
    /// themselves, from a fixed seed; where no threshold errs, no draw does, and it has no width. The pairs are taken
    /// as independent: where people occur in several, the true interval is a little wider. Computed at each call, in
    /// time proportional to the pairs.
    /// </summary>
    /// <exception cref="InvalidOperationException">The curve is one of <see cref="OfMany"/>, which keeps no pairs to draw from.</exception>
    public ConfidenceInterval EqualErrorRateInterval => EqualErrorBootstrap.Interval(_ranked ?? throw new InvalidOperationException("a curve of many pairs keeps none to draw from"));

    /// <summary>The highest true accept rate among thresholds whose false accept rate is at most <paramref name="far"/>;
    /// nothing is interpolated, so that the threshold really does what is said of it.</summary>
    /// <param name="far">Above 0, at most 1.</param>
    public TarAtFar TarAt(double far)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(far);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(far, 1);
        if (Negatives * far < 1 - 1e-9)
        {
            var reason = string.Create(CultureInfo.InvariantCulture, $"needs {Math.Ceiling((1 / far) - 1e-9)} pairs of two people, there are {Negatives}");
            return new TarAtFar(far, null, null, null, reason);
        }

        var borne = Borne(far, Negatives);
        var best = Points.Last(point => point.FalseAccepts <= borne);
        return new TarAtFar(far, best.TrueAccepts / (double)Positives, ConfidenceInterval.Wilson(best.TrueAccepts, Positives),
            double.IsFinite(best.Threshold) ? best.Threshold : null, null);
    }

    /// <summary>False accepts that a rate allows; the small term undoes the rounding of, say, 1e-2 x 300.</summary>
    internal static int Borne(double far, int negatives) => (int)((far * negatives) + 1e-9);

    private (double Far, double Frr) Rates(RocPoint point) =>
        (point.FalseAccepts / (double)Negatives, 1 - (point.TrueAccepts / (double)Positives));

    private static double Square(double value) => value * value;
}
