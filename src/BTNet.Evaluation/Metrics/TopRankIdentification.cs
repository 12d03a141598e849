namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Open-set identification that returns a list of the best: an enrolled person is found where the person is among so many and scores above the threshold (TPIR20 of the QMUL-SurvFace challenge
/// where there are twenty; Cheng, Zhu and Gong 2018, arXiv:1804.09691), a stranger returned where the best score is above it. A threshold is the lowest at which strangers are returned no more often
/// than asked; equal scores are then all above it or none.
/// </summary>
public sealed class TopRankIdentification
{
    private readonly OpenSetSearches _searches;

    private TopRankIdentification(RankedProbe[] mated, IReadOnlyList<UnmatedProbe> unmated, double lowestScore, IReadOnlyList<double> rates, int rank)
    {
        (Rank, Ranks, MatedProbes, UnmatedProbes) = (rank, new ClosedSetRanks(mated.Select(probe => probe.Rank)), mated, unmated);
        _searches = new OpenSetSearches([.. mated.Select(probe => (probe.Rank <= rank ? probe.OwnScore : (double?)null, probe.Person))], unmated);
        (Tpirs, Auc, AucInterval) = _searches.Measure(rates);
        Grid = ThresholdGrid.Of(_searches, lowestScore, rates);
    }

    /// <summary>How many places the list has.</summary>
    public int Rank { get; }

    /// <summary>Searches with enrolled people.</summary>
    public int Mated => Ranks.Searches;

    /// <summary>Searches with strangers.</summary>
    public int Unmated => _searches.Strangers.Length;

    /// <summary>The searches with enrolled people themselves.</summary>
    public IReadOnlyList<RankedProbe> MatedProbes { get; }

    /// <summary>The searches with strangers themselves.</summary>
    public IReadOnlyList<UnmatedProbe> UnmatedProbes { get; }

    /// <summary>At which places enrolled people come, whatever the score.</summary>
    public ClosedSetRanks Ranks { get; }

    /// <summary>What is found at each of the rates asked for.</summary>
    public IReadOnlyList<TpirAtFpir> Tpirs { get; }

    /// <summary>
    /// Area under <see cref="Curve"/>: the probability that a search with an enrolled person has the person in its list and scores above a search with a stranger, equal scores counting half. It is
    /// at most the share of searches that have the person in their list.
    /// </summary>
    public double Auc { get; }

    /// <summary>Bootstrap interval of <see cref="Auc"/> by person.</summary>
    public ConfidenceInterval AucInterval { get; }

    /// <summary>The same as the paper's script computes it.</summary>
    public ThresholdGrid Grid { get; }

    /// <summary>Takes the searches.</summary>
    /// <param name="mated">With people who are enrolled, at least one.</param>
    /// <param name="unmated">With strangers, at least one.</param>
    /// <param name="lowestScore">The lowest score that a list holds, or the best of a stranger: where <see cref="Grid"/> begins.</param>
    /// <param name="falsePositiveRates">The rates asked for, each above 0 and below 1.</param>
    /// <param name="rank">How many places the list has, at least 1.</param>
    /// <exception cref="ArgumentException">There are no searches, a score is not a finite number, a rank is below 1, or a rate is out of its range.</exception>
    public static TopRankIdentification Of(IReadOnlyList<RankedProbe> mated, IReadOnlyList<UnmatedProbe> unmated, double lowestScore, IReadOnlyList<double> falsePositiveRates, int rank = 20)
    {
        ArgumentNullException.ThrowIfNull(mated);
        ArgumentNullException.ThrowIfNull(unmated);
        ArgumentNullException.ThrowIfNull(falsePositiveRates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        if (mated.Count == 0 || unmated.Count == 0) throw new ArgumentException("needs searches with people who are enrolled and with people who are not", nameof(mated));
        if (mated.Any(probe => double.IsNaN(probe.OwnScore)) || unmated.Any(probe => !double.IsFinite(probe.BestScore)) || !double.IsFinite(lowestScore)) throw new ArgumentException("a score is not a finite number", nameof(mated));
        if (mated.Any(probe => probe.Rank < 1)) throw new ArgumentException("a rank is below 1", nameof(mated));
        return new TopRankIdentification([.. mated], unmated, lowestScore, falsePositiveRates, rank);
    }

    /// <summary>The curve: at each rate that the strangers can tell, from the least, what is found.</summary>
    /// <returns>Pairs of false positive and true positive identification rate, the first rising.</returns>
    public IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> Curve() => _searches.Curve();
}
