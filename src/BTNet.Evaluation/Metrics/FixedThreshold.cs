namespace BTNet.Evaluation.Metrics;

/// <summary>What a threshold that was chosen beforehand comes to in open-set searches.</summary>
/// <param name="Threshold">Scores at or above it are returned.</param>
/// <param name="Fpir">Of searches with strangers, the share that returns anybody.</param>
/// <param name="FpirInterval">Its interval by person.</param>
/// <param name="Tpir">Of searches with enrolled people, the share in which the person comes first and is returned.</param>
/// <param name="TpirInterval">Its interval by person.</param>
public sealed record FixedThreshold(double Threshold, double Fpir, ConfidenceInterval FpirInterval, double Tpir, ConfidenceInterval TpirInterval)
{
    /// <summary>Applies a threshold.</summary>
    /// <param name="searches">The searches.</param>
    /// <param name="threshold">Any number.</param>
    public static FixedThreshold Of(OpenSetIdentification searches, double threshold)
    {
        ArgumentNullException.ThrowIfNull(searches);
        var (alarms, found) = (searches.UnmatedProbes.Select(probe => (probe.BestScore >= threshold, probe.Person)).ToList(), searches.MatedProbes.Select(probe => (probe.IsFirst && probe.OwnScore >= threshold, probe.Person)).ToList());
        return new FixedThreshold(threshold, alarms.Count(alarm => alarm.Item1) / (double)alarms.Count, ByPerson(alarms), found.Count(one => one.Item1) / (double)found.Count, ByPerson(found));
    }

    /// <summary>
    /// Wilson's interval of as many independent trials as the trials are worth, where those of one person go together: the share's variance over people says how many (Korn and Graubard 1998). A
    /// bootstrap would give a share of 0 no interval at all.
    /// </summary>
    /// <param name="trials">Whether it happened, and whose trial it is; at least one.</param>
    internal static ConfidenceInterval ByPerson(IReadOnlyList<(bool Happened, int Person)> trials)
    {
        var share = trials.Count(trial => trial.Happened) / (double)trials.Count;
        var people = trials.GroupBy(trial => trial.Person).Select(person => person.Sum(trial => (trial.Happened ? 1 : 0) - share)).ToList();
        var variance = people.Sum(sum => sum * sum) / ((double)trials.Count * trials.Count);
        // Where it happened never or always, people are taken for trials.
        var worth = variance > 0 ? Math.Clamp(share * (1 - share) / variance, 1, trials.Count) : people.Count;
        return ConfidenceInterval.Wilson(share, worth);
    }
}
