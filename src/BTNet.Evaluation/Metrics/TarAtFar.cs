namespace BTNet.Evaluation.Metrics;

/// <summary>
/// The true accept rate at a false accept rate. It is stated only where at least 1/FAR pairs of two people were
/// compared: with fewer the rate cannot be observed.
/// </summary>
/// <param name="Far">The false accept rate asked for.</param>
/// <param name="Value">The true accept rate, 0 to 1; null where the pairs do not allow it.</param>
/// <param name="Interval">Wilson's interval of the value at the threshold found; how far another draw of strangers
/// would move the threshold is not in it.</param>
/// <param name="Threshold">The lowest score accepted; null where the value is, and where nothing can be accepted
/// without more false accepts than asked for.</param>
/// <param name="Reason">Why there is no value; null where there is one.</param>
public sealed record TarAtFar(double Far, double? Value, ConfidenceInterval? Interval, double? Threshold, string? Reason);
