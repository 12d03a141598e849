using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports;

/// <summary>
/// Reports on ways to fuse enrolled faces as JSON with stable camelCase keys: <c>format</c> ("btnet-openset-templates"), <c>version</c> (1), <c>trials</c>, the searches of each, and <c>results</c>, one a resolution of
/// probes and way. Each figure has its <c>trials</c> too. Shares are 0 to 1; what a trial's strangers do not allow is null with a <c>reason</c>.
/// </summary>
public static class OpenSetTemplateJson
{
    /// <summary>The report as text.</summary>
    public static string Format(OpenSetTemplateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return ReportJson.Format(new
        {
            Format = "btnet-openset-templates", Version = 1, report.Embedder, report.Lists, report.Options.Reduction, report.Options.FlipAveraging, FacesOfPerson = report.Templates.Faces, Gallery = report.Templates.Gallery.Select(side => side.Side),
            report.Drawing.Seed, report.Enrolled, report.People, report.Faces, report.SkippedFaces, report.Notices, Trials = report.Trials.Select(trial => new { trial.Mated, trial.Unmated }),
            Results = report.Results.Select(result => new
            {
                Probes = result.Probes.Side, Templates = result.Fusion.ToString(), RankOne = Figure(result.RankOne),
                Tpir = result.Tpirs.Select(tpir => new { Fpir = tpir.FalsePositiveRate, tpir.Spread?.Mean, tpir.Spread?.StandardDeviation, Trials = tpir.Values, tpir.Reason }),
                Calibrated = result.Calibrated.Select(one => new { one.Asked, Fpir = Figure(one.Fpir), Tpir = Figure(one.Tpir) })
            })
        });
    }

    private static object Figure(TrialSpread spread) => new { spread.Mean, spread.StandardDeviation, Trials = spread.Values };
}
