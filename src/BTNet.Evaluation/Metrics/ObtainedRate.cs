namespace BTNet.Evaluation.Metrics;

/// <summary>A share of searches that were made on a sample of people.</summary>
/// <param name="Share">From 0 to 1.</param>
/// <param name="Worth">How many independent searches they are worth (the effective sample size of Korn and Graubard 1998): those of one person go together.</param>
public readonly record struct ObtainedRate(double Share, double Worth)
{
    /// <summary>Wilson's interval of as many independent searches.</summary>
    /// <param name="among">How many such intervals are to hold together with 95 %; 1 for one by itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="among"/> is below 1.</exception>
    public ConfidenceInterval Interval(int among = 1) => ConfidenceInterval.Wilson(Share, Worth, ConfidenceInterval.PointAmong(among));
}
