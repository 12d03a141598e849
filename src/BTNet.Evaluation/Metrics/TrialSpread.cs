namespace BTNet.Evaluation.Metrics;

/// <summary>
/// A figure measured in several random trials. BLUFR ranks by the mean less one standard deviation (Liao, Lei, Yi and Li, IJCB 2014), so that nobody gains by a figure that changes from trial to trial.
/// </summary>
public sealed class TrialSpread
{
    private TrialSpread(IReadOnlyList<double> values)
    {
        Values = values;
        Mean = values.Average();
        StandardDeviation = Math.Sqrt(values.Sum(value => (value - Mean) * (value - Mean)) / (values.Count - 1));
    }

    /// <summary>The figure of each trial, in the order of the trials.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>Mean of <see cref="Values"/>.</summary>
    public double Mean { get; }

    /// <summary>Standard deviation of <see cref="Values"/> as of a sample, divided by one less than their number: BLUFR's script takes MATLAB's <c>std</c>.</summary>
    public double StandardDeviation { get; }

    /// <summary>The least of <see cref="Values"/>.</summary>
    public double Least => Values.Min();

    /// <summary><see cref="Mean"/> less <see cref="StandardDeviation"/>: what is reported.</summary>
    public double MeanLessDeviation => Mean - StandardDeviation;

    /// <summary>Takes the trials.</summary>
    /// <param name="values">A finite figure a trial, of at least two trials.</param>
    /// <exception cref="ArgumentException">There are fewer, or one is not finite.</exception>
    public static TrialSpread Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count < 2) throw new ArgumentException("needs at least two trials: one has no deviation", nameof(values));
        if (values.Any(value => !double.IsFinite(value))) throw new ArgumentException("a figure is not finite", nameof(values));
        return new TrialSpread([.. values]);
    }
}
