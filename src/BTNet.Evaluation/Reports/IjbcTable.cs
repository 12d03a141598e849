using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.Ijbc;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on templates as tables: one of the pairs, one of the searches.</summary>
public static class IjbcTable
{
    private const string Mean = "mean";

    /// <summary>Both tables, or that of the pairs alone where there are no galleries.</summary>
    /// <param name="reports">On the same set, at least one.</param>
    public static IReadOnlyList<ReportTable> Of(params IReadOnlyList<IjbcReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0) throw new ArgumentException("needs at least one report", nameof(reports));
        return reports[0].Results.Any(result => result.Galleries.Count > 0) ? [Pairs(reports), Searches(reports)] : [Pairs(reports)];
    }

    private static ReportTable Pairs(IReadOnlyList<IjbcReport> reports)
    {
        string[] columns = ["match", "small faces", .. IjbcReport.FalseAcceptRates.SelectMany(far => new[] { $"TAR % @ FAR {Rate(far)}", "95 %" })];
        var rows = Rows(reports, (report, result) => [[result.Mode.ToString(), InShort(report.Options.Way), .. result.Tars.SelectMany(tar => Cells(tar.Value, tar.Interval))]]);
        var (first, roc) = (reports[0], reports[0].Results[0].Roc);
        List<string> notes = [$"{first.Templates} templates of {first.Images} images, {roc.Positives} pairs of one person, {roc.Negatives} of two. {first.Embedder}.", How(first.Options)];
        if (first.LeftOut is { Images: > 0 } or { Templates: > 0 })
            notes.Add($"Left out: {first.LeftOut.Images} images that are missing or broken, {first.LeftOut.Templates} templates without any, {first.LeftOut.Pairs} pairs and {first.LeftOut.Searches} searches of these.");
        notes.AddRange(first.Notices);
        notes.AddRange(first.Results[0].Tars.Where(tar => tar.Reason is not null).Select(tar => $"No TAR at FAR {Rate(tar.Far)}: {tar.Reason}."));
        notes.Add("112x14: enrolled template at 112, probe at 14. 112&14: each template from faces at 112 and mirrored faces at 14, no match across resolutions. Intervals are Wilson's over the pairs of one person.");
        return new ReportTable($"{first.Set} 1:1", columns, rows, notes);
    }

    private static ReportTable Searches(IReadOnlyList<IjbcReport> reports)
    {
        string[] columns =
        [
            "match", "small faces", "gallery", .. IjbcReport.Ranks.SelectMany(rank => new[] { $"rank {rank} %", "95 %" }), .. IjbcReport.FalsePositiveRates.SelectMany(rate => new[] { $"TPIR % @ FPIR {Rate(rate)}", "95 %" })
        ];
        var rows = Rows(reports, (report, result) =>
        [
            .. result.Galleries.Select(IReadOnlyList<string> (gallery) =>
            [
                result.Mode.ToString(), InShort(report.Options.Way), gallery.Gallery, .. IjbcReport.Ranks.SelectMany(rank => Cells(gallery.Ranks.At(rank), gallery.Ranks.IntervalAt(rank))),
                .. gallery.Tpirs.SelectMany(tpir => Cells(tpir.Value, tpir.Interval))
            ]),
            [
                result.Mode.ToString(), InShort(report.Options.Way), Mean, .. IjbcReport.Ranks.SelectMany(rank => Cells(result.MeanAtRank(rank), null)),
                .. IjbcReport.FalsePositiveRates.Index().SelectMany(rate => Cells(result.MeanTpir(rate.Index), null))
            ]
        ]);
        var galleries = reports[0].Results[0].Galleries;
        List<string> notes = [.. galleries.Select(gallery => $"{gallery.Gallery}: {gallery.Subjects} people enrolled, {gallery.Identification.Mated} searches for them, {gallery.Identification.Unmated} for others.")];
        notes.AddRange(galleries.SelectMany(gallery => gallery.Tpirs.Where(tpir => tpir.Reason is not null).Select(tpir => $"No TPIR at FPIR {Rate(tpir.FalsePositiveRate)} in {gallery.Gallery}: {tpir.Reason}.")));
        notes.Add("TPIR: share of searches for enrolled people that return them first and above the threshold; FPIR: share of searches for others that return anybody. Intervals of TPIR are bootstrapped by person, of ranks Wilson's.");
        return new ReportTable($"{reports[0].Set} 1:N", columns, rows, notes);
    }

    private static List<IReadOnlyList<string>> Rows(IReadOnlyList<IjbcReport> reports, Func<IjbcReport, IjbcResult, IEnumerable<IReadOnlyList<string>>> rows) =>
        [.. reports[0].Options.Modes.SelectMany(mode => reports.SelectMany(report => rows(report, report[mode])))];

    private static string[] Cells(double? value, ConfidenceInterval? interval) => [value is { } share ? Percent(share) : Absent, interval is { } range ? Range(range) : Absent];

    private static string How(IjbcOptions options)
    {
        var weight = options.Weight switch
        {
            ImageWeight.None => "each image counts alike",
            ImageWeight.Detector => "images count by the detector's score",
            ImageWeight.Norm => "images count by the length of their feature",
            ImageWeight.Quality => $"images count by how useful the model's calibration finds them ({options.WeighedBy?[..12]})",
            _ => "images count by the detector's score times the length of their feature"
        };
        return $"Template: mean over the images of a medium, sum over media, length 1; {weight}{(options.FlipAveraging ? "; mirrored faces added in matches" : "")}.";
    }
}
