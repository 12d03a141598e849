using System.Globalization;
using BTNet.Evaluation.Protocols.OpenSet;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>What a calibration came to in open-set searches, as tables.</summary>
public static class CalibratedOpenSetTable
{
    private static readonly double[] Rejected = [0, 0.1, 0.2, 0.3];

    /// <summary>A row for each resolution of probes and rate asked for.</summary>
    public static ReportTable Of(CalibratedOpenSet calibrated, OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(calibrated);
        ArgumentNullException.ThrowIfNull(report);
        string[] columns = ["probes", "FPIR % asked", "threshold", "95 %", "FPIR % obtained", "95 %", "95 % with calibration", "together", "holds", "TPIR %", "95 %", "one threshold", "FPIR %", "95 %", "TPIR %"];
        return new ReportTable($"{report.Lists}: thresholds from the model's calibration, for a gallery of {report.Enrolled} people at {report.Options.Gallery}", columns, [.. calibrated.Rates.Select(IReadOnlyList<string> (rate) =>
        [
            rate.Probes.ToString(), Percent(rate.Asked), Score(rate.Threshold.Value), $"{Score(rate.Threshold.Low)} to {Score(rate.Threshold.High)}", Percent(rate.Obtained.Fpir), Range(rate.Obtained.FpirInterval),
            Range(rate.Interval), Range(rate.IntervalTogether), Holds(rate.Holds, rate.HoldsTogether), Percent(rate.Obtained.Tpir), Range(rate.Obtained.TpirInterval), Score(rate.AtGlobal.Threshold), Percent(rate.AtGlobal.Fpir), Range(rate.AtGlobal.FpirInterval),
            Percent(rate.AtGlobal.Tpir)
        ])],
        [
            .. Held(calibrated.HeldSingly, calibrated.HeldTogether),
            "The threshold's interval is over the people of the calibration, those of rates are over strangers and enrolled people of the lists."
        ]);
    }

    /// <summary>What thresholds come to over all galleries of everybody in the lists; null where that was not looked at.</summary>
    public static ReportTable? OverGalleries(CalibratedOpenSet calibrated, OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(calibrated);
        ArgumentNullException.ThrowIfNull(report);
        var people = report.Results.Select(result => result.Everybody?.People).FirstOrDefault();
        (CalibratedRate Rate, RateOverGalleries Own, RateOverGalleries Global)[] rates = [.. calibrated.Rates.Where(rate => rate is { OverGalleries: not null, OverGalleriesAtGlobal: not null }).Select(rate => (rate, rate.OverGalleries!, rate.OverGalleriesAtGlobal!))];
        if (rates.Length == 0) return null;
        string[] columns = ["probes", "FPIR % asked", "threshold", "FPIR % obtained", "95 %", "95 % with calibration", "together", "holds", "one threshold", "FPIR %", "95 %"];
        return new ReportTable($"{report.Lists}: these thresholds over all galleries of {report.Enrolled} that could be drawn of all {people} people, with a face each, everybody else a stranger", columns, [.. rates.Select(IReadOnlyList<string> (one) =>
        [
            one.Rate.Probes.ToString(), Percent(one.Rate.Asked), Score(one.Own.Threshold), Percent(one.Own.Fpir), Range(one.Own.Interval), Range(one.Rate.OverGalleriesInterval!.Value), Range(one.Rate.OverGalleriesIntervalTogether!.Value), Holds(one.Rate.HoldsOverGalleries == true, one.Rate.HoldsOverGalleriesTogether == true),
            Score(one.Global.Threshold), Percent(one.Global.Fpir), Range(one.Global.Interval)
        ])],
        [
            .. Held(calibrated.HeldOverGalleriesSingly!, calibrated.HeldOverGalleriesTogether!),
            "Another question than that of the one gallery of the lists: whom these enrol may be of another kind, such as people of whom there are several pictures."
        ]);
    }

    /// <summary>Errors left where searches of the lowest quality are not made; null where quality was not measured.</summary>
    public static ReportTable? OfQuality(CalibratedOpenSet calibrated)
    {
        ArgumentNullException.ThrowIfNull(calibrated);
        if (calibrated.Rejects.Count == 0) return null;
        string[] columns = ["probes", .. Rejected.Select(share => $"error % at {100 * share:0} % rejected"), "mean to 20 %", "best possible"];
        return new ReportTable($"Searches that fail at FPIR {Rate(CalibratedOpenSet.QualityRate)}, without those of the lowest quality", columns, [.. calibrated.Rejects.Select(IReadOnlyList<string> (one) =>
        [
            one.Probes?.ToString() ?? "all", .. Rejected.Select(share => Percent(one.Curve.At(share))), Percent(one.Curve.MeanTo(0.2)), Percent(Enumerable.Range(0, 21).Average(step => one.Curve.BestAt(0.01 * step)))
        ])], ["Quality from the resolution and the length of the embedding. Where it knew nothing, the errors would stay as they are at 0 %."]);
    }

    private static IEnumerable<string> Held(HeldRates singly, HeldRates together)
    {
        yield return $"Rates asked for that lie within the interval of the one obtained: {In(singly, singly.WithCalibration)} where the people of the calibration are heeded as well, {In(singly, singly.ByLists)} by those of the lists alone; with one threshold for all resolutions, that for 112x112, {In(singly, singly.OneThresholdByLists)} by those of the lists.";
        if (singly.Rates.Count > 1)
            yield return $"Of {singly.Rates.Count} intervals that hold with 95 % each, some may miss by chance; \"together\" are so wide that with 95 % all of them hold: {In(together, together.WithCalibration)}; by the lists alone {In(together, together.ByLists)}; with one threshold {In(together, together.OneThresholdByLists)}.";

        static string In(HeldRates all, IReadOnlyList<CalibratedRate> held) =>
            $"{held.Count} of {all.Rates.Count}{(held.Count == all.Rates.Count || held.Count == 0 ? "" : $" (not {string.Join("; ", all.Rates.Except(held).GroupBy(rate => rate.Probes).Select(rates => $"{rates.Key} px at {string.Join(", ", rates.Select(rate => $"{100 * rate.Asked:0.#}"))} %"))})")}";
    }

    private static string Holds(bool singly, bool together) => singly ? "yes" : together ? "together" : "no";

    private static string Score(double score) => score.ToString("0.000", CultureInfo.InvariantCulture);
}
