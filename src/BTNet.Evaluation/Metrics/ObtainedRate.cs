namespace BTNet.Evaluation.Metrics;

/// <summary>A share of searches that were made on a sample of people.</summary>
public sealed record ObtainedRate
{
    /// <param name="share">From 0 to 1.</param>
    /// <param name="worth">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not.</exception>
    public ObtainedRate(double share, double worth)
    {
        if (!(share is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "expected 0 to 1");
        if (!(worth > 0)) throw new ArgumentOutOfRangeException(nameof(worth), worth, "expected above 0");
        (Share, Worth) = (share, worth);
    }

    /// <summary>The share, from 0 to 1.</summary>
    public double Share { get; }

    /// <summary>How many independent searches they are worth, above 0 (the effective sample size of Korn and Graubard 1998): those of one person go together.</summary>
    public double Worth { get; }

    /// <summary>Wilson's interval of as many independent searches.</summary>
    /// <param name="intervals">How many such intervals are to hold together with 95 %, at least 1; 1 for one by itself.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="intervals"/> is below 1.</exception>
    public ConfidenceInterval Interval(int intervals = 1) => ConfidenceInterval.Wilson(Share, Worth, ConfidenceInterval.NormalPointFor(intervals));
}
