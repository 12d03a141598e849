using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on open-set searches as tables.</summary>
public static class OpenSetTable
{
    /// <summary>A row for each resolution of probes, of each report: closed-set rank 1 and what is found at each false positive rate, in percent.</summary>
    /// <param name="reports">On the same lists, at least one.</param>
    public static ReportTable Of(params IReadOnlyList<OpenSetReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0) throw new ArgumentException("needs at least one report", nameof(reports));
        string[] columns = ["probes", "small faces", "rank 1 %", "95 %", .. OpenSetReport.FalsePositiveRates.SelectMany(rate => new[] { $"TPIR % @ FPIR {Rate(rate)}", "95 %" })];
        var rows = reports[0].Options.Probes.SelectMany(side => reports.Select(IReadOnlyList<string> (report) =>
        {
            var result = report[side];
            return
            [
                side.ToString(), InShort(report.Options.Way), Percent(result.Identification.RankOne), Range(result.Identification.RankOneInterval),
                .. result.Tpirs.SelectMany(tpir => new[] { Cell(tpir), tpir.Interval is { } interval ? Range(interval) : Absent })
            ];
        })).ToList();
        return new ReportTable($"{reports[0].Lists}: a gallery of {reports[0].Enrolled} people at {reports[0].Options.Gallery}", columns, rows, Notes(reports));
    }

    private static List<string> Notes(IReadOnlyList<OpenSetReport> reports)
    {
        var (first, result) = (reports[0], reports[0].Results[0]);
        List<string> notes = [$"{first.GalleryFaces} enrolled faces, {result.Identification.Mated} searches for enrolled people, {result.Identification.Unmated} for strangers. {first.Embedder}."];
        if (first.SkippedFaces > 0) notes.Add($"{first.SkippedFaces} faces were left out, as their image, or the only enrolled one of their person, is missing or broken.");
        notes.AddRange(first.Notices);
        notes.AddRange(result.Tpirs.Where(tpir => tpir.Reason is not null).Select(tpir => $"No TPIR at FPIR {Rate(tpir.FalsePositiveRate)}: {tpir.Reason}."));
        notes.Add("TPIR: share of searches for enrolled people that return them first and above the threshold; FPIR: share of searches for strangers that return anybody. Intervals are bootstrapped by person.");
        return notes;
    }

    internal static string Cell(TpirAtFpir tpir) => tpir.Value is { } value ? Percent(value) : Absent;
}
