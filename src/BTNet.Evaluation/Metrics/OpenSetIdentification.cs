namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Open-set identification: who is this, or nobody that we know? The threshold is the lowest at which strangers are
/// returned no more often than asked; equal scores are then all above it or none.
/// </summary>
public sealed class OpenSetIdentification
{
    private readonly IReadOnlyList<MatedProbe> _mated;
    private readonly IReadOnlyList<UnmatedProbe> _unmated;
    private readonly int _first;
    private readonly OpenSetSearches _searches;

    private OpenSetIdentification(IReadOnlyList<MatedProbe> mated, IReadOnlyList<UnmatedProbe> unmated)
    {
        (_mated, _unmated) = (mated, unmated);
        _first = mated.Count(probe => probe.IsFirst);
        _searches = new OpenSetSearches([.. mated.Select(probe => (probe.IsFirst ? probe.OwnScore : (double?)null, probe.Person))], unmated);
    }

    /// <summary>Searches with enrolled people.</summary>
    public int Mated => _searches.Mated;

    /// <summary>Searches with strangers.</summary>
    public int Unmated => _searches.Strangers.Length;

    /// <summary>The searches with enrolled people themselves.</summary>
    public IReadOnlyList<MatedProbe> MatedProbes => _mated;

    /// <summary>The searches with strangers themselves.</summary>
    public IReadOnlyList<UnmatedProbe> UnmatedProbes => _unmated;

    /// <summary>The share of searches with enrolled people in which the person comes first, whatever the score: closed-set rank 1.</summary>
    public double RankOne => _first / (double)Mated;

    /// <summary>Wilson's interval of <see cref="RankOne"/>.</summary>
    public ConfidenceInterval RankOneInterval => ConfidenceInterval.Wilson(_first, Mated);

    /// <summary>Takes the searches.</summary>
    /// <param name="mated">With people who are enrolled, at least one.</param>
    /// <param name="unmated">With strangers, at least one.</param>
    /// <exception cref="ArgumentException">There are none, or a score is not a number.</exception>
    public static OpenSetIdentification Of(IReadOnlyList<MatedProbe> mated, IReadOnlyList<UnmatedProbe> unmated)
    {
        ArgumentNullException.ThrowIfNull(mated);
        ArgumentNullException.ThrowIfNull(unmated);
        if (mated.Count == 0 || unmated.Count == 0) throw new ArgumentException("needs searches with people who are enrolled and with people who are not", nameof(mated));
        if (mated.Any(probe => double.IsNaN(probe.OwnScore) || double.IsNaN(probe.OtherScore)) || unmated.Any(probe => double.IsNaN(probe.BestScore)))
            throw new ArgumentException("a score is not a number", nameof(mated));
        return new OpenSetIdentification([.. mated], [.. unmated]);
    }

    /// <summary>What is found where strangers are returned at most so often.</summary>
    /// <param name="falsePositiveRate">Above 0, below 1.</param>
    public TpirAtFpir At(double falsePositiveRate) => At([falsePositiveRate])[0];

    /// <summary>What is found at several rates; the people are drawn again once for all of them.</summary>
    /// <param name="falsePositiveRates">Each above 0, below 1.</param>
    public IReadOnlyList<TpirAtFpir> At(IReadOnlyList<double> falsePositiveRates)
    {
        ArgumentNullException.ThrowIfNull(falsePositiveRates);
        return _searches.Measure(falsePositiveRates).Tpirs;
    }

    /// <summary>As <see cref="At(IReadOnlyList{double})"/> without intervals, which take nearly all of the time: for those who draw again themselves.</summary>
    internal IReadOnlyList<TpirAtFpir> WithoutIntervals(IReadOnlyList<double> falsePositiveRates) => _searches.Values(falsePositiveRates);

    /// <summary>The curve: at each rate that the strangers can tell, from the least, what is found.</summary>
    /// <returns>Pairs of false positive and true positive identification rate, the first rising.</returns>
    public IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> Curve() => _searches.Curve();
}
