using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.SurvFace;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports on QMUL-SurvFace as JSON with stable camelCase keys: <c>format</c> ("btnet-survface"), <c>version</c> (1) and <c>reports</c>, one a way of treating small faces, with <c>results</c>, one a
/// way of choosing branches (<c>indicator</c> and <c>rule</c>, null where all faces were enlarged). Each has <c>branches</c> (how many faces went where), <c>identification</c> (one a kind of
/// prototypes, each value with what the paper's <c>grid</c> of thresholds gives) and <c>verification</c> (null where there are no pairs). Shares are 0 to 1; what the data do not allow is null with a
/// <c>reason</c>; scores above a threshold of identification are returned, those at or above one of verification accepted.
/// </summary>
public static class SurvFaceJson
{
    /// <summary>The reports as text.</summary>
    public static string Format(params IReadOnlyList<SurvFaceReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return ReportJson.Format(new { Format = "btnet-survface", Version = 1, Reports = reports.Select(Report) });
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<SurvFaceReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static object Report(SurvFaceReport report) => new
    {
        report.Embedder, report.Set, report.Way, report.Options.Reduction, report.Options.Enlarging, report.Options.FlipAveraging, report.Enrolled, report.GalleryFaces, report.Pairs,
        report.SkippedImages, report.SkippedFaces, report.SkippedPairs, report.Notices, report.PairNotices, Results = report.Results.Select(Result)
    };

    private static object Result(SurvFaceResult result) => new
    {
        result.Rule?.Indicator, result.Rule?.Rule,
        Branches = result.Branches.Select(share => new { Branch = share.Branch.Side, share.Gallery, share.Mated, share.Unmated, share.Verification }),
        Identification = result.Prototypes.Select(Identification), Verification = result.Verification is { } pairs ? Verification(pairs) : null
    };

    private static object Identification(PrototypeResult result)
    {
        var searches = result.Identification;
        return new
        {
            Prototypes = result.Prototype, searches.Mated, searches.Unmated, RankOne = searches.Ranks.At(1), RankOneInterval = ReportJson.Interval(searches.Ranks.IntervalAt(1)),
            RankTwenty = searches.Ranks.At(searches.Rank), RankTwentyInterval = ReportJson.Interval(searches.Ranks.IntervalAt(searches.Rank)), Tpir = searches.Tpirs.Zip(searches.Grid.Tpirs).Select(Tpir),
            searches.Auc, AucInterval = ReportJson.Interval(searches.AucInterval), GridAuc = searches.Grid.Auc
        };
    }

    private static object Tpir((TpirAtFpir Exact, GridTpir Grid) tpir) => new
    {
        Fpir = tpir.Exact.FalsePositiveRate, tpir.Exact.Value, Interval = tpir.Exact.Interval is { } interval ? ReportJson.Interval(interval) : null,
        Threshold = tpir.Exact.Threshold is { } threshold && double.IsFinite(threshold) ? threshold : (double?)null, tpir.Exact.Reason,
        Grid = new { Fpir = tpir.Grid.Nearest, tpir.Grid.Value, tpir.Grid.Threshold }
    };

    private static object Verification(SurvFaceVerification pairs) => new
    {
        Same = pairs.Roc.Positives, Different = pairs.Roc.Negatives,
        Accuracy = new { pairs.Accuracy.Mean, pairs.Accuracy.StandardDeviation, Interval = ReportJson.Interval(pairs.Accuracy.Interval), pairs.Accuracy.Folds, pairs.Accuracy.Thresholds },
        pairs.Auc, AucInterval = ReportJson.Interval(pairs.AucInterval),
        Tar = pairs.Tars.Select(tar => new { tar.Far, tar.Value, Interval = tar.Interval is { } interval ? ReportJson.Interval(interval) : null, tar.Threshold, tar.Reason })
    };
}
