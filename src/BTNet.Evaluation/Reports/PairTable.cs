using System.Globalization;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on pairs as tables.</summary>
public static class PairTable
{
    /// <summary>One report: accuracy with deviation over the folds and interval, AUC, EER with interval and true accept rates, in percent.</summary>
    public static ReportTable Of(PairReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string[] columns = ["pair", "accuracy %", "95 %", "AUC %", "EER %", "95 %", .. PairResult.FalseAcceptRates.Select(far => $"TAR % @ {Rate(far)}")];
        var rows = report.Results.Select(IReadOnlyList<string> (result) =>
        [
            result.Resolutions.ToString(), $"{Percent(result.Accuracy.Mean)} ± {Percent(result.Accuracy.StandardDeviation)}", Range(result.Accuracy.Interval),
            Percent(result.Auc), Percent(result.EqualErrorRate), Range(result.EqualErrorRateInterval), .. result.Tars.Select(Cell),
        ]).ToList();
        return new ReportTable($"{report.PairSet}: {Way(report)}", columns, rows, NotesOf(report));
    }

    /// <summary>Two reports on the same pairs beside each other, with the difference and whether it is beyond chance.</summary>
    /// <param name="baseline">What is to be beaten.</param>
    /// <param name="ours">What is to beat it.</param>
    /// <param name="baselineName">Its name in the heads; by default how it treats small faces.</param>
    /// <param name="oursName">Likewise.</param>
    /// <exception cref="ArgumentException">They were measured on other pairs.</exception>
    public static ReportTable Compare(PairReport baseline, PairReport ours, string? baselineName = null, string? oursName = null)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(ours);
        var (first, second) = (baselineName ?? ShortWay(baseline), oursName ?? ShortWay(ours));
        string[] columns = ["pair", $"{first} accuracy %", $"{second} accuracy %", "difference", "95 %", "p", $"{first} TAR % @ 1e-2", $"{second} TAR % @ 1e-2", "difference", "95 %"];
        var rows = ours.Against(baseline).Select(IReadOnlyList<string> (compared) =>
        {
            var (theirs, mine, difference) = (baseline[compared.Resolutions], ours[compared.Resolutions], compared.Difference);
            return
            [
                compared.Resolutions.ToString(), Percent(theirs.Accuracy.Mean), Percent(mine.Accuracy.Mean), Points(difference.Accuracy), PointsRange(difference.AccuracyInterval),
                Probability(difference.McNemarP), Cell(theirs.TarAt(difference.Far)), Cell(mine.TarAt(difference.Far)),
                difference.Tar is { } tar ? Points(tar) : Absent, difference.TarInterval is { } interval ? PointsRange(interval) : Absent,
            ];
        }).ToList();
        return new ReportTable(
            $"{ours.PairSet}: {first} and {second}", columns, rows,
            [.. NotesOf(ours), "Differences are in points, with a bootstrap interval over the pairs; p is McNemar's exact one."]);
    }

    /// <summary>How much was compared.</summary>
    internal static string CountsOf(PairReport report)
    {
        var same = report.Results.Count == 0 ? 0 : report.Results[0].Same.Count(flag => flag);
        return $"{report.Evaluated.Count} pairs ({same} of one person), {report.Images} images.";
    }

    /// <summary>What is to be read below a table of a report; how much was compared comes first.</summary>
    internal static List<string> NotesOf(PairReport report)
    {
        var notes = new List<string> { $"{CountsOf(report)} {report.Embedder}." };
        if (report.SkippedPairs > 0) notes.Add($"{report.SkippedPairs} pairs were left out, as an image is missing or broken ({report.SkippedImages} broken).");
        if (report.Options.ReferenceCompatible) notes.Add("Reference-compatible: mirrored faces added, no antialiasing, thresholds of squared distance on a grid of 0.01.");
        notes.AddRange(report.Notices);
        if (report.Results.Count > 0)
            notes.AddRange(report.Results[0].Tars.Where(tar => tar.Reason is not null).Select(tar => $"No TAR at FAR {Rate(tar.Far)}: {tar.Reason}."));
        return notes;
    }

    /// <summary>How a report treats small faces, in words.</summary>
    internal static string Way(PairReport report) => InWords(report.Options.Way);

    internal static string ShortWay(PairReport report) => InShort(report.Options.Way);

    internal static string Cell(TarAtFar tar) => tar.Value is { } value ? Percent(value) : Absent;

    internal static string Points(double share) => (100 * share).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture);

    internal static string PointsRange(ConfidenceInterval interval) => $"{Points(interval.Low)} to {Points(interval.High)}";

    internal static string Probability(double p) => p < 1e-4 ? "<0.0001" : p.ToString("0.0000", CultureInfo.InvariantCulture);
}
