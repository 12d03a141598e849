using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports as JSON with stable camelCase keys: <c>format</c> ("btnet-pairs"), <c>version</c> (1), <c>reports</c> (one
/// a system: how it was measured, and <c>results</c>, one a resolution pair) and <c>comparison</c> (each further report
/// less the first; null for one report). Shares are 0 to 1; what the pairs do not allow is null with a <c>reason</c>;
/// thresholds are of what <c>measure</c> says, a cosine of at least or a squared distance of at most the threshold.
/// </summary>
public static class PairJson
{
    /// <summary>The reports as text; further ones are compared with the first.</summary>
    /// <exception cref="ArgumentException">Reports on other pairs.</exception>
    public static string Format(params IReadOnlyList<PairReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return ReportJson.Format(
            new { Format = "btnet-pairs", Version = 1, Reports = reports.Select(Report), Comparison = reports.Count < 2 ? null : reports.Skip(1).Select(report => Comparison(report, reports[0])) });
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<PairReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static object Report(PairReport report) => new
    {
        report.Embedder,
        report.PairSet,
        report.Options.Way,
        report.Options.Measure,
        report.Options.Reduction,
        report.Options.Enlarging,
        report.Options.FlipAveraging,
        report.Options.ReferenceCompatible,
        report.Images,
        report.SkippedImages,
        Pairs = report.Evaluated.Count,
        report.SkippedPairs,
        report.Notices,
        Results = report.Results.Select(result => Result(result, report.Options.Measure)),
    };

    private static object Result(PairResult result, PairMeasure measure) => new
    {
        Pair = result.Resolutions.ToString(),
        First = result.Resolutions.First.Side,
        Second = result.Resolutions.Second.Side,
        Same = result.Roc.Positives,
        Different = result.Roc.Negatives,
        Accuracy = new
        {
            result.Accuracy.Mean,
            result.Accuracy.StandardDeviation,
            Interval = ReportJson.Interval(result.Accuracy.Interval),
            result.Accuracy.Folds,
            result.Accuracy.Thresholds,
        },
        result.Auc,
        AucInterval = ReportJson.Interval(result.AucInterval),
        result.EqualErrorRate,
        EqualErrorRateInterval = ReportJson.Interval(result.EqualErrorRateInterval),
        Tar = result.Tars.Select(tar => new
        {
            tar.Far,
            tar.Value,
            Interval = tar.Interval is { } interval ? ReportJson.Interval(interval) : null,
            Threshold = measure == PairMeasure.SquaredDistance ? -tar.Threshold : tar.Threshold,
            tar.Reason,
        }),
    };

    private static object Comparison(PairReport report, PairReport baseline) => new
    {
        Baseline = new { baseline.Embedder, baseline.Options.Way },
        Against = new { report.Embedder, report.Options.Way },
        Results = report.Against(baseline).Select(compared => new
        {
            Pair = compared.Resolutions.ToString(),
            AccuracyDifference = compared.Difference.Accuracy,
            AccuracyInterval = ReportJson.Interval(compared.Difference.AccuracyInterval),
            compared.Difference.McNemarP,
            OnlyBaselineRight = compared.Difference.OnlyFirstRight,
            OnlyAgainstRight = compared.Difference.OnlySecondRight,
            compared.Difference.Far,
            TarDifference = compared.Difference.Tar,
            TarInterval = compared.Difference.TarInterval is { } interval ? ReportJson.Interval(interval) : null,
        }),
    };
}
