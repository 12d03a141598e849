namespace BTNet.Evaluation.Metrics;

/// <summary>What a threshold that was chosen beforehand comes to in open-set searches.</summary>
/// <param name="Threshold">Scores at or above it are returned.</param>
/// <param name="Strangers">Of searches with strangers, the share that returns anybody.</param>
/// <param name="Enrolled">Of searches with enrolled people, the share in which the person comes first and is returned.</param>
public sealed record FixedThreshold(double Threshold, ObtainedRate Strangers, ObtainedRate Enrolled)
{
    /// <summary>The share of <see cref="Strangers"/>.</summary>
    public double Fpir => Strangers.Share;

    /// <summary>Its 95 % interval by person.</summary>
    public ConfidenceInterval FpirInterval => Strangers.Interval();

    /// <summary>The share of <see cref="Enrolled"/>.</summary>
    public double Tpir => Enrolled.Share;

    /// <summary>Its 95 % interval by person.</summary>
    public ConfidenceInterval TpirInterval => Enrolled.Interval();

    /// <summary>Applies a threshold.</summary>
    /// <param name="searches">The searches.</param>
    /// <param name="threshold">Any number.</param>
    /// <param name="nearest">Whom each search with a stranger came nearest to, in their order: the enrolled are a sample, too, and one who is like many people raises several alarms. Null where that
    /// is not known.</param>
    /// <exception cref="ArgumentException">They are not as many.</exception>
    public static FixedThreshold Of(OpenSetIdentification searches, double threshold, IReadOnlyList<int>? nearest = null)
    {
        ArgumentNullException.ThrowIfNull(searches);
        if (nearest is not null && nearest.Count != searches.Unmated) throw new ArgumentException($"{nearest.Count} nearest of {searches.Unmated} searches with strangers", nameof(nearest));
        var alarms = searches.UnmatedProbes.Select((probe, i) => (probe.BestScore >= threshold, probe.Person, nearest?[i])).ToList();
        var found = searches.MatedProbes.Select(probe => (probe.IsFirst && probe.OwnScore >= threshold, probe.Person, (int?)null)).ToList();
        return new FixedThreshold(threshold, ByPerson(alarms), ByPerson(found));
    }

    /// <summary>
    /// How often it happened, and as how many independent trials that counts (Korn and Graubard 1998), where those of one person go together, and those that came nearest to one enrolled (two-way
    /// clusters: Cameron, Gelbach and Miller 2011). A bootstrap would give a share of 0 no interval at all.
    /// </summary>
    /// <param name="trials">Whether it happened, whose trial it is, and whom it came nearest to, where that is known; at least one.</param>
    internal static ObtainedRate ByPerson(IReadOnlyList<(bool Happened, int Person, int? Nearest)> trials)
    {
        var share = trials.Count(trial => trial.Happened) / (double)trials.Count;
        var variance = Variance(trial => trial.Person);
        if (trials[0].Nearest is not null) variance = Math.Max(variance, variance + Variance(trial => trial.Nearest!.Value) - Variance(trial => (trial.Person, trial.Nearest)));
        // Where it happened never or always, people are taken for trials.
        var worth = variance > 0 ? Math.Clamp(share * (1 - share) / variance, 1, trials.Count) : trials.DistinctBy(trial => trial.Person).Count();
        return new ObtainedRate(share, worth);

        double Variance<T>(Func<(bool Happened, int Person, int? Nearest), T> cluster) =>
            trials.GroupBy(cluster).Sum(one => Math.Pow(one.Sum(trial => (trial.Happened ? 1 : 0) - share), 2)) / ((double)trials.Count * trials.Count);
    }
}
