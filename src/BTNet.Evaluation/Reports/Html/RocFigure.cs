using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>True against false accept rate, the false one on a logarithmic axis.</summary>
internal static class RocFigure
{
    /// <summary>A figure with its caption.</summary>
    /// <param name="id">Tells it from every other of the page.</param>
    /// <param name="what">What the curves have in common.</param>
    /// <param name="curves">Of each its name, how it is drawn and its corners; at least one.</param>
    /// <param name="description">What it says, for who cannot see it.</param>
    /// <param name="decade">The power of ten that the axis begins with; null for that of the most pairs of two people.</param>
    public static Element Draw(string id, string what, IReadOnlyList<(string Name, SeriesStyle Style, RocCurve Roc)> curves, string description, int? decade = null)
    {
        var from = decade ?? PlotAxis.DecadeOf(curves.Max(curve => curve.Roc.Negatives));
        var plot = new Plot(PlotAxis.Decades("false accept rate (FAR)", from), PlotAxis.Linear("true accept rate", 0, 1));
        // What a coin gives at each rate.
        plot.Add(
            new Element("path").Class("chance").With("d", plot.Path(Enumerable.Range(0, 101).Select(step => Math.Pow(10, from * (1 - (step / 100.0)))).Select(rate => (rate, rate)))),
            Plot.Text(plot.X(.42), plot.Y(.36), "chance", "start", "quiet"));
        RateCurve.Draw(plot, from, [.. curves.Select(curve => new RateCurve(curve.Name, curve.Style, RateSteps.Of(curve.Roc)))]);
        return Figure.Of($"ROC, {what}", plot.Draw(id, $"ROC curves, {what}", description));
    }
}
