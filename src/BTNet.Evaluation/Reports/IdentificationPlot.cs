namespace BTNet.Evaluation.Reports;

/// <summary>True against false positive identification rate, the false one on a logarithmic axis.</summary>
internal static class IdentificationPlot
{
    // More points than can be told apart cost time to draw.
    private const int PointsADecade = 500;

    /// <summary>Draws curves as a PNG.</summary>
    /// <param name="title">Above the plot.</param>
    /// <param name="curves">Of each its name, how many searches with strangers it is of, and its points, the false rate rising; at least one.</param>
    public static byte[] Draw(string title, IReadOnlyList<(string Name, int Unmated, IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> Points)> curves)
    {
        using var plot = ReportPlot.New(title, "false positive identification rate", "true positive identification rate");
        // Below one stranger returned in all searches nothing was measured: the axis ends at that decade.
        var lowest = Math.Floor(-Math.Log10(curves.Max(curve => curve.Unmated)));
        foreach (var (i, curve) in curves.Index())
        {
            var (xs, ys) = Thinned(curve.Points);
            var line = plot.Add.ScatterLine(xs, ys, ReportPlot.ColorOf(i));
            (line.LineWidth, line.LinePattern, line.LegendText) = (2, ReportPlot.PatternOf(i), curve.Name);
        }

        return ReportPlot.OfRates(plot, (int)lowest);
    }

    private static (List<double> X, List<double> Y) Thinned(IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> points)
    {
        var (xs, ys) = (new List<double>(), new List<double>());
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i].FalsePositiveRate <= 0) continue;
            var x = Math.Log10(points[i].FalsePositiveRate);
            if (xs.Count > 0 && i + 1 < points.Count && x - xs[^1] < 1.0 / PointsADecade) continue;
            xs.Add(x);
            ys.Add(points[i].TruePositiveRate);
        }

        return (xs, ys);
    }
}
