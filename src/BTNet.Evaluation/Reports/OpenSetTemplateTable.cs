using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on ways to fuse enrolled faces as a table.</summary>
public static class OpenSetTemplateTable
{
    /// <summary>A row for each way at each resolution of probes: rank 1 and what is found at each false positive rate, in percent, mean and deviation over the trials and in how many it is above the first way.</summary>
    public static ReportTable Of(OpenSetTemplateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var rates = OpenSetReport.FalsePositiveRates.Index().Where(rate => report.Results.Any(result => result.Tpirs[rate.Index].Spread is not null)).ToList();
        var calibrated = report.Results[0].Calibrated;
        string[] columns =
        [
            "probes", "templates", .. rates.Select(rate => $"TPIR % @ FPIR {Rate(rate.Item)}").Prepend("rank 1 %").SelectMany(head => new[] { head, $"above {report.Templates.Fusions[0]}" }),
            .. calibrated.SelectMany(one => new[] { $"FPIR % for {Percent(one.Asked)}", "TPIR %" })
        ];
        var rows = report.Results.Select(IReadOnlyList<string> (result) =>
        {
            var first = report[result.Probes, report.Templates.Fusions[0]];
            return
            [
                result.Probes.ToString(), result.Fusion.ToString(), .. Cells(result.RankOne, first.RankOne), .. rates.SelectMany(rate => Cells(result.Tpirs[rate.Index].Spread, first.Tpirs[rate.Index].Spread)),
                .. result.Calibrated.SelectMany(one => new[] { Text(one.Fpir), Text(one.Tpir) })
            ];
        }).ToList();
        return new ReportTable(
            $"{report.Lists}: {report.Drawing.Count} random trials with a gallery of {report.Enrolled} of {report.People} people, each with {report.Templates.Faces} faces at {string.Join(", ", report.Templates.Gallery)}: mean ± standard deviation",
            columns, rows, Notes(report));
    }

    private static string[] Cells(TrialSpread? spread, TrialSpread? first) => spread is null || first is null
        ? [Absent, Absent]
        : [Text(spread), ReferenceEquals(spread, first) ? Absent : $"{Count(spread.Values.Zip(first.Values).Count(pair => pair.First > pair.Second))} of {Count(spread.Values.Count)}"];

    private static string Text(TrialSpread spread) => $"{Percent(spread.Mean)} ± {Percent(spread.StandardDeviation)}";

    private static List<string> Notes(OpenSetTemplateReport report)
    {
        var (mated, unmated) = (report.Trials.Average(trial => trial.Mated), report.Trials.Average(trial => trial.Unmated));
        List<string> notes =
        [
            FormattableString.Invariant($"In each trial {report.Enrolled} people are drawn (seed {report.Drawing.Seed}) of those who have more than {report.Templates.Faces} images, and enrolled with {report.Templates.Faces} each; of all {report.Faces} faces some {mated:0} are then searches for enrolled people and {unmated:0} for strangers. {report.Embedder}.")
        ];
        if (report.SkippedFaces > 0) notes.Add($"{report.SkippedFaces} faces were left out, as their image is missing or broken.");
        notes.AddRange(report.Notices);
        notes.AddRange(report.Results[0].Tpirs.Where(tpir => tpir.Reason is not null).Select(tpir => $"No TPIR at FPIR {Rate(tpir.FalsePositiveRate)}: {tpir.Reason}."));
        if (report.Results[0].Calibrated.Count > 0) notes.Add("FPIR % for: what thresholds of the model's calibration come to for such a rate, each candidate's by the resolution of the face that stands for it, and what is found at them.");
        notes.Add("Templates: max, each face by itself; mean, and mean by quality; clusters, the centres of so many at most. All are measured on the same trials.");
        return notes;
    }
}
