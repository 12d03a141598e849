using System.Globalization;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Resolutions;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on QMUL-SurvFace as tables.</summary>
public static class SurvFaceTable
{
    /// <summary>All that the reports allow: the searches, the pairs where they were compared, and which branches the faces went to.</summary>
    /// <param name="reports">On the same data, at least one.</param>
    public static IReadOnlyList<ReportTable> All(params IReadOnlyList<SurvFaceReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0) throw new ArgumentException("needs at least one report", nameof(reports));
        return reports[0].Pairs > 0 ? [Identification(reports), Verification(reports), Branches(reports)] : [Identification(reports), Branches(reports)];
    }

    private static ReportTable Identification(IReadOnlyList<SurvFaceReport> reports)
    {
        string[] columns =
        [
            "small faces", "branch by", "prototypes", $"rank {SurvFaceReport.Places} %", .. SurvFaceReport.FalsePositiveRates.SelectMany(rate => new[] { $"TPIR20 % @ FPIR {Plain(rate)}", "95 %", "grid" }),
            "AUC %", "95 %", "grid"
        ];
        var rows = reports.SelectMany(report => report.Results.SelectMany(result => result.Prototypes.Select(IReadOnlyList<string> (kind) =>
        [
            InShort(report.Way), Rule(result.Rule), kind.Prototype == GalleryPrototype.Raw ? "raw" : "normalised", Percent(kind.Identification.Ranks.At(SurvFaceReport.Places)),
            .. kind.Identification.Tpirs.Zip(kind.Identification.Grid.Tpirs).SelectMany(tpir => Cells(tpir.First, tpir.Second)),
            Percent(kind.Identification.Auc), Range(kind.Identification.AucInterval), Percent(kind.Identification.Grid.Auc)
        ]))).ToList();
        return new ReportTable($"{reports[0].Set}, identification: a gallery of {reports[0].Enrolled} people", columns, rows, Notes(reports));
    }

    private static ReportTable Verification(IReadOnlyList<SurvFaceReport> reports)
    {
        string[] columns = ["small faces", "branch by", "mean accuracy %", "95 %", "AUC %", "95 %", .. SurvFaceVerification.FalseAcceptRates.SelectMany(far => new[] { $"TAR % @ FAR {Plain(far)}", "95 %" })];
        var rows = reports.SelectMany(report => report.Results.Select(IReadOnlyList<string> (result) =>
        [
            InShort(report.Way), Rule(result.Rule), $"{Percent(result.Verification!.Accuracy.Mean)} ± {Percent(result.Verification.Accuracy.StandardDeviation)}", Range(result.Verification.Accuracy.Interval),
            Percent(result.Verification.Auc), Range(result.Verification.AucInterval),
            .. result.Verification.Tars.SelectMany(tar => new[] { tar.Value is { } value ? Percent(value) : Absent, tar.Interval is { } interval ? Range(interval) : Absent })
        ])).ToList();
        List<string> notes = [.. reports[0].PairNotices];
        if (reports[0].SkippedPairs > 0) notes.Add($"{reports[0].SkippedPairs} pairs were left out, as an image is missing or broken.");
        notes.AddRange(reports[0].Results[0].Verification!.Tars.Where(tar => tar.Reason is not null).Select(tar => $"No TAR at FAR {Plain(tar.Far)}: {tar.Reason}."));
        return new ReportTable($"{reports[0].Set}, verification: {reports[0].Pairs} pairs", columns, rows, notes);
    }

    private static ReportTable Branches(IReadOnlyList<SurvFaceReport> reports) => BranchTable.Of(
        reports[0].Set,
        [.. from report in reports from result in report.Results select (report.Way, result.Rule, (IReadOnlyList<(Resolution, int)>)[.. result.Branches.Select(share => (share.Branch, share.Gallery + share.Mated + share.Unmated))])],
        "Of all enrolled faces and searches together; each list by itself is in the JSON.");

    private static List<string> Notes(IReadOnlyList<SurvFaceReport> reports)
    {
        var (first, searches) = (reports[0], reports[0].Results[0].Prototypes[0].Identification);
        List<string> notes = [$"{first.GalleryFaces} enrolled faces, {searches.Mated} searches for enrolled people, {searches.Unmated} for strangers. {first.Embedder}."];
        if (first.SkippedFaces > 0) notes.Add($"{first.SkippedFaces} faces were left out, as their image, or each enrolled one of their person, is missing or broken.");
        notes.AddRange(first.Notices);
        if (first.Enrolled <= SurvFaceReport.Places) notes.Add($"A list of {SurvFaceReport.Places} holds everybody, as no more are enrolled: being in it says nothing.");
        notes.AddRange(searches.Tpirs.Where(tpir => tpir.Reason is not null).Select(tpir => $"No TPIR20 at FPIR {Plain(tpir.FalsePositiveRate)}: {tpir.Reason}."));
        notes.Add("TPIR20: share of searches for enrolled people that have them among the best 20 and above the threshold; FPIR: share of searches for strangers with anybody above it. Intervals are bootstrapped by person.");
        notes.Add("grid: what the paper's script gives, the nearest FPIR, be it above or below, of 1,000 thresholds at equal distances; prototypes: raw are the script's.");
        return notes;
    }

    private static string[] Cells(TpirAtFpir exact, GridTpir grid) =>
        [exact.Value is { } value ? Percent(value) : Absent, exact.Interval is { } interval ? Range(interval) : Absent, Percent(grid.Value)];

    private static string Plain(double rate) => rate.ToString(CultureInfo.InvariantCulture);
}
