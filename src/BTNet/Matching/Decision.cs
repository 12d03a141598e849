using System.Globalization;

namespace BTNet.Matching;

/// <summary>What a policy makes of the best score of a search.</summary>
/// <param name="Verdict">Match, unsure or unknown.</param>
/// <param name="Score">The score, a cosine.</param>
/// <param name="Stranger">How probable it is that a search with a stranger returns somebody at such a score.</param>
/// <param name="Threshold">At or above it is a match.</param>
/// <param name="UnsureFrom">At or above it, and below <paramref name="Threshold"/>, is unsure.</param>
public sealed record Decision(Verdict Verdict, double Score, StrangerProbability Stranger, CalibratedThreshold Threshold, double UnsureFrom)
{
    /// <summary>The decision as a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Verdict}: {Score:0.000} (match from {Threshold.Value:0.000}, unsure from {UnsureFrom:0.000}), a stranger scores so in {(Stranger.IsAtMost ? "less than " : "")}{100 * Stranger.Value:0.###} % of searches");
}
