using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on open-set searches over random trials as tables.</summary>
public static class OpenSetTrialTable
{
    /// <summary>A row for each resolution of probes, of each report: rank 1 and what is found at each false positive rate, each as mean less deviation, then mean, deviation and least, in percent.</summary>
    /// <param name="reports">On the same trials, at least one.</param>
    public static ReportTable Of(params IReadOnlyList<OpenSetTrialReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0) throw new ArgumentException("needs at least one report", nameof(reports));
        var first = reports[0];
        string[] columns = ["probes", "small faces", .. OpenSetReport.FalsePositiveRates.Select(rate => $"TPIR % @ FPIR {Rate(rate)}").Prepend("rank 1 %").SelectMany(head => new[] { head, "mean ± deviation (least)" })];
        var rows = first.Options.Probes.SelectMany(side => reports.Select(IReadOnlyList<string> (report) =>
            [side.ToString(), InShort(report.Options.Way), .. report[side].Tpirs.Select(tpir => tpir.Spread).Prepend(report[side].RankOne).SelectMany(Cells)])).ToList();
        return new ReportTable(
            $"{first.Lists}: {first.Drawing.Count} random trials with a gallery of {first.Enrolled} of {first.People} people at {first.Options.Gallery}: mean less standard deviation", columns, rows, Notes(first));
    }

    private static string[] Cells(TrialSpread? spread) => spread is null
        ? [Absent, Absent]
        : [Percent(spread.MeanLessDeviation), $"{Percent(spread.Mean)} ± {Percent(spread.StandardDeviation)} ({Percent(spread.Least)})"];

    private static List<string> Notes(OpenSetTrialReport report)
    {
        List<string> notes =
        [
            $"In each trial {report.Enrolled} people are drawn (seed {report.Drawing.Seed}) of those of {report.People} who have two images or more, and enrolled with one each; of all {report.Faces} faces "
            + $"{Few(report.Trials.Select(trial => trial.Mated))} are then searches for enrolled people and {Few(report.Trials.Select(trial => trial.Unmated))} for strangers. {report.Embedder}."
        ];
        if (report.SkippedFaces > 0) notes.Add($"{report.SkippedFaces} faces were left out, as their image is missing or broken.");
        notes.AddRange(report.Notices);
        notes.AddRange(report.Results[0].Tpirs.Where(tpir => tpir.Reason is not null).Select(tpir => $"No TPIR at FPIR {Rate(tpir.FalsePositiveRate)}: {tpir.Reason}."));
        notes.Add("TPIR: share of searches for enrolled people that return them first and above the threshold; FPIR: share of searches for strangers that return anybody. The deviation is that of a sample.");
        return notes;
    }

    private static string Few(IEnumerable<int> searches)
    {
        int[] counts = [.. searches];
        return counts.Min() == counts.Max() ? Count(counts[0]) : $"{Count(counts.Min())} to {Count(counts.Max())}";
    }
}
