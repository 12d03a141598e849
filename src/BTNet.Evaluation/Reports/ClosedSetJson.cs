using BTNet.Evaluation.Protocols.ClosedSet;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports on closed sets of faces in their own sizes as JSON with stable camelCase keys: <c>format</c> ("btnet-closedset"), <c>version</c> (1) and <c>reports</c>, one a way of treating small faces, with
/// <c>set</c> and <c>results</c>, one a way of choosing branches (<c>indicator</c> and <c>rule</c>, null where all faces were enlarged). Each has <c>branches</c> (how many faces of each list and set of searches went where) and
/// <c>figures</c>, one a set of searches and last all together where there are several. Shares are 0 to 1.
/// </summary>
public static class ClosedSetJson
{
    /// <summary>The reports as text.</summary>
    public static string Format(params IReadOnlyList<ClosedSetReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return ReportJson.Format(new { Format = "btnet-closedset", Version = 1, Reports = reports.Select(Report) });
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<ClosedSetReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static object Report(ClosedSetReport report) => new
    {
        report.Embedder, report.Set, report.Way, report.Options.Reduction, report.Options.Enlarging, report.Options.FlipAveraging, report.People, report.GalleryFaces, report.Distractors,
        report.SkippedImages, report.SkippedFaces, report.Notices, Results = report.Results.Select(result => Result(report, result))
    };

    private static object Result(ClosedSetReport report, ClosedSetResult result) => new
    {
        result.Rule?.Indicator, result.Rule?.Rule,
        Branches = result.Branches.Select(share => new
        {
            Branch = share.Branch.Side, share.Gallery, share.Distractors, share.Probes, ProbeSets = result.Figures.Zip(share.ProbeSets, (figures, faces) => new { figures.Probes, Faces = faces })
        }),
        Figures = result.Figures.Select(figures => new
        {
            figures.Probes, figures.Ranks.Searches, Ranks = report.Ranks.Select(rank => new { Rank = rank, Value = figures.Ranks.At(rank), Interval = ReportJson.Interval(figures.Ranks.IntervalAt(rank)) }),
            MeanAveragePrecision = figures.Precision.AtMatches, MeanAveragePrecisionByTrapezoids = figures.Precision.Trapezoid
        })
    };
}
