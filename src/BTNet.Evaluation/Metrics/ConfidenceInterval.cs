namespace BTNet.Evaluation.Metrics;

/// <summary>Where a measured quantity lies with 95 % confidence.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>The two-sided 95 % point of the normal distribution.</summary>
    internal const double NormalPoint = 1.959963984540054;

    /// <summary>
    /// Wilson's score interval of a proportion: keeps its coverage where few trials or a share near 0 or 1 defeat
    /// the normal one. The trials are taken as independent; in a list where people occur in several pairs they are
    /// not quite, and the true interval is a little wider.
    /// </summary>
    /// <param name="successes">From 0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    public static ConfidenceInterval Wilson(long successes, long trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        return Wilson((double)successes / trials, (double)trials);
    }

    /// <summary>The same of a share, where trials are worth so many independent ones.</summary>
    internal static ConfidenceInterval Wilson(double share, double trials)
    {
        const double z2 = NormalPoint * NormalPoint;
        var centre = (share + (z2 / (2 * trials))) / (1 + (z2 / trials));
        var half = NormalPoint / (1 + (z2 / trials)) * Math.Sqrt((share * (1 - share) / trials) + (z2 / (4.0 * trials * trials)));
        return new ConfidenceInterval(share <= 0 ? 0 : centre - half, share >= 1 ? 1 : centre + half);
    }

    /// <summary>The middle 95 % of values drawn by resampling (percentile bootstrap, linear between neighbours).</summary>
    /// <param name="draws">At least one value; sorted in place.</param>
    internal static ConfidenceInterval Percentile(double[] draws)
    {
        Array.Sort(draws);
        return new ConfidenceInterval(At(0.025), At(0.975));

        double At(double share)
        {
            var position = share * (draws.Length - 1);
            var below = (int)position;
            var above = Math.Min(below + 1, draws.Length - 1);
            return draws[below] + ((position - below) * (draws[above] - draws[below]));
        }
    }

    /// <summary>Whether a value lies within, ends included.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}
