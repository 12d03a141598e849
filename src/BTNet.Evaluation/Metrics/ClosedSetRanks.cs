namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Closed-set identification: at which place of the list the one searched for comes, whatever the score. The list is of people where each has one score (templates, prototypes), and of enrolled faces where each
/// face has its own (TinyFace). The place is one more than the number of those of others whose score is at least as high, so that a tie helps nobody, as in <see cref="OpenSetIdentification.RankOne"/>.
/// </summary>
public sealed class ClosedSetRanks
{
    private readonly int[] _ranks;

    /// <param name="ranks">The place of the right person in each search, 1 for the first; at least one search.</param>
    /// <exception cref="ArgumentException">There are none, or a place is below 1.</exception>
    public ClosedSetRanks(IEnumerable<int> ranks)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        _ranks = [.. ranks.Order()];
        if (_ranks.Length == 0 || _ranks[0] < 1) throw new ArgumentException("needs the places of at least one search, each at least 1", nameof(ranks));
    }

    /// <summary>Searches with enrolled people.</summary>
    public int Searches => _ranks.Length;

    /// <summary>The share of searches in which the right person is among the first <paramref name="rank"/>.</summary>
    /// <param name="rank">At least 1.</param>
    public double At(int rank) => Within(rank) / (double)Searches;

    /// <summary>Wilson's interval of <see cref="At"/>.</summary>
    /// <param name="rank">At least 1.</param>
    public ConfidenceInterval IntervalAt(int rank) => ConfidenceInterval.Wilson(Within(rank), Searches);

    private int Within(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        return _ranks.Count(place => place <= rank);
    }
}
