using System.Globalization;
using BTNet.Evaluation.Metrics;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>Scores of mates and of strangers as two histograms over each other, each of the share of its own kind.</summary>
/// <param name="Title">Above it.</param>
/// <param name="Resolution">Whose colour the mates have.</param>
/// <param name="Mates">Their scores; those that are not finite are left out.</param>
/// <param name="Strangers">Likewise.</param>
/// <param name="Threshold">Where scores are parted; null for nowhere.</param>
internal sealed record HistogramFigure(string Title, Resolution Resolution, IReadOnlyList<double> Mates, IReadOnlyList<double> Strangers, double? Threshold)
{
    private const int Bins = 44;
    private const double Width = 270;
    private const double Height = 140;

    /// <summary>Of searches, parted at the threshold that returns one stranger in a hundred, or in ten where there are too few.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="resolution">Whose colour the mates have.</param>
    /// <param name="own">Scores of the right people.</param>
    /// <param name="strangers">The best scores of strangers.</param>
    /// <param name="tpirs">What is found at some rates.</param>
    public static HistogramFigure OfSearches(string title, Resolution resolution, IEnumerable<double> own, IEnumerable<double> strangers, IEnumerable<TpirAtFpir> tpirs)
    {
        var threshold = tpirs.Where(tpir => tpir is { Threshold: not null, FalsePositiveRate: >= 1e-2 and <= 1e-1 }).OrderBy(tpir => tpir.FalsePositiveRate).FirstOrDefault()?.Threshold;
        return new HistogramFigure(title, resolution, [.. own], [.. strangers], threshold is { } at && double.IsFinite(at) ? at : null);
    }

    /// <summary>The legend of those.</summary>
    public static Element LegendOfSearches(string colour) =>
        Legend($"enrolled people: the score of their own ({colour})", "strangers: the best score of anybody's", "threshold that returns one stranger in a hundred, or in ten where there are too few");

    /// <summary>Draws some of them on one axis of scores and one of shares, so that they compare.</summary>
    /// <param name="id">Begins the ids.</param>
    /// <param name="score">What the scores are.</param>
    /// <param name="histograms">At least one.</param>
    /// <param name="mates">What mates are called.</param>
    /// <param name="strangers">What strangers are called.</param>
    public static IEnumerable<Element> Draw(string id, string score, IReadOnlyList<HistogramFigure> histograms, string mates, string strangers)
    {
        var all = histograms.SelectMany(histogram => histogram.Mates.Concat(histogram.Strangers)).Where(double.IsFinite).ToList();
        if (all.Count == 0) yield break;
        var (from, to) = (Math.Floor(all.Min() * 10) / 10, Math.Ceiling(all.Max() * 10) / 10);
        if (to <= from) to = from + .1;
        var shares = histograms.Select(histogram => (Mates: Shares(histogram.Mates, from, to), Strangers: Shares(histogram.Strangers, from, to))).ToList();
        var highest = shares.Max(pair => Math.Max(pair.Mates.Max(), pair.Strangers.Max()));
        foreach (var (i, histogram) in histograms.Index())
        {
            var plot = new Plot(PlotAxis.Linear(score, from, to, 4), PlotAxis.Linear("", 0, 1.05 * highest) with { Ticks = [] }, Width, Height, 8);
            plot.Add(new Element("path").Class("strangers").With("d", Outline(plot, shares[i].Strangers, from, to)), new Element("path").Class($"mates r{histogram.Resolution}").With("d", Outline(plot, shares[i].Mates, from, to)));
            if (histogram.Threshold is { } threshold && threshold > from && threshold < to) plot.Add(Plot.Rule(plot.X(threshold), plot.Edges.Low, plot.X(threshold), plot.Edges.High, "threshold"));
            yield return Figure.Of(histogram.Title, plot.Draw($"{id}{i}", $"Scores, {histogram.Title}",
                $"Median score of {mates}: {Median(histogram.Mates)}; of {strangers}: {Median(histogram.Strangers)}.{(histogram.Threshold is { } at ? $" Threshold: {Text(at)}." : "")}"));
        }
    }

    /// <summary>What the two outlines are, and the line between them where there is one.</summary>
    public static Element Legend(string mates, string strangers, string? threshold)
    {
        static Element Swatch(params IEnumerable<Node> content) => new Element("svg", content).With("viewBox", "0 0 26 14").With("width", "26").With("height", "14").Class("swatch").With("aria-hidden", "true");
        static Element Entry(Element swatch, string name) => new("li", swatch, new Element("span", name));
        List<Element> entries =
        [
            Entry(Swatch(new Element("path").Class("mates r112").With("d", "M1 13L1 3L25 3L25 13")), mates), Entry(Swatch(new Element("path").Class("strangers").With("d", "M1 13L1 3L25 3L25 13")), strangers)
        ];
        if (threshold is not null) entries.Add(Entry(Swatch(Plot.Rule(13, 1, 13, 13, "threshold")), threshold));
        return new Element("ul", entries).Class("legend");
    }

    private static double[] Shares(IReadOnlyList<double> scores, double from, double to)
    {
        var shares = new double[Bins];
        var finite = scores.Where(double.IsFinite).ToList();
        foreach (var score in finite) shares[Math.Clamp((int)((score - from) / (to - from) * Bins), 0, Bins - 1)] += 1.0 / finite.Count;
        return shares;
    }

    private static string Outline(Plot plot, double[] shares, double from, double to)
    {
        var corners = new List<(double, double)> { (from, 0) };
        for (var bin = 0; bin < Bins; bin++)
            corners.AddRange([(from + ((to - from) * bin / Bins), shares[bin]), (from + ((to - from) * (bin + 1) / Bins), shares[bin])]);
        corners.Add((to, 0));
        return plot.Path(corners);
    }

    private static string Median(IReadOnlyList<double> scores)
    {
        double[] sorted = [.. scores.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? ReportText.Absent : Text(sorted[sorted.Length / 2]);
    }

    private static string Text(double score) => score.ToString("0.00", CultureInfo.InvariantCulture);
}
