using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>What is calibrated, and how.</summary>
public sealed record CalibrationPlan
{
    /// <summary>Every two of these are calibrated, each as gallery and as probe; null for all that the model has.</summary>
    public IReadOnlyList<Resolution>? Resolutions { get; init; }

    /// <summary>How scores are calibrated.</summary>
    public CalibrationOptions Calibration { get; init; } = new();

    /// <summary>How often people are split anew to check the calibration on the people themselves; 0 for no check. Default 0.</summary>
    public int CheckSplits { get; init; }

    /// <summary>How often people are split anew to check how often intervals of rates hold; 0 for no check. Default 0.</summary>
    public int IntervalTrials { get; init; }

    /// <summary>The share of people, above 0 and below 1, that are then calibrated with. Default 0.5: less shows how calibration holds for galleries beyond its people.</summary>
    public double CheckShare { get; init; } = 0.5;

    /// <summary>The share of images from 0 to 1 that may turn out broken. Default 0.01.</summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>Images decoded at a time, at least 1. Default 256.</summary>
    public int ImagesAtATime { get; init; } = 256;

    internal FaceSeeing Seeing => new(ResampleKernel.Bilinear, ResampleKernel.Bilinear, FlipAveraging: false, GreatestBrokenShare, ImagesAtATime);

    /// <summary>What is calibrated of a model.</summary>
    /// <exception cref="InputException">It lacks some of it, or the options have faults.</exception>
    internal IReadOnlyList<Resolution> Sides(IReadOnlyList<Resolution> available)
    {
        List<string> faults = [.. Seeing.Faults()];
        if (CheckSplits is < 0 or 1) faults.Add($"{CheckSplits} splits to check with; expected 0, or 2 and more");
        if (IntervalTrials < 0) faults.Add($"{IntervalTrials} trials to check intervals with; expected 0 or more");
        if (!(CheckShare is > 0 and < 1)) faults.Add($"a share of {CheckShare} of the people to calibrate with in the check; expected above 0 and below 1");
        var lacking = (Resolutions ?? []).Where(side => !available.Contains(side)).ToList();
        if (lacking.Count > 0) faults.Add($"there is no branch for {string.Join(", ", lacking)}; the model has {string.Join(", ", available)}. Leave these resolutions out");
        if (Resolutions?.Count == 0) faults.Add("no resolution is asked for; expected some such as 112, 14");
        if (faults.Count > 0) throw new InputException("calibration", faults);
        return [.. (Resolutions ?? available).Distinct().OrderDescending()];
    }
}
