using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>Accuracy by the resolutions of the two images: rows are the first image's, columns the second's. Shades run from 50 % (chance) to 100 %, the same on every map, and each cell holds its number.</summary>
internal static class HeatMapFigure
{
    private const double Left = 62;
    private const double Top = 46;
    private const double CellWidth = 78;
    private const double CellHeight = 48;
    private const int Shades = 10;

    /// <summary>The map of a report; null where only one pair was measured, which is no map.</summary>
    public static Element? Draw(string id, PairReport report)
    {
        var (rows, columns) = (Levels(report.Results.Select(result => result.Resolutions.First)), Levels(report.Results.Select(result => result.Resolutions.Second)));
        if (rows.Count * columns.Count < 2) return null;
        var (width, height) = (Left + (columns.Count * CellWidth) + 4, Top + (rows.Count * CellHeight) + 4);
        var found = report.Results.ToDictionary(result => result.Resolutions, result => result.Accuracy.Mean);
        var best = found.MaxBy(entry => entry.Value);
        var worst = found.MinBy(entry => entry.Value);
        var map = Plot.Drawing(
            id, width, height, $"Accuracy by the resolutions of both images, {ReportText.InWords(report.Options.Way)}",
            $"A map of {found.Count} cells. Highest: {best.Key} with {ReportText.Percent(best.Value)} %. Lowest: {worst.Key} with {ReportText.Percent(worst.Value)} %.");
        map.Add(Plot.Text(Left + (columns.Count * CellWidth / 2), 13, "second image, pixels a side", "middle", "label"), Plot.Text(4, 13, "first", "start", "label"));
        foreach (var (i, column) in columns.Index()) map.Add(Plot.Text(Left + ((i + .5) * CellWidth), Top - 12, column.ToString(), "middle"));
        foreach (var (row, first) in rows.Index())
        {
            map.Add(Plot.Text(Left - 12, Top + ((row + .5) * CellHeight) + 4.2, first.ToString(), "end"));
            foreach (var (column, second) in columns.Index())
                map.Add(Cell(Left + (column * CellWidth), Top + (row * CellHeight), found.TryGetValue(new ResolutionPair(first, second), out var accuracy) ? accuracy : null));
        }

        return map;
    }

    private static Element Cell(double x, double y, double? accuracy)
    {
        var shade = accuracy is { } share ? Math.Clamp((int)((share - .5) * 2 * Shades), 0, Shades - 1) : -1;
        var box = new Element("rect").Class(shade < 0 ? "cell none" : $"cell h{shade}").With("x", x + 1).With("y", y + 1).With("width", CellWidth - 2).With("height", CellHeight - 2).With("rx", 3);
        var text = Plot.Text(x + (CellWidth / 2), y + (CellHeight / 2) + 5, accuracy is { } value ? ReportText.Percent(value) : ReportText.Absent, "middle", shade < 0 ? "value none" : shade >= Shades - 2 ? "value strong" : "value");
        return new Element("g", box, text);
    }

    private static List<Resolution> Levels(IEnumerable<Resolution> levels) => [.. levels.Distinct().OrderDescending()];
}
