using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Resolutions;
using static BTNet.Evaluation.Reports.ReportText;

namespace BTNet.Evaluation.Reports;

/// <summary>Reports on closed sets of faces in their own sizes as tables.</summary>
public static class ClosedSetTable
{
    /// <summary>The searches, and which branches the faces went to.</summary>
    /// <param name="reports">On the same data, at least one.</param>
    public static IReadOnlyList<ReportTable> All(params IReadOnlyList<ClosedSetReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0) throw new ArgumentException("needs at least one report", nameof(reports));
        return [Identification(reports), Branches(reports)];
    }

    private static ReportTable Identification(IReadOnlyList<ClosedSetReport> reports)
    {
        var first = reports[0];
        string[] columns =
        [
            "small faces", "branch by", "probes", "searches", .. first.Ranks.SelectMany(rank => new[] { $"rank {rank} %", "95 %" }),
            .. first.HasSeveralFaces ? ["mAP %", "mAP % by trapezoids"] : Array.Empty<string>()
        ];
        var rows = reports.SelectMany(report => report.Results.SelectMany(result => result.Figures.Select(IReadOnlyList<string> (figures) =>
        [
            InShort(report.Way), Rule(result.Rule), figures.Probes, Count(figures.Ranks.Searches), .. report.Ranks.SelectMany(rank => new[] { Percent(figures.Ranks.At(rank)), Range(figures.Ranks.IntervalAt(rank)) }),
            .. report.HasSeveralFaces ? [Percent(figures.Precision.AtMatches), Percent(figures.Precision.Trapezoid)] : Array.Empty<string>()
        ]))).ToList();
        return new ReportTable($"{first.Set}: a gallery of {first.GalleryFaces + first.Distractors} faces", columns, rows, Notes(first));
    }

    private static ReportTable Branches(IReadOnlyList<ClosedSetReport> reports) => BranchTable.Of(
        reports[0].Set,
        [.. from report in reports from result in report.Results select (report.Way, result.Rule, (IReadOnlyList<(Resolution, int)>)[.. result.Branches.Select(share => (share.Branch, share.Gallery + share.Distractors + share.Probes))])],
        "Of all enrolled faces and searches together; enrolled faces, distractors and each set of searches by themselves are in the JSON.");

    private static List<string> Notes(ClosedSetReport report)
    {
        List<string> notes = [$"{report.GalleryFaces} enrolled faces of {report.People} people, {report.Distractors} of others. {report.Embedder}."];
        if (report.SkippedFaces > 0) notes.Add($"{report.SkippedFaces} faces were left out, as their image, or each enrolled one of their person, is missing or broken.");
        notes.AddRange(report.Notices);
        if (report.Ranks.Any(rank => rank >= report.GalleryFaces + report.Distractors)) notes.Add($"A list of {report.Ranks.First(rank => rank >= report.GalleryFaces + report.Distractors)} holds everybody, as no more are enrolled: being in it says nothing.");
        notes.Add("Rank k: share of searches with a face of the right person among the first k of the gallery; of equal scores those of others come first. Intervals are Wilson's.");
        if (report.HasSeveralFaces) notes.Add("mAP: mean, over searches, of the mean precision at each face of the right person; by trapezoids it is what the script of the data set computes.");
        return notes;
    }
}
