using System.Globalization;
using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols;

namespace BTNet.Evaluation.Reports;

/// <summary>How reports write numbers and ways.</summary>
internal static class ReportText
{
    /// <summary>Stands where there is no value.</summary>
    public const string Absent = "-";

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>An interval in percent.</summary>
    public static string Range(ConfidenceInterval interval) => $"{Percent(interval.Low)} to {Percent(interval.High)}";

    /// <summary>0.001 as <c>1e-3</c>.</summary>
    public static string Rate(double rate) => rate.ToString("0e-0", CultureInfo.InvariantCulture);

    /// <summary>How small faces are treated.</summary>
    public static string InWords(SmallFaceWay way) => way == SmallFaceWay.Branch ? "small faces by branch" : "small faces enlarged into the trunk";

    /// <summary>The same, for heads of columns.</summary>
    public static string InShort(SmallFaceWay way) => way == SmallFaceWay.Branch ? "BTNet" : "up-sampled";

    /// <summary>How branches were chosen; <see cref="Absent"/> where none were.</summary>
    public static string Rule(BranchRule? rule) => rule?.ToString() ?? Absent;

    /// <summary>How small faces are treated and how branches were chosen, for legends.</summary>
    public static string Series(SmallFaceWay way, BranchRule? rule) => rule is { } chosen ? $"{InShort(way)}, {chosen}" : InShort(way);

    /// <summary>A number of things.</summary>
    public static string Count(int things) => things.ToString(CultureInfo.InvariantCulture);
}
