namespace BTNet.Evaluation.Metrics;

/// <summary>
/// How well a ranking has the right ones before others, 0 to 1, in two ways. Precision at a place is the share of right ones among the first so many.
/// </summary>
/// <param name="AtMatches">The mean, over the right ones, of the precision at their places: average precision as the field defines it (Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, section 8.4).</param>
/// <param name="Trapezoid">What the script of TinyFace computes, as that of Market-1501 and of the Oxford buildings before it: at each right one the mean of the precision at its place and at the place before, which is 1
/// before the first. It is never the greater: a right one that comes late costs more so, as the precision at the place before it is lower.</param>
public readonly record struct AveragePrecision(double AtMatches, double Trapezoid)
{
    /// <summary>Of one ranking.</summary>
    /// <param name="places">The places of the right ones, 1 for the first, ascending; at least one.</param>
    /// <exception cref="ArgumentException">There are none, one is below 1, or they do not ascend.</exception>
    public static AveragePrecision Of(IReadOnlyList<int> places)
    {
        ArgumentNullException.ThrowIfNull(places);
        if (places.Count == 0 || places[0] < 1 || places.Zip(places.Skip(1)).Any(pair => pair.First >= pair.Second)) throw new ArgumentException("needs at least one place, from 1 on and ascending", nameof(places));
        var (atMatches, trapezoid) = (0.0, 0.0);
        foreach (var (i, place) in places.Index())
        {
            var (before, precision) = (place == 1 ? 1 : i / (double)(place - 1), (i + 1) / (double)place);
            atMatches += precision / places.Count;
            trapezoid += (before + precision) / 2 / places.Count;
        }

        return new AveragePrecision(atMatches, trapezoid);
    }

    /// <summary>The mean over rankings: mean average precision.</summary>
    /// <param name="rankings">At least one.</param>
    public static AveragePrecision Mean(IReadOnlyCollection<AveragePrecision> rankings)
    {
        ArgumentNullException.ThrowIfNull(rankings);
        return new AveragePrecision(rankings.Average(ranking => ranking.AtMatches), rankings.Average(ranking => ranking.Trapezoid));
    }
}
