namespace BTNet.Evaluation.Reports.Html;

/// <summary>A curve of a rate over another one.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Style">How it is drawn.</param>
/// <param name="Points">Its corners, the first rate rising.</param>
/// <param name="EndLabel">What is written at its right end; null for nothing.</param>
internal sealed record RateCurve(string Name, SeriesStyle Style, IReadOnlyList<(double X, double Y)> Points, string? EndLabel = null)
{
    /// <summary>Draws curves into a plot: the lines, a mark at each power of ten of the first rate, and what is written at the ends.</summary>
    /// <param name="plot">With a logarithmic x axis.</param>
    /// <param name="decade">The power of ten that the axis begins with.</param>
    /// <param name="curves">The curves.</param>
    public static void Draw(Plot plot, int decade, IReadOnlyList<RateCurve> curves)
    {
        foreach (var curve in curves.Where(curve => curve.Points.Count > 0))
        {
            plot.Add(curve.Style.Line(plot.Path(curve.Points)));
            for (var power = decade; power < 0; power++)
            {
                var rate = Math.Pow(10, power);
                // The last corner at or below the rate: what a threshold gives holds until the next.
                var reached = curve.Points.LastOrDefault(point => point.X <= rate * (1 + 1e-9), (-1, 0));
                if (reached.X >= 0) plot.Add(curve.Style.Mark(plot.X(rate), plot.Y(reached.Y)));
            }
        }

        var ended = curves.Where(curve => curve is { EndLabel: not null, Points.Count: > 0 }).ToList();
        var (low, high) = plot.Edges;
        var places = Plot.Spread([.. ended.Select(curve => plot.Y(curve.Points[^1].Y) + 4.2)], 14, high + 4, low);
        foreach (var (i, curve) in ended.Index()) plot.Add(Plot.Text(plot.RightEdge + 6, places[i], curve.EndLabel!));
    }
}
