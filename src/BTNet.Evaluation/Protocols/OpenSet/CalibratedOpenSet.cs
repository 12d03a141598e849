using BTNet.Evaluation.Metrics;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Whether a calibration that was made on other people holds: at the thresholds that it gives for some rates of false alarms, how often strangers are returned, and what one threshold for all
/// resolutions comes to instead, the one for faces of 112 pixels.
/// </summary>
/// <param name="Rates">One for each resolution of probes and each rate asked for.</param>
/// <param name="Rejects">Whether quality knows which searches fail, at <see cref="QualityRate"/>; by resolution, and of all together where the resolution is null. None where the model's quality was not measured.</param>
public sealed record CalibratedOpenSet(IReadOnlyList<CalibratedRate> Rates, IReadOnlyList<QualityCurve> Rejects)
{
    /// <summary>The rates asked for: 10, 3 and 1 %.</summary>
    public static IReadOnlyList<double> Asked { get; } = [0.1, 0.03, 0.01];

    /// <summary>The rate asked for where quality is looked at.</summary>
    public const double QualityRate = 0.01;

    /// <summary>Applies a calibration to searches.</summary>
    /// <param name="report">The searches, with small faces by branch.</param>
    /// <param name="table">The calibration.</param>
    /// <param name="cancellation">Ends the work between two searches.</param>
    /// <exception cref="InputException">It lacks a resolution, or is of too few people for the rates or the gallery.</exception>
    /// <exception cref="ArgumentException">Small faces were enlarged.</exception>
    public static CalibratedOpenSet Of(OpenSetReport report, CalibrationTable table, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(table);
        if (report.Options.Way != SmallFaceWay.Branch) throw new ArgumentException("calibrations are of branches, and small faces were enlarged", nameof(report));
        var (gallery, size) = (report.Options.Gallery, report.Enrolled);
        List<CalibratedRate> rates = [];
        foreach (var result in report.Results)
        {
            var pair = table[gallery, result.Probes];
            CalibratedThreshold[] thresholds = [.. Asked.Select(asked => pair.Threshold(asked, size))];
            double[] global = [.. Asked.Select(asked => table[Resolution.Full, Resolution.Full].Threshold(asked, size).Value)];
            int[] nearest = [.. result.Nearest.Skip(result.Identification.Mated).Select(match => match.Found)];
            // Each with one face, which is another gallery than one of several; and with fewer than two strangers nobody can be left out.
            var over = result.Everybody is { } everybody && report.GalleryFaces == size && size < everybody.People - 1 ? everybody.At([.. thresholds.Select(threshold => threshold.Value), .. global], size, cancellation) : null;
            for (var i = 0; i < thresholds.Length; i++)
            {
                rates.Add(new CalibratedRate(
                    result.Probes, Asked[i], thresholds[i], pair.Probability(thresholds[i].Value, size), FixedThreshold.Of(result.Identification, thresholds[i].Value, nearest), FixedThreshold.Of(result.Identification, global[i], nearest))
                {
                    OverGalleries = over?[i], OverGalleriesAtGlobal = over?[thresholds.Length + i]
                });
            }
        }

        return new CalibratedOpenSet(rates, Curves(report, table, gallery, size));
    }

    private static List<QualityCurve> Curves(OpenSetReport report, CalibrationTable table, Resolution gallery, int size)
    {
        List<QualityCurve> curves = [];
        List<(double, bool)> all = [];
        foreach (var result in report.Results)
        {
            if (table.Quality.FirstOrDefault(one => one.Resolution == result.Probes) is not { } quality || result.MatedNorms.Count == 0) continue;
            var threshold = table[gallery, result.Probes].Threshold(QualityRate, size).Value;
            (double, bool)[] searches = [.. result.Identification.MatedProbes.Zip(result.MatedNorms, (probe, norm) => (quality.UsefulnessAt(norm), !(probe.IsFirst && probe.OwnScore >= threshold)))];
            curves.Add(new QualityCurve(result.Probes, ErrorVersusReject.Of(searches)));
            all.AddRange(searches);
        }

        if (curves.Count > 1) curves.Add(new QualityCurve(null, ErrorVersusReject.Of(all)));
        return curves;
    }
}

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

    /// <summary>The interval of the rate obtained by the people of the lists and those of the calibration: both are samples. The two are put together as Zou and Donner (2008) do.</summary>
    public ConfidenceInterval Interval => WithCalibration(Obtained.Fpir, Obtained.FpirInterval);

    /// <summary>Likewise of <see cref="OverGalleries"/>.</summary>
    public ConfidenceInterval? OverGalleriesInterval => OverGalleries is { } over ? WithCalibration(over.Fpir, over.Interval) : null;

    /// <summary>Whether the rate asked for lies in <see cref="Interval"/>.</summary>
    public bool Holds => Interval.Contains(Asked);

    /// <summary>Whether it lies in <see cref="OverGalleriesInterval"/>.</summary>
    public bool? HoldsOverGalleries => OverGalleriesInterval?.Contains(Asked);

    /// <summary>Whether it lies in the interval by the people of the lists alone.</summary>
    public bool HoldsByLists => Obtained.FpirInterval.Contains(Asked);

    /// <summary>Likewise of the threshold for 112 pixels.</summary>
    public bool GlobalHoldsByLists => AtGlobal.FpirInterval.Contains(Asked);

    private ConfidenceInterval WithCalibration(double rate, ConfidenceInterval byLists) => new(
        Math.Max(0, rate - Math.Sqrt(Squared(rate - byLists.Low) + Squared(Stated.High - Asked))), Math.Min(1, rate + Math.Sqrt(Squared(byLists.High - rate) + Squared(Asked - Stated.Low))));

    private static double Squared(double value) => value * value;
}

/// <summary>Errors left where searches of the lowest quality are not made.</summary>
/// <param name="Probes">At which resolution; null for all together.</param>
/// <param name="Curve">The curve.</param>
public sealed record QualityCurve(Resolution? Probes, ErrorVersusReject Curve);
