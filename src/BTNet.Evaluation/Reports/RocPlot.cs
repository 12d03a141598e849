using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.Pairs;
using ScottPlot;

namespace BTNet.Evaluation.Reports;

/// <summary>True against false accept rate, the false ones on a logarithmic axis: a curve a resolution pair.</summary>
public static class RocPlot
{
    /// <summary>Draws a report's curves as a PNG.</summary>
    public static byte[] Draw(PairReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Draw($"ROC on {report.PairSet}, {PairTable.Way(report)}", [.. report.Results.Select(result => (result.Resolutions.ToString(), result.Roc))]);
    }

    /// <summary>Draws named curves as a PNG.</summary>
    /// <param name="title">Above the plot.</param>
    /// <param name="curves">At least one.</param>
    public static byte[] Draw(string title, IReadOnlyList<(string Name, RocCurve Curve)> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        if (curves.Count == 0) throw new ArgumentException("needs at least one curve", nameof(curves));
        using var plot = ReportPlot.New(title, "false accept rate", "true accept rate");
        // Below one false accept in all pairs of two people nothing was measured: the axis ends at that decade.
        var lowest = Math.Floor(-Math.Log10(curves.Max(curve => curve.Curve.Negatives)));
        for (var i = 0; i < curves.Count; i++)
        {
            var (name, roc) = curves[i];
            var corners = RateSteps.Of(roc);
            var line = plot.Add.ScatterLine(corners.Select(corner => Math.Log10(corner.Far)).ToList(), corners.Select(corner => corner.Tar).ToList(), ReportPlot.ColorOf(i));
            line.LineWidth = 2;
            line.LinePattern = ReportPlot.PatternOf(i);
            line.LegendText = $"{name} (AUC {roc.Auc:0.0000})";
        }

        var chance = plot.Add.Function(x => Math.Pow(10, x));
        (chance.LineColor, chance.LinePattern, chance.LineWidth, chance.LegendText) = (new Color("#999999"), LinePattern.Dashed, 1, "chance");
        return ReportPlot.OfRates(plot, (int)lowest);
    }

    /// <summary>Writes <see cref="Draw(PairReport)"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, PairReport report)
    {
        var png = Draw(report);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
