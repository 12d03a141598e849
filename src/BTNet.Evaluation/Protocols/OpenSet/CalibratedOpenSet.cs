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

    /// <summary>Which rates asked for lie in the 95 % interval of the one obtained.</summary>
    public HeldRates HeldSingly => HeldRates.InOneGallery(Rates, together: false);

    /// <summary>Which lie in intervals so wide that with 95 % all of them hold. Of a dozen intervals that hold with 95 % each, one or more miss in four of ten trials (docs/calibration.md).</summary>
    public HeldRates HeldTogether => HeldRates.InOneGallery(Rates, together: true);

    /// <summary>Like <see cref="HeldSingly"/>, of rates over all galleries; null where they were not looked at.</summary>
    public HeldRates? HeldOverGalleriesSingly => HeldRates.OverGalleries(Rates, together: false);

    /// <summary>Like <see cref="HeldTogether"/>, of rates over all galleries; null where they were not looked at.</summary>
    public HeldRates? HeldOverGalleriesTogether => HeldRates.OverGalleries(Rates, together: true);

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
                    Among = report.Results.Count * Asked.Count, OverGalleries = over?[i], OverGalleriesAtGlobal = over?[thresholds.Length + i]
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

/// <summary>Errors left where searches of the lowest quality are not made.</summary>
/// <param name="Probes">At which resolution; null for all together.</param>
/// <param name="Curve">The curve.</param>
public sealed record QualityCurve(Resolution? Probes, ErrorVersusReject Curve);
