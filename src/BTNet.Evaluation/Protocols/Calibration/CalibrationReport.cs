using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>What calibrating came to.</summary>
/// <param name="Embedder">What was calibrated.</param>
/// <param name="Set">On whom.</param>
/// <param name="People">How many they are.</param>
/// <param name="Images">How many images of them were looked at.</param>
/// <param name="Table">The calibration.</param>
/// <param name="Checks">What rates asked for came to where some of the people were searched for and not calibrated with; none where that was not asked for.</param>
/// <param name="Alike">Images of different people that are most alike: where two of them are one person under two names, thresholds are too high.</param>
public sealed record CalibrationReport(
    string Embedder, string Set, int People, int Images, CalibrationTable Table, IReadOnlyList<CheckedRate> Checks, IReadOnlyList<AlikeImages> Alike)
{
    /// <summary>How often intervals of rates held where some of the people were searched for, in one gallery and over all; none where that was not asked for.</summary>
    public IReadOnlyList<IntervalTrials> IntervalTrials { get; init; } = [];
}

/// <summary>Two images of different people.</summary>
/// <param name="First">The one.</param>
/// <param name="Second">The other.</param>
/// <param name="Score">Their cosine at the largest resolution.</param>
public sealed record AlikeImages(string First, string Second, double Score);
