using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>How well faces of a resolution are told, to be set against what they cost.</summary>
/// <param name="Resolution">The size of the faces.</param>
/// <param name="Way">What is done with small ones.</param>
/// <param name="Value">The share, 0 to 1.</param>
/// <param name="Interval">Its interval.</param>
public sealed record WorthPoint(Resolution Resolution, SmallFaceWay Way, double Value, ConfidenceInterval Interval);

/// <summary>How well faces of each resolution are told by one measure.</summary>
/// <param name="Measure">What the values are.</param>
/// <param name="Points">The values.</param>
public sealed record Worth(string Measure, IReadOnlyList<WorthPoint> Points)
{
    /// <summary>Accuracy on pairs of which both images have the resolution.</summary>
    /// <param name="reports">A way of treating small faces each.</param>
    public static Worth Of(IReadOnlyList<PairReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return new Worth("accuracy, both images at the resolution", [.. from report in reports
            from result in report.Results
            where result.Resolutions.First == result.Resolutions.Second
            select new WorthPoint(result.Resolutions.First, report.Options.Way, result.Accuracy.Mean, result.Accuracy.Interval)]);
    }

    /// <summary>How often an enrolled person comes first, by the resolution of the face that is searched for.</summary>
    /// <param name="reports">A way of treating small faces each.</param>
    public static Worth Of(IReadOnlyList<OpenSetReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return new Worth("rank 1, searched for at the resolution", [.. from report in reports
            from result in report.Results
            select new WorthPoint(result.Probes, report.Options.Way, result.Identification.RankOne, result.Identification.RankOneInterval)]);
    }

    /// <summary>True accept rate of templates that are both seen at the resolution, at the least false accept rate that all of them can tell; null where they can tell none, or no match is of one resolution.</summary>
    /// <param name="reports">A way of treating small faces each.</param>
    public static Worth? Of(IReadOnlyList<IjbcReport> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        var matches = (from report in reports
            from result in report.Results
            where !result.Mode.Aggregates && result.Mode.Sides.First == result.Mode.Sides.Second
            select (report.Options.Way, Result: result)).ToList();
        foreach (var (rate, far) in IjbcReport.FalseAcceptRates.Index())
        {
            if (matches.Count == 0 || matches.Any(match => match.Result.Tars[rate] is not { Value: not null, Interval: not null })) continue;
            return new Worth($"TAR at FAR {ReportText.Rate(far)}, both templates at the resolution", [.. matches.Select(match => new WorthPoint(
                match.Result.Mode.Sides.First, match.Way, match.Result.Tars[rate].Value!.Value, match.Result.Tars[rate].Interval!.Value))]);
        }

        return null;
    }
}
