namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Scores of pairs from the highest down, equal ones in one group, since no threshold can part them: what every
/// curve and every resampling walks along, so that the scores are sorted once.
/// </summary>
internal sealed class RankedScores
{
    private RankedScores(double[] scores, bool[] same, int[] order, int[] groupEnds)
    {
        (Scores, Same, Order, GroupEnds) = (scores, same, order, groupEnds);
        Positives = same.Count(flag => flag);
        Negatives = same.Length - Positives;
    }

    /// <summary>By pair, as they were given.</summary>
    public double[] Scores { get; }

    /// <summary>By pair, as they were given.</summary>
    public bool[] Same { get; }

    /// <summary>The pairs from the highest score down.</summary>
    public int[] Order { get; }

    /// <summary>Where in <see cref="Order"/> each group of equal scores ends (exclusive).</summary>
    public int[] GroupEnds { get; }

    public int Positives { get; }

    public int Negatives { get; }

    /// <exception cref="ArgumentException">Lengths differ, a score is not a number, or one label is missing.</exception>
    public static RankedScores Of(IReadOnlyList<double> scores, IReadOnlyList<bool> same)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(same);
        if (scores.Count != same.Count) throw new ArgumentException($"{scores.Count} scores but {same.Count} labels", nameof(same));
        var values = scores.ToArray();
        if (Array.Exists(values, double.IsNaN)) throw new ArgumentException("a score is not a number", nameof(scores));
        var flags = same.ToArray();
        if (!flags.Contains(true) || !flags.Contains(false))
            throw new ArgumentException("needs at least one pair of one person and one of two people", nameof(same));

        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort(order, (left, right) => values[right].CompareTo(values[left]));
        var ends = new List<int>();
        for (var i = 1; i <= order.Length; i++)
        {
            if (i == order.Length || values[order[i]] != values[order[i - 1]]) ends.Add(i);
        }

        return new RankedScores(values, flags, order, [.. ends]);
    }

    /// <summary>A threshold that accepts <paramref name="upper"/> and refuses <paramref name="lower"/>: their
    /// midpoint, or the upper one itself where no number lies between.</summary>
    public static double Between(double lower, double upper)
    {
        var middle = (lower / 2) + (upper / 2);
        return middle > lower && middle <= upper ? middle : upper;
    }
}
