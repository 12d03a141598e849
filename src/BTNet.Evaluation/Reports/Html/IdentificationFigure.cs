namespace BTNet.Evaluation.Reports.Html;

/// <summary>What searches find, by how often strangers are returned.</summary>
internal static class IdentificationFigure
{
    /// <summary>A figure with its caption.</summary>
    /// <param name="id">Tells it from every other of the page.</param>
    /// <param name="what">What the curves have in common.</param>
    /// <param name="rate">What the rate found is called: <c>TPIR</c>.</param>
    /// <param name="curves">Of each its name, how it is drawn, how many searches for strangers it is of, and its points, the false rate rising; at least one.</param>
    /// <param name="description">What it says, for who cannot see it.</param>
    /// <param name="labelled">Whether each curve's name stands at its end as well.</param>
    public static Element Draw(
        string id, string what, string rate, IReadOnlyList<(string Name, SeriesStyle Style, int Unmated, IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> Points)> curves, string description,
        bool labelled = false)
    {
        // Below one stranger returned in all searches nothing was measured: the axis ends at that decade.
        var decade = PlotAxis.DecadeOf(curves.Max(curve => curve.Unmated));
        var plot = new Plot(PlotAxis.Decades("false positive identification rate (FPIR)", decade), PlotAxis.Linear($"true positive identification rate ({rate})", 0, 1), right: labelled ? 34 : 14);
        RateCurve.Draw(plot, decade, [.. curves.Select(curve => new RateCurve(curve.Name, curve.Style, RateSteps.Of(curve.Points), labelled ? curve.Name : null))]);
        return Figure.Of($"{rate} against FPIR, {what}", plot.Draw(id, $"True against false positive identification rate, {what}", description));
    }
}
