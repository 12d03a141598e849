using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What was found on a closed set of faces in their own sizes, as TinyFace and SCface are.</summary>
public sealed class ClosedSetSection : ReportSection
{
    // Where a data set asks for the first place only, the next ones show how near the others came.
    private const int FewestPlaces = 20;

    private readonly IReadOnlyList<ClosedSetReport> _reports;
    private readonly ClosedSetLists? _faces;

    /// <param name="reports">Of one network on the same data, a way of treating small faces each.</param>
    /// <param name="faces">The data, to show the faces and the names of the hardest errors; null to show none.</param>
    /// <exception cref="ArgumentException">There is no report, one has no result, or they are of different data.</exception>
    public ClosedSetSection(IReadOnlyList<ClosedSetReport> reports, ClosedSetLists? faces = null)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0 || reports.Any(report => report.Results.Count == 0)) throw new ArgumentException("needs a report with results", nameof(reports));
        if (reports.Any(report => report.Set != reports[0].Set)) throw new ArgumentException("the reports are of different data", nameof(reports));
        (_reports, _faces) = (reports, faces);
    }

    /// <inheritdoc />
    public override string Title => $"Who comes first ({_reports[0].Set})";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        yield return new Element("p", "Faces in the sizes that they were found in: each goes to the branch that its size chooses, or is enlarged into the trunk. Everybody who is searched for is enrolled; "
            + "what is asked is at which place of the list the right person comes.").Class("lead");
        var tables = ClosedSetTable.All([.. _reports]);
        foreach (var part in HtmlTable.Of(tables[0])) yield return part;

        yield return new Element("h3", "Found among the first");
        // One figure with a curve a way where there is one set of searches; else a figure a way.
        var ways = _reports.SelectMany(report => report.Results.Select(result => (Name: ReportText.Series(report.Way, result.Rule), Figures: result.Figures.ToList()))).ToList();
        if (ways[0].Figures.Count == 1)
        {
            var curves = ways.Index().Select(way => (way.Item.Name, Style: SeriesStyle.Nth(way.Index), Figures: way.Item.Figures[0])).ToList();
            yield return Figure.Legend(curves.Select(curve => (curve.Name, curve.Style)));
            yield return Figure.Grid("wide", [Places($"{id}-cmc", ways[0].Figures[0].Probes, curves)]);
        }
        else
        {
            yield return Figure.Legend(ways[0].Figures.Index().Select(figures => (figures.Item.Probes, SeriesStyle.Nth(figures.Index))));
            yield return Figure.Grid("wide", ways.Index().Select(way => Places(
                $"{id}-cmc{way.Index}", way.Item.Name, [.. way.Item.Figures.Index().Select(figures => (figures.Item.Probes, SeriesStyle.Nth(figures.Index), figures.Item))])));
        }

        yield return new Element("h3", "Scores of the right people and of others");
        yield return HistogramFigure.Legend("the best score of the right person", "the best score of anybody else", null);
        yield return Figure.Grid("small", HistogramFigure.Draw($"{id}-hist", "cosine", [.. _reports.SelectMany(report => report.Results.Select(result => new HistogramFigure(
            ReportText.Series(report.Way, result.Rule), Resolution.Full, [.. result.Scores.Select(score => (double)score.Own)], [.. result.Scores.Select(score => (double)score.Other)], null)))], "the right people", "others"));

        yield return new Element("h3", "Where faces went");
        foreach (var part in HtmlTable.Of(tables[1])) yield return part;

        yield return new Element("h3", "Hardest errors");
        if (_faces is null) yield return HardestErrors.NotShown;
        else foreach (var part in Hardest(_faces)) yield return part;
    }

    private IEnumerable<Node> Hardest(ClosedSetLists lists)
    {
        var pictures = new FacePictures(ResampleKernel.Bilinear);
        foreach (var report in _reports)
        foreach (var result in report.Results)
        {
            var ranks = result.Figures[^1].Ranks;
            yield return new Element("h4", $"{ReportText.Series(report.Way, result.Rule)}: somebody else came first in {ReportText.Percent(1 - ranks.At(1))} % of {ranks.Searches} searches");
            foreach (var part in HardestErrors.Of(result.Hardest, pictures, "face", (image => lists.Images[image], null), (image => lists.Images[image], null))) yield return part;
        }
    }

    /// <summary>The share of searches that have the right person among the first places, by how many these are (cumulative match characteristic).</summary>
    private Element Places(string id, string what, IReadOnlyList<(string Name, SeriesStyle Style, ClosedSetFigures Figures)> curves)
    {
        var most = Math.Max(2, Math.Min(Math.Max(_reports[0].Ranks[^1], FewestPlaces), _reports[0].GalleryFaces + _reports[0].Distractors));
        var plot = new Plot(PlotAxis.Linear("places of the list", 1, most), PlotAxis.Linear("share of searches with the right person among them", 0, 1));
        foreach (var (_, style, figures) in curves)
        {
            plot.Add(style.Line(plot.Path(Enumerable.Range(1, most).Select(places => ((double)places, figures.Ranks.At(places))))));
            foreach (var rank in _reports[0].Ranks.Where(rank => rank <= most)) plot.Add(style.Mark(plot.X(rank), plot.Y(figures.Ranks.At(rank))));
        }

        return Figure.Of($"Cumulative match characteristic, {what}", plot.Draw(id, $"Share of searches with the right person among the first places, {what}",
            $"First place: {string.Join(", ", curves.Select(curve => $"{curve.Name} {ReportText.Percent(curve.Figures.Ranks.At(1))} %"))}."));
    }
}
