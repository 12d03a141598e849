using System.Globalization;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;
using ScottPlot;

namespace BTNet.Evaluation.Reports;

/// <summary>Accuracy by the resolutions of the two images, as a map of coloured cells with the number in each.</summary>
public static class HeatMapPlot
{
    /// <summary>
    /// Draws a report's accuracies as a PNG: rows are the first image's resolution, columns the second's, cells that
    /// were not measured stay grey. The colours always run from 50 % (chance) to 100 %, so that two maps compare.
    /// </summary>
    public static byte[] Draw(PairReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Results.Count == 0) throw new ArgumentException("the report holds no result", nameof(report));
        var rows = Levels(report.Results.Select(result => result.Resolutions.First));
        var columns = Levels(report.Results.Select(result => result.Resolutions.Second));
        var values = new double[rows.Count, columns.Count];
        for (var row = 0; row < rows.Count; row++)
        for (var column = 0; column < columns.Count; column++) values[row, column] = double.NaN;
        foreach (var result in report.Results)
            values[rows.IndexOf(result.Resolutions.First), columns.IndexOf(result.Resolutions.Second)] = 100 * result.Accuracy.Mean;

        using var plot = ReportPlot.New($"Accuracy on {report.PairSet}, {PairTable.Way(report)}", "second image, pixels a side", "first image, pixels a side");
        var map = plot.Add.Heatmap(values);
        map.Colormap = new ScottPlot.Colormaps.Viridis();
        map.ManualRange = new ScottPlot.Range(50, 100);
        map.NaNCellColor = new Color("#EEEEEE");
        var bar = plot.Add.ColorBar(map);
        bar.Label = "accuracy, %";
        (bar.LabelStyle.FontName, bar.LabelStyle.FontSize, bar.LabelStyle.Bold) = (ReportFont.FamilyName, 14, false);
        (bar.Axis.TickLabelStyle.FontName, bar.Axis.TickLabelStyle.FontSize) = (ReportFont.FamilyName, 12);
        for (var row = 0; row < rows.Count; row++)
        for (var column = 0; column < columns.Count; column++) Label(plot, values[row, column], column, rows.Count - 1 - row);

        plot.Axes.Bottom.TickGenerator = Ticks(columns);
        plot.Axes.Left.TickGenerator = Ticks([.. rows.AsEnumerable().Reverse()]);
        plot.Axes.Bottom.MajorTickStyle.Length = plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.HideGrid();
        plot.Axes.SetLimits(-0.5, columns.Count - 0.5, -0.5, rows.Count - 0.5);
        return ReportPlot.Png(plot, 260 + (100 * Math.Max(3, columns.Count)), 170 + (80 * Math.Max(2, rows.Count)));
    }

    /// <summary>Writes <see cref="Draw"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, PairReport report)
    {
        var png = Draw(report);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static List<Resolution> Levels(IEnumerable<Resolution> levels) => [.. levels.Distinct().OrderDescending()];

    private static void Label(Plot plot, double value, int x, int y)
    {
        var text = plot.Add.Text(double.IsNaN(value) ? "-" : value.ToString("0.0", CultureInfo.InvariantCulture), x, y);
        text.LabelAlignment = Alignment.MiddleCenter;
        (text.LabelFontName, text.LabelFontSize) = (ReportFont.FamilyName, 16);
        // Viridis is dark below its upper third.
        text.LabelFontColor = double.IsNaN(value) ? new Color("#888888") : value < 83 ? Colors.White : Colors.Black;
    }

    private static ScottPlot.TickGenerators.NumericManual Ticks(List<Resolution> levels) =>
        new([.. Enumerable.Range(0, levels.Count).Select(i => (double)i)], [.. levels.Select(level => level.ToString())]);
}
