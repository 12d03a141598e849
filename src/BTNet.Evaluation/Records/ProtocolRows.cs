using System.Globalization;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;

namespace BTNet.Evaluation.Records;

/// <summary>Reports as lines of a registry.</summary>
public static class ProtocolRows
{
    /// <summary>The model's name, as a column.</summary>
    public const string Model = "model";

    /// <summary>What was measured on, as a column.</summary>
    public const string Data = "data";

    /// <summary>What was done with small faces, as a column.</summary>
    public const string Way = "way";

    /// <summary>The column of the accuracy at a resolution pair.</summary>
    public static string Accuracy(ResolutionPair pair) => $"accuracy {pair}";

    /// <summary>A line of the pairs' protocol.</summary>
    public static ResultRow Of(ResultOrigin origin, PairReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.PairSet, report.Options.Way, ("measure", report.Options.Measure.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("pairs", Text(report.Evaluated.Count)), ("skipped pairs", Text(report.SkippedPairs))),
            [.. report.Results.SelectMany(result => new (string, double?)[] { (Accuracy(result.Resolutions), result.Accuracy.Mean), ($"{Accuracy(result.Resolutions)} low", result.Accuracy.Interval.Low), ($"{Accuracy(result.Resolutions)} high", result.Accuracy.Interval.High), ($"TAR at FAR 1e-2 {result.Resolutions}", result.TarAt(1e-2).Value) })]);
    }

    /// <summary>A line of the open-set protocol.</summary>
    public static ResultRow Of(ResultOrigin origin, OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.Lists, report.Options.Way, ("gallery at", report.Options.Gallery.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("enrolled", Text(report.Enrolled)), ("skipped faces", Text(report.SkippedFaces))),
            [.. report.Results.SelectMany(result => result.Tpirs.Select((string, double?) (tpir) => ($"TPIR at FPIR {ReportText.Rate(tpir.FalsePositiveRate)} {result.Probes}", tpir.Value)).Prepend(($"rank 1 {result.Probes}", result.Identification.RankOne)))]);
    }

    private static (string, string)[] About(ResultOrigin origin, string data, SmallFaceWay way, params (string, string)[] options)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return
        [
            ("date", origin.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)), (Model, origin.Model), ("fingerprint", origin.Fingerprint), (Data, data), (Way, way == SmallFaceWay.Branch ? "branch" : "enlarged"), .. options,
            ("machine", origin.Machine), ("program", origin.Program), ("command", origin.Command)
        ];
    }

    private static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "yes" : "no";
}
