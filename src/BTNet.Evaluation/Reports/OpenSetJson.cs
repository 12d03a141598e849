using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports on open-set searches as JSON with stable camelCase keys: <c>format</c> ("btnet-openset"), <c>version</c> (1) and <c>reports</c>, one a way of treating small faces, with
/// <c>results</c>, one a resolution of probes. Shares are 0 to 1; what the probes do not allow is null with a <c>reason</c>; scores above a threshold are returned.
/// </summary>
public static class OpenSetJson
{
    /// <summary>The reports as text.</summary>
    public static string Format(params IReadOnlyList<OpenSetReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return ReportJson.Format(new { Format = "btnet-openset", Version = 1, Reports = reports.Select(Report) });
    }

    /// <summary>The same with what a calibration came to: <c>calibrated</c>, an entry for each resolution of probes and rate asked for (with <c>intervalTogether</c> and <c>holdsTogether</c>, of intervals that with 95 % hold for all of them at once; <c>overGalleries</c> and all keys that name galleries or a threshold over galleries are null where other galleries were not looked at), <c>held</c> and <c>heldOverGalleries</c> (null likewise), how many hold <c>singly</c> and <c>together</c> of how many, and <c>errorVersusReject</c>, one for each resolution and, where
    /// <c>probes</c> is null, of all together.</summary>
    public static string Format(CalibratedOpenSet? calibrated, IReadOnlyList<OpenSetReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (calibrated is null) return Format(reports);
        return ReportJson.Format(new
        {
            Format = "btnet-openset", Version = 1, Reports = reports.Select(Report),
            Calibrated = calibrated.Rates.Select(rate => new { Probes = rate.Probes.Side, rate.Asked, rate.Threshold, rate.Stated, Obtained = Fixed(rate.Obtained), IntervalWithCalibration = ReportJson.Interval(rate.Interval), IntervalTogether = ReportJson.Interval(rate.IntervalTogether), rate.Holds, rate.HoldsTogether, rate.HoldsByLists, OneThreshold = Fixed(rate.AtGlobal), OneThresholdHoldsByLists = rate.GlobalHoldsByLists, OverGalleries = Over(rate.OverGalleries), OverGalleriesIntervalWithCalibration = rate.OverGalleriesInterval is { } interval ? ReportJson.Interval(interval) : null, OverGalleriesIntervalTogether = rate.OverGalleriesIntervalTogether is { } wide ? ReportJson.Interval(wide) : null, rate.HoldsOverGalleries, rate.HoldsOverGalleriesTogether, OneThresholdOverGalleries = Over(rate.OverGalleriesAtGlobal) }),
            Held = new { Singly = Held(calibrated.HeldSingly), Together = Held(calibrated.HeldTogether) },
            HeldOverGalleries = calibrated.HeldOverGalleriesSingly is { } singly ? new { Singly = Held(singly), Together = Held(calibrated.HeldOverGalleriesTogether!) } : null,
            ErrorVersusReject = calibrated.Rejects.Select(one => new { Probes = one.Probes?.Side, Curve = Enumerable.Range(0, 10).Select(step => new { Rejected = step / 20.0, Error = one.Curve.At(step / 20.0), Best = one.Curve.BestAt(step / 20.0) }), MeanToAFifth = one.Curve.MeanTo(0.2) })
        });
    }

    private static object Fixed(FixedThreshold of) => new { of.Threshold, of.Fpir, FpirInterval = ReportJson.Interval(of.FpirInterval), of.Tpir, TpirInterval = ReportJson.Interval(of.TpirInterval) };

    private static object Held(HeldRates held) => new { Of = held.Rates.Count, WithCalibration = held.WithCalibration.Count, ByLists = held.ByLists.Count, OneThresholdByLists = held.OneThresholdByLists.Count };

    private static object? Over(RateOverGalleries? of) => of is null ? null : new { of.Threshold, of.Fpir, FpirInterval = ReportJson.Interval(of.Interval) };

    /// <summary>Writes them to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, CalibratedOpenSet? calibrated, IReadOnlyList<OpenSetReport> reports) => AtomicFile.WriteText(path, Format(calibrated, reports));

    /// <summary>Writes reports alone to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<OpenSetReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static object Report(OpenSetReport report) => new
    {
        report.Embedder, report.Lists, report.Options.Way, report.Options.Reduction, report.Options.Enlarging, report.Options.FlipAveraging, Gallery = report.Options.Gallery.Side, report.Enrolled,
        report.GalleryFaces, report.SkippedImages, report.SkippedFaces, report.Notices,
        Results = report.Results.Select(result => new
        {
            Probes = result.Probes.Side, result.Identification.Mated, result.Identification.Unmated, result.Identification.RankOne,
            RankOneInterval = ReportJson.Interval(result.Identification.RankOneInterval), Tpir = result.Tpirs.Select(ReportJson.Tpir)
        })
    };
}
