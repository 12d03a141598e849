using System.Globalization;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Reports;

namespace BTNet.Evaluation.Records;

/// <summary>Reports as lines of a registry.</summary>
public static class ProtocolRows
{
    /// <summary>The model's name, as a column.</summary>
    public const string Model = "model";

    /// <summary>What tells its weights from others, as a column.</summary>
    public const string Fingerprint = "fingerprint";

    /// <summary>What was measured on, as a column.</summary>
    public const string Data = "data";

    /// <summary>What was done with small faces, as a column.</summary>
    public const string Way = "way";

    /// <summary>What was told of the data, as a column.</summary>
    public const string Notices = "notices";

    /// <summary>The column of the accuracy at a resolution pair.</summary>
    public static string Accuracy(ResolutionPair pair) => $"accuracy {pair}";

    /// <summary>A line of the pairs' protocol.</summary>
    public static ResultRow Of(ResultOrigin origin, PairReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.PairSet, report.Options.Way, ("measure", report.Options.Measure.ToString()), ("reduced", report.Options.Reduction.ToString()), ("enlarged", report.Options.Enlarging.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("pairs", Text(report.Evaluated.Count)), ("skipped pairs", Text(report.SkippedPairs))),
            [.. report.Results.SelectMany(result => new (string, double?)[] { (Accuracy(result.Resolutions), result.Accuracy.Mean), ($"{Accuracy(result.Resolutions)} low", result.Accuracy.Interval.Low), ($"{Accuracy(result.Resolutions)} high", result.Accuracy.Interval.High), ($"TAR at FAR 1e-2 {result.Resolutions}", result.TarAt(1e-2).Value) })]);
    }

    /// <summary>A line of the open-set protocol.</summary>
    public static ResultRow Of(ResultOrigin origin, OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.Lists, report.Options.Way, ("gallery at", report.Options.Gallery.ToString()), ("reduced", report.Options.Reduction.ToString()), ("enlarged", report.Options.Enlarging.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("enrolled", Text(report.Enrolled)), ("skipped faces", Text(report.SkippedFaces))),
            [.. report.Results.SelectMany(result => result.Tpirs.Select((string, double?) (tpir) => ($"TPIR at FPIR {ReportText.Rate(tpir.FalsePositiveRate)} {result.Probes}", tpir.Value)).Prepend(($"rank 1 {result.Probes}", result.Identification.RankOne)))]);
    }

    /// <summary>A line of the open-set protocol over random trials.</summary>
    public static ResultRow Of(ResultOrigin origin, OpenSetTrialReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.Lists, report.Options.Way, ("gallery at", report.Options.Gallery.ToString()), ("reduced", report.Options.Reduction.ToString()), ("enlarged", report.Options.Enlarging.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("trials", Text(report.Drawing.Count)), ("seed", Text(report.Drawing.Seed)), ("enrolled", Text(report.Enrolled)), ("people", Text(report.People)), ("skipped faces", Text(report.SkippedFaces))),
            [.. report.Results.SelectMany(result => Figures($"rank 1 {result.Probes}", result.RankOne).Concat(result.Tpirs.SelectMany(tpir => Figures($"TPIR at FPIR {ReportText.Rate(tpir.FalsePositiveRate)} {result.Probes}", tpir.Spread))))]);
    }

    /// <summary>A line of ways to fuse enrolled faces: figures of each way.</summary>
    public static ResultRow Of(ResultOrigin origin, OpenSetTemplateReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.Lists, report.Options.Way, ("gallery at", string.Join(' ', report.Templates.Gallery)), ("faces of a person", Text(report.Templates.Faces)), ("reduced", report.Options.Reduction.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("trials", Text(report.Drawing.Count)), ("seed", Text(report.Drawing.Seed)), ("enrolled", Text(report.Enrolled)), ("people", Text(report.People)), ("skipped faces", Text(report.SkippedFaces))),
            [.. report.Results.SelectMany(result => Figures($"rank 1 {result.Probes} {result.Fusion}", result.RankOne).Concat(result.Tpirs.SelectMany(tpir => Figures($"TPIR at FPIR {ReportText.Rate(tpir.FalsePositiveRate)} {result.Probes} {result.Fusion}", tpir.Spread))))]);
    }

    private static IEnumerable<(string, double?)> Figures(string figure, TrialSpread? spread) =>
        [($"{figure} mean less deviation", spread?.MeanLessDeviation), ($"{figure} mean", spread?.Mean), ($"{figure} deviation", spread?.StandardDeviation)];

    /// <summary>A line of QMUL-SurvFace: figures of each way of choosing branches and kind of prototypes.</summary>
    public static ResultRow Of(ResultOrigin origin, SurvFaceReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var searches = report.Results[0].Prototypes[0].Identification;
        return new ResultRow(
            About(origin, report.Set, report.Way, ("reduced", report.Options.Reduction.ToString()), ("enlarged", report.Options.Enlarging.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("enrolled", Text(report.Enrolled)), ("mated", Text(searches.Mated)), ("unmated", Text(searches.Unmated)), ("pairs", Text(report.Pairs)), ("skipped faces", Text(report.SkippedFaces)), ("skipped pairs", Text(report.SkippedPairs)), Told([.. report.Notices, .. report.PairNotices])),
            [.. from result in report.Results from figure in Figures(result, Rule(result.Rule)) select figure]);

        static IEnumerable<(string, double?)> Figures(SurvFaceResult result, string rule) =>
        [
            .. from prototype in result.Prototypes let how = $"{rule} {prototype.Prototype}".ToLowerInvariant() let found = prototype.Identification
                from figure in found.Tpirs.Select((string, double?) (tpir) => ($"TPIR20 at FPIR {ReportText.Rate(tpir.FalsePositiveRate)} {how}", tpir.Value))
                    .Concat([($"AUC {how}", found.Auc), ($"rank 20 {how}", found.Ranks.At(SurvFaceReport.Places))]) select figure,
            .. result.Verification is { } pairs ? pairs.Tars.Select((string, double?) (tar) => ($"TAR at FAR {ReportText.Rate(tar.Far)} {rule}", tar.Value)).Append(($"accuracy {rule}", pairs.Accuracy.Mean)) : []
        ];
    }

    /// <summary>A line of TinyFace or SCface: figures of each way of choosing branches and set of searches.</summary>
    public static ResultRow Of(ResultOrigin origin, ClosedSetReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.Set, report.Way, ("reduced", report.Options.Reduction.ToString()), ("enlarged", report.Options.Enlarging.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("people", Text(report.People)), ("gallery faces", Text(report.GalleryFaces)), ("distractors", Text(report.Distractors)), ("skipped faces", Text(report.SkippedFaces)), Told(report.Notices)),
            [.. from result in report.Results from figures in result.Figures let how = $"{Rule(result.Rule)} {figures.Probes}" from figure in Figures(figures, how) select figure]);

        IEnumerable<(string, double?)> Figures(ClosedSetFigures figures, string how)
        {
            foreach (var rank in report.Ranks)
            {
                var interval = figures.Ranks.IntervalAt(rank);
                foreach (var figure in ((string, double?)[])[($"rank {rank} {how}", figures.Ranks.At(rank)), ($"rank {rank} {how} low", interval.Low), ($"rank {rank} {how} high", interval.High)]) yield return figure;
            }

            if (!report.HasSeveralFaces) yield break;
            yield return ($"mAP {how}", figures.Precision.AtMatches);
            yield return ($"mAP by trapezoids {how}", figures.Precision.Trapezoid);
        }
    }

    /// <summary>A line of IJB-C.</summary>
    public static ResultRow Of(ResultOrigin origin, IjbcReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new ResultRow(
            About(origin, report.Set, report.Options.Way, ("enlarged", report.Options.Enlarging.ToString()), ("flip", Text(report.Options.FlipAveraging)), ("weight", report.Options.WeighedBy is { } calibration ? $"{report.Options.Weight} ({calibration[..12]})" : report.Options.Weight.ToString()), ("templates", Text(report.Templates)), ("skipped images", Text(report.LeftOut.Images)), Told(report.Notices)),
            [.. from result in report.Results from figure in Figures(result) select figure]);

        static IEnumerable<(string, double?)> Figures(IjbcResult result) =>
        [
            .. result.Tars.Select((string, double?) (tar) => ($"TAR at FAR {ReportText.Rate(tar.Far)} {result.Mode}", tar.Value)),
            .. IjbcReport.Ranks.Select((string, double?) (rank) => ($"rank {rank} {result.Mode}", result.MeanAtRank(rank))),
            .. IjbcReport.FalsePositiveRates.Select((string, double?) (rate, i) => ($"TPIR at FPIR {ReportText.Rate(rate)} {result.Mode}", result.MeanTpir(i)))
        ];
    }

    private static (string, string)[] About(ResultOrigin origin, string data, SmallFaceWay way, params (string, string)[] options)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return
        [
            ("date", origin.Date.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)), (Model, origin.Model), (Fingerprint, origin.Fingerprint), ("computed in", origin.Computed), (Data, data), (Way, way == SmallFaceWay.Branch ? "branch" : "enlarged"), .. options,
            ("machine", origin.Machine), ("program", origin.Program), ("command", origin.Command)
        ];
    }

    /// <summary>What readers are told of the data: of SCface, the cameras, the mugshots and whose pictures they are.</summary>
    private static (string, string) Told(IReadOnlyList<string> notices) => (Notices, string.Join(' ', notices));

    /// <summary>How branches were chosen; 112 where all faces went to the trunk.</summary>
    private static string Rule(BranchRule? rule) => rule?.ToString() ?? "112";

    private static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Text(bool value) => value ? "yes" : "no";
}
