using System.Globalization;
using BTNet.Evaluation.Protocols;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// What is reached against multiply-accumulates: the efficiency that the method claims. A face that goes to a branch costs what its branch does; one that is enlarged costs what the trunk does, whatever its size, so
/// that the baseline stands above one another at the trunk's cost.
/// </summary>
internal static class CostFigure
{
    private const double LabelHeight = 14;

    /// <summary>The drawing; null where no cost is known of what was measured.</summary>
    public static Element? Draw(string id, Worth worth, IReadOnlyDictionary<Resolution, long> costs)
    {
        var placed = worth.Points.Select(point => (Point: point, Entrance: point.Way == SmallFaceWay.Branch ? point.Resolution : Resolution.Full))
            .Where(entry => costs.ContainsKey(entry.Entrance)).Select(entry => (entry.Point, Cost: (double)costs[entry.Entrance])).ToList();
        if (placed.Count == 0) return null;
        var (unit, divisor) = placed.Max(entry => entry.Cost) >= 1e9 ? ("billions", 1e9) : ("millions", 1e6);
        var lowest = Math.Max(0, Math.Floor((placed.Min(entry => entry.Point.Interval.Low) * 10) - .2) / 10);
        var plot = new Plot(
            PlotAxis.Linear($"multiply-accumulates for a face, {unit}", 0, 1.06 * placed.Max(entry => entry.Cost) / divisor),
            PlotAxis.Linear($"{worth.Measure}, %", 100 * lowest, 100), 460, 340, 112);
        var branches = placed.Where(entry => entry.Point.Way == SmallFaceWay.Branch).OrderBy(entry => entry.Cost).ToList();
        var enlarged = placed.Where(entry => entry.Point.Way == SmallFaceWay.UpSample && !(entry.Point.Resolution.IsFull && branches.Count > 0)).ToList();
        if (branches.Count > 1) plot.Add(new Element("path").Class("joining").With("d", plot.Path(branches.Select(entry => (entry.Cost / divisor, 100 * entry.Point.Value)))));
        foreach (var (point, cost) in enlarged.Concat(branches))
        {
            var (x, style) = (plot.X(cost / divisor), new SeriesStyle(point.Resolution, point.Way == SmallFaceWay.Branch ? 0 : 1));
            plot.Add(Plot.Rule(x, plot.Y(100 * point.Interval.Low), x, plot.Y(100 * point.Interval.High), $"error {style.Class}"), style.Mark(x, plot.Y(100 * point.Value), 5));
        }

        // At the right edge stands what the trunk costs; branches are named at their points.
        var (low, high) = plot.Edges;
        var atTrunk = enlarged.Concat(branches.Where(entry => entry.Point.Resolution.IsFull)).ToList();
        var places = Plot.Spread([.. atTrunk.Select(entry => plot.Y(100 * entry.Point.Value) + 4.2)], LabelHeight, high + 4, low);
        foreach (var (i, (point, cost)) in atTrunk.Index())
            plot.Add(Plot.Text(plot.X(cost / divisor) + 12, places[i], point.Resolution.IsFull ? $"112, trunk {Value(point)}" : $"{point.Resolution}, enlarged {Value(point)}"));
        foreach (var (point, cost) in branches.Where(entry => !entry.Point.Resolution.IsFull))
        {
            // To the left and above, where the line between the points is not; where there is no room, to the right and below.
            var (x, y, room) = (plot.X(cost / divisor), plot.Y(100 * point.Value), cost > .45 * branches[^1].Cost);
            plot.Add(Plot.Text(room ? x - 11 : x + 11, room ? y - 8 : y + 15, $"{point.Resolution}, branch {Value(point)}", room ? "end" : "start"));
        }

        return plot.Draw(id, $"{worth.Measure} against multiply-accumulates",
            $"{string.Join("; ", placed.Select(entry => $"{entry.Point.Resolution} pixels, {ReportText.InWords(entry.Point.Way)}: {Value(entry.Point)} % for {(entry.Cost / divisor).ToString("0.0", CultureInfo.InvariantCulture)} {unit}"))}.");
    }

    private static string Value(WorthPoint point) => (100 * point.Value).ToString("0.0", CultureInfo.InvariantCulture);
}
