using BTNet.Evaluation.Metrics;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>A rate asked for, at a resolution of probes.</summary>
/// <param name="Probes">The resolution.</param>
/// <param name="Asked">The rate.</param>
/// <param name="Threshold">What the calibration gives.</param>
/// <param name="Stated">The rate that the calibration states at that threshold, with its interval over the people that it was made of.</param>
/// <param name="Obtained">What it came to.</param>
/// <param name="AtGlobal">What the threshold for 112 pixels came to.</param>
public sealed record CalibratedRate(Resolution Probes, double Asked, CalibratedThreshold Threshold, StrangerProbability Stated, FixedThreshold Obtained, FixedThreshold AtGlobal)
{
    /// <summary>What it came to over all galleries of as many people of the lists; null where they were not looked at, people are enrolled with several faces, or there are fewer than two strangers.</summary>
    public RateOverGalleries? OverGalleries { get; init; }

    /// <summary>Likewise of the threshold for 112 pixels.</summary>
    public RateOverGalleries? OverGalleriesAtGlobal { get; init; }

    /// <summary>How many rates are asked for at all resolutions together, this one among them.</summary>
    public int Among { get; init; } = 1;

    /// <summary>The 95 % interval of the rate obtained by the people of the lists and those of the calibration: both are samples.</summary>
    public ConfidenceInterval Interval => WithCalibration(Obtained.Strangers, Asked, Stated);

    /// <summary>The same so wide that with 95 % the intervals of all <see cref="Among"/> rates hold.</summary>
    public ConfidenceInterval IntervalTogether => WithCalibration(Obtained.Strangers, Asked, Stated, Among);

    /// <summary>Like <see cref="Interval"/>, of <see cref="OverGalleries"/>.</summary>
    public ConfidenceInterval? OverGalleriesInterval => OverGalleries is { } over ? WithCalibration(over.Strangers, Asked, Stated) : null;

    /// <summary>Like <see cref="IntervalTogether"/>, of <see cref="OverGalleries"/>.</summary>
    public ConfidenceInterval? OverGalleriesIntervalTogether => OverGalleries is { } over ? WithCalibration(over.Strangers, Asked, Stated, Among) : null;

    /// <summary>Whether the rate asked for lies in <see cref="Interval"/>.</summary>
    public bool Holds => Interval.Contains(Asked);

    /// <summary>Whether it lies in <see cref="IntervalTogether"/>.</summary>
    public bool HoldsTogether => IntervalTogether.Contains(Asked);

    /// <summary>Whether it lies in <see cref="OverGalleriesInterval"/>.</summary>
    public bool? HoldsOverGalleries => OverGalleriesInterval?.Contains(Asked);

    /// <summary>Whether it lies in <see cref="OverGalleriesIntervalTogether"/>.</summary>
    public bool? HoldsOverGalleriesTogether => OverGalleriesIntervalTogether?.Contains(Asked);

    /// <summary>Whether it lies in the interval by the people of the lists alone.</summary>
    public bool HoldsByLists => Obtained.FpirInterval.Contains(Asked);

    /// <summary>Likewise of the threshold for 112 pixels.</summary>
    public bool GlobalHoldsByLists => AtGlobal.FpirInterval.Contains(Asked);

    /// <summary>
    /// The interval of a rate by those who were searched for and those who were calibrated with, put together as Zou and Donner (2008) do. For several intervals that are to hold together the calibration's is stretched by as much as
    /// one of a normal distribution would be, on a logarithmic scale: rates are never negative, and its draws are too few to tell such rare ones.
    /// </summary>
    /// <param name="obtained">The rate.</param>
    /// <param name="asked">The one asked for.</param>
    /// <param name="stated">What the calibration states where the one asked for is.</param>
    /// <param name="intervals">How many intervals are to hold together with 95 %.</param>
    internal static ConfidenceInterval WithCalibration(ObtainedRate obtained, double asked, StrangerProbability stated, int intervals = 1)
    {
        var (found, times) = (obtained.Interval(intervals), ConfidenceInterval.NormalPointFor(intervals) / ConfidenceInterval.NormalPoint);
        return new ConfidenceInterval(
            Math.Max(0, obtained.Share - Math.Sqrt(Squared(obtained.Share - found.Low) + Squared(Stretched(stated.High) - asked))), Math.Min(1, obtained.Share + Math.Sqrt(Squared(found.High - obtained.Share) + Squared(asked - Stretched(stated.Low)))));

        double Stretched(double end) => intervals == 1 ? end : Math.Min(asked * Math.Pow(end / asked, times), 1);
    }

    private static double Squared(double value) => value * value;
}
