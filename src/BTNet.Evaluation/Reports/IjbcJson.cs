using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.Ijbc;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports on templates as JSON with stable camelCase keys: <c>format</c> ("btnet-ijbc"), <c>version</c> (1) and <c>reports</c>, one a way of treating small faces, with <c>results</c>, one a mode:
/// <c>verification</c> (1:1) and <c>identification</c> (1:N: each gallery, and the mean). Shares are 0 to 1; what the set does not allow is null with a <c>reason</c>; in 1:1 a score of at least the
/// threshold is accepted, in 1:N one above it returned.
/// </summary>
public static class IjbcJson
{
    /// <summary>The reports as text.</summary>
    public static string Format(params IReadOnlyList<IjbcReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return ReportJson.Format(new { Format = "btnet-ijbc", Version = 1, Reports = reports.Select(Report) });
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<IjbcReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static object Report(IjbcReport report) => new
    {
        report.Embedder, report.Set, report.Options.Way, report.Options.Enlarging, report.Options.FlipAveraging, report.Options.Weight, Calibration = report.Options.WeighedBy, report.Images, report.Templates,
        LeftOut = new { report.LeftOut.Images, report.LeftOut.Templates, report.LeftOut.Pairs, report.LeftOut.Searches }, report.Notices, Results = report.Results.Select(Result)
    };

    private static object Result(IjbcResult result) => new
    {
        Mode = result.Mode.ToString(), Kind = result.Mode.Aggregates ? "aggregate" : "match", First = result.Mode.Sides.First.Side, Second = result.Mode.Sides.Second.Side,
        Verification = new
        {
            Same = result.Roc.Positives, Different = result.Roc.Negatives, result.Roc.Auc, AucInterval = ReportJson.Interval(result.Roc.AucInterval), result.Roc.EqualErrorRate,
            Tar = result.Tars.Select(tar => new { tar.Far, tar.Value, Interval = Interval(tar.Interval), tar.Threshold, tar.Reason })
        },
        Identification = result.Galleries.Count == 0 ? null : new
        {
            Galleries = result.Galleries.Select(Gallery), Mean = new
            {
                Ranks = IjbcReport.Ranks.Select(rank => new { Rank = rank, Value = result.MeanAtRank(rank) }),
                Tpir = IjbcReport.FalsePositiveRates.Select((rate, which) => new { Fpir = rate, Value = result.MeanTpir(which) })
            }
        }
    };

    private static object Gallery(IjbcGalleryResult gallery) => new
    {
        gallery.Gallery, gallery.Subjects, gallery.Identification.Mated, gallery.Identification.Unmated,
        Ranks = IjbcReport.Ranks.Select(rank => new { Rank = rank, Value = gallery.Ranks.At(rank), Interval = Interval(gallery.Ranks.IntervalAt(rank)) }),
        Tpir = gallery.Tpirs.Select(ReportJson.Tpir)
    };

    private static object? Interval(ConfidenceInterval? interval) => interval is { } range ? ReportJson.Interval(range) : null;
}
