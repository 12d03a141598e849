using MathNet.Numerics.Distributions;

namespace BTNet.Evaluation.Metrics;

/// <summary>Where a measured quantity lies with 95 % confidence.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>The two-sided 95 % point of the normal distribution.</summary>
    internal const double NormalPoint = 1.959963984540054;

    /// <summary>
    /// The point of the normal distribution for each of some intervals that all hold together with 95 %, whatever hangs on what (Bonferroni). Of several intervals that hold with 95 % each, some are expected to miss.
    /// </summary>
    /// <param name="intervals">How many, at least 1.</param>
    internal static double NormalPointFor(int intervals)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(intervals);
        return intervals == 1 ? NormalPoint : Normal.InvCDF(0, 1, 1 - (0.025 / intervals));
    }

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
    /// <param name="share">From 0 to 1.</param>
    /// <param name="trials">Above 0.</param>
    /// <param name="point">Of the normal distribution: how sure it is.</param>
    internal static ConfidenceInterval Wilson(double share, double trials, double point = NormalPoint)
    {
        var z2 = point * point;
        var centre = (share + (z2 / (2 * trials))) / (1 + (z2 / trials));
        var half = point / (1 + (z2 / trials)) * Math.Sqrt((share * (1 - share) / trials) + (z2 / (4.0 * trials * trials)));
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
