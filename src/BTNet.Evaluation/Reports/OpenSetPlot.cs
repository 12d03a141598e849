using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports;

/// <summary>True against false positive identification rate, the false one on a logarithmic axis: a curve a resolution of probes.</summary>
public static class OpenSetPlot
{
    /// <summary>Draws a report's curves as a PNG.</summary>
    public static byte[] Draw(OpenSetReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using var plot = ReportPlot.New(
            $"Open-set identification on {report.Lists}, {report.Enrolled} people at {report.Options.Gallery}, {ReportText.InWords(report.Options.Way)}", "false positive identification rate",
            "true positive identification rate");
        // Below one stranger returned in all searches nothing was measured: the axis ends at that decade.
        var lowest = Math.Floor(-Math.Log10(report.Results.Max(result => result.Identification.Unmated)));
        foreach (var (i, result) in report.Results.Index())
        {
            var points = result.Identification.Curve().Where(point => point.FalsePositiveRate > 0).ToList();
            var line = plot.Add.ScatterLine(points.Select(point => Math.Log10(point.FalsePositiveRate)).ToList(), points.Select(point => point.TruePositiveRate).ToList(), ReportPlot.ColorOf(i));
            (line.LineWidth, line.LinePattern, line.LegendText) = (2, ReportPlot.PatternOf(i), $"probes at {result.Probes} (rank 1 {ReportText.Percent(result.Identification.RankOne)} %)");
        }

        return ReportPlot.OfRates(plot, (int)lowest);
    }

    /// <summary>Writes <see cref="Draw"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, OpenSetReport report)
    {
        var png = Draw(report);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
