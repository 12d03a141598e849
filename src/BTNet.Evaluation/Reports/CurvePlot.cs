namespace BTNet.Evaluation.Reports;

/// <summary>Curves over a common axis, such as loss or accuracy over training steps.</summary>
public static class CurvePlot
{
    /// <summary>Draws the curves as a PNG of 1320 x 720 pixels. Long ones are thinned to their mean over as many spans
    /// as can be told apart, and what they vary by within a span is shown as a paler band.</summary>
    /// <param name="title">Above the plot.</param>
    /// <param name="xLabel">Below.</param>
    /// <param name="yLabel">On the left.</param>
    /// <param name="series">At least one; a series without a finite value is named as such in the legend.</param>
    public static byte[] Draw(string title, string xLabel, string yLabel, params IReadOnlyList<CurveSeries> series)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (series.Count == 0) throw new ArgumentException("needs at least one series", nameof(series));
        using var plot = ReportPlot.New(title, xLabel, yLabel);
        var empty = 0;
        for (var i = 0; i < series.Count; i++)
        {
            if (series[i].X.Count != series[i].Y.Count)
                throw new ArgumentException($"{series[i].Name}: {series[i].X.Count} places but {series[i].Y.Count} values", nameof(series));
            var thinned = ThinnedCurve.Of(series[i].X, series[i].Y);
            if (thinned.HasBand)
            {
                var band = plot.Add.FillY(thinned.X, thinned.Low, thinned.High);
                (band.FillColor, band.LineWidth) = (ReportPlot.ColorOf(i).WithAlpha(0.2), 0);
            }

            var line = plot.Add.Scatter(thinned.X, thinned.Mean, ReportPlot.ColorOf(i));
            (line.LineWidth, line.LinePattern, line.LegendText) = (2, ReportPlot.PatternOf(i), thinned.X.Length > 0 ? series[i].Name : $"{series[i].Name} (no value yet)");
            if (thinned.X.Length == 0) empty++;
            line.MarkerSize = series[i].Markers || thinned.X.Length == 1 ? 7 : 0;
        }

        if (empty == series.Count) plot.Axes.SetLimits(0, 1, 0, 1);
        ReportPlot.ShowLegend(plot);
        return ReportPlot.Png(plot, 880, 480);
    }

    /// <summary>Writes <see cref="Draw"/> to a file, all or nothing.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, string title, string xLabel, string yLabel, params IReadOnlyList<CurveSeries> series)
    {
        var png = Draw(title, xLabel, yLabel, series);
        AtomicFile.Write(path, stream => stream.Write(png));
    }
}
