using System.Globalization;

namespace BTNet.Evaluation.Metrics;

/// <summary>What open-set searches find at a false positive identification rate, in several random trials; BLUFR calls it the detection and identification rate at rank 1.</summary>
/// <param name="FalsePositiveRate">The rate asked for.</param>
/// <param name="Values">What is found in each trial, in the order of the trials; null where its strangers are too few to tell.</param>
/// <param name="Spread">Of these; null where a trial has none, as the mean of the others would be of other trials than the figures beside it.</param>
/// <param name="Reason">Why there is none; null where there is one.</param>
public sealed record TpirSpread(double FalsePositiveRate, IReadOnlyList<double?> Values, TrialSpread? Spread, string? Reason)
{
    /// <summary>Takes the trials.</summary>
    /// <param name="trials">What was found in each, at the same rate; at least two.</param>
    /// <exception cref="ArgumentException">There are fewer, or their rates differ.</exception>
    public static TpirSpread Of(IReadOnlyList<TpirAtFpir> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        if (trials.Count < 2) throw new ArgumentException("needs at least two trials: one has no deviation", nameof(trials));
        if (trials.Any(trial => trial.FalsePositiveRate != trials[0].FalsePositiveRate)) throw new ArgumentException("trials are of different rates", nameof(trials));
        double?[] values = [.. trials.Select(trial => trial.Value)];
        var lacking = values.Count(value => value is null);
        if (lacking == 0) return new TpirSpread(trials[0].FalsePositiveRate, values, TrialSpread.Of([.. values.Select(value => value!.Value)]), null);
        var first = Array.IndexOf(values, null);
        return new TpirSpread(
            trials[0].FalsePositiveRate, values, null, string.Create(CultureInfo.InvariantCulture, $"{lacking} of {trials.Count} trials cannot tell it; in trial {first + 1} {trials[first].Reason}"));
    }
}
