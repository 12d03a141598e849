namespace BTNet.Evaluation.Metrics;

/// <summary>A search with a face of somebody who is enrolled.</summary>
/// <param name="OwnScore">The best score of a template of that person.</param>
/// <param name="OtherScore">The best score of a template of anybody else; negative infinity where nobody else is enrolled.</param>
/// <param name="Person">Whose face it is: faces of one person are resampled together.</param>
public readonly record struct MatedProbe(double OwnScore, double OtherScore, int Person)
{
    /// <summary>Whether the person comes first. One who shares the first place with another does not: a tie tells nobody who it is.</summary>
    public bool IsFirst => OwnScore > OtherScore;
}

/// <summary>A search with a face of somebody who is not enrolled.</summary>
/// <param name="BestScore">The best score of any template.</param>
/// <param name="Person">Whose face it is.</param>
public readonly record struct UnmatedProbe(double BestScore, int Person);

/// <summary>What an open-set search finds at a false positive identification rate.</summary>
/// <param name="FalsePositiveRate">The rate asked for: of searches with strangers, how many may return anybody.</param>
/// <param name="Value">Of searches with enrolled people, the share in which the person comes first and above the threshold (TPIR; NIST calls the rest FNIR); null where the
/// strangers are too few to tell.</param>
/// <param name="Interval">Bootstrap interval by person, the threshold found anew in each draw; null where there is no value, and where none was asked for.</param>
/// <param name="Threshold">Scores above it are returned; null where there is no value.</param>
/// <param name="Reason">Why there is no value; null where there is one.</param>
public sealed record TpirAtFpir(double FalsePositiveRate, double? Value, ConfidenceInterval? Interval, double? Threshold, string? Reason);
