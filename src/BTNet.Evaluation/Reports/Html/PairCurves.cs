using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>ROC and DET curves of reports on the same pairs, on the same axes so that they compare.</summary>
internal static class PairCurves
{
    private const string FalseAccepts = "false accept rate (FAR)";

    /// <summary>True against false accept rate, a drawing a report.</summary>
    public static IEnumerable<Element> Roc(string id, IReadOnlyList<PairReport> reports, IReadOnlyDictionary<ResolutionPair, SeriesStyle> styles)
    {
        var decade = Decade(reports, styles, result => result.Roc.Negatives);
        return reports.Index().Select(entry => RocFigure.Draw(
            $"{id}-roc{entry.Index}", ReportText.InWords(entry.Item.Options.Way), [.. Shown(entry.Item, styles).Select(result => (result.Resolutions.ToString(), styles[result.Resolutions], result.Roc))],
            $"Area under the curve: {string.Join(", ", Shown(entry.Item, styles).Select(result => $"{result.Resolutions} {ReportText.Percent(result.Auc)} %"))}.", decade));
    }

    /// <summary>False reject against false accept rate, both logarithmic (detection error trade-off, ISO/IEC 19795-1), a drawing a report.</summary>
    public static IEnumerable<Element> Det(string id, IReadOnlyList<PairReport> reports, IReadOnlyDictionary<ResolutionPair, SeriesStyle> styles)
    {
        var decade = Decade(reports, styles, result => result.Roc.Negatives);
        var lowest = Decade(reports, styles, result => result.Roc.Positives);
        foreach (var (i, report) in reports.Index())
        {
            var plot = new Plot(PlotAxis.Decades(FalseAccepts, decade), PlotAxis.Decades("false reject rate (FRR)", lowest));
            // Where nobody is rejected the logarithmic axis has no place.
            RateCurve.Draw(plot, decade, [.. Shown(report, styles).Select(result => new RateCurve(
                result.Resolutions.ToString(), styles[result.Resolutions], [.. RateSteps.Of(result.Roc).Select(corner => (corner.Far, 1 - corner.Tar)).Where(corner => corner.Item2 > .5 / result.Roc.Positives)]))]);
            yield return Figure.Of($"DET, {ReportText.InWords(report.Options.Way)}", plot.Draw($"{id}-det{i}", $"DET curves, {ReportText.InWords(report.Options.Way)}",
                $"Equal error rate: {string.Join(", ", Shown(report, styles).Select(result => $"{result.Resolutions} {ReportText.Percent(result.EqualErrorRate)} %"))}."));
        }
    }

    /// <summary>The results that have a style, in the order of the report.</summary>
    public static IEnumerable<PairResult> Shown(PairReport report, IReadOnlyDictionary<ResolutionPair, SeriesStyle> styles) => report.Results.Where(result => styles.ContainsKey(result.Resolutions));

    private static int Decade(IReadOnlyList<PairReport> reports, IReadOnlyDictionary<ResolutionPair, SeriesStyle> styles, Func<PairResult, int> count) =>
        PlotAxis.DecadeOf(reports.SelectMany(report => Shown(report, styles)).Max(count));
}
