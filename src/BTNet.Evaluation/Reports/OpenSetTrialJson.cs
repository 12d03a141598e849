using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports on open-set searches over random trials as JSON with stable camelCase keys: <c>format</c> ("btnet-openset-trials"), <c>version</c> (1) and <c>reports</c>, one a way of treating small faces, with
/// <c>trials</c>, the searches of each, and <c>results</c>, one a resolution of probes. Each figure has its <c>trials</c> too. Shares are 0 to 1; what a trial's strangers do not allow is null with a
/// <c>reason</c>.
/// </summary>
public static class OpenSetTrialJson
{
    /// <summary>The reports as text.</summary>
    public static string Format(params IReadOnlyList<OpenSetTrialReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return ReportJson.Format(new { Format = "btnet-openset-trials", Version = 1, Reports = reports.Select(Report) });
    }

    /// <summary>Writes <see cref="Format"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<OpenSetTrialReport> reports) => AtomicFile.WriteText(path, Format(reports));

    private static object Report(OpenSetTrialReport report) => new
    {
        report.Embedder, report.Lists, report.Options.Way, report.Options.Reduction, report.Options.Enlarging, report.Options.FlipAveraging, Gallery = report.Options.Gallery.Side, report.Drawing.Seed,
        report.Enrolled, report.People, report.Faces, report.SkippedImages, report.SkippedFaces, report.Notices, Trials = report.Trials.Select(trial => new { trial.Mated, trial.Unmated }),
        Results = report.Results.Select(result => new
        {
            Probes = result.Probes.Side, RankOne = Figure(null, result.RankOne, [.. result.RankOne.Values], null),
            Tpir = result.Tpirs.Select(tpir => Figure(tpir.FalsePositiveRate, tpir.Spread, tpir.Values, tpir.Reason))
        })
    };

    private static Dictionary<string, object?> Figure(double? rate, TrialSpread? spread, IReadOnlyList<double?> trials, string? reason)
    {
        Dictionary<string, object?> figure = [];
        if (rate is not null) figure["fpir"] = rate;
        (figure["meanLessDeviation"], figure["mean"], figure["standardDeviation"], figure["least"]) = (spread?.MeanLessDeviation, spread?.Mean, spread?.StandardDeviation, spread?.Least);
        figure["trials"] = trials;
        if (rate is not null) figure["reason"] = reason;
        return figure;
    }
}
