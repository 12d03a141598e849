using BTNet.Evaluation.Protocols.OpenSet;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What was found in open-set searches.</summary>
public sealed class OpenSetSection : ReportSection
{
    private readonly IReadOnlyList<OpenSetReport> _reports;
    private readonly OpenSetLists? _faces;

    /// <param name="reports">Of one network on the same lists, a way of treating small faces each.</param>
    /// <param name="faces">The lists, to show the faces and the names of the hardest errors; null to show none.</param>
    /// <exception cref="ArgumentException">There is no report, or they are of different lists or resolutions.</exception>
    public OpenSetSection(IReadOnlyList<OpenSetReport> reports, OpenSetLists? faces = null)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0 || reports.Any(report => report.Results.Count == 0)) throw new ArgumentException("needs a report with results", nameof(reports));
        if (reports.Any(report => report.Lists != reports[0].Lists || !report.Options.Probes.SequenceEqual(reports[0].Options.Probes))) throw new ArgumentException("the reports are of different lists or resolutions", nameof(reports));
        (_reports, _faces) = (reports, faces);
    }

    /// <inheritdoc />
    public override string Title => "Open-set search";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        yield return new Element("p", $"Who is this, or nobody who is enrolled? {_reports[0].Enrolled} people are enrolled at {_reports[0].Options.Gallery} pixels; faces of them and of strangers are searched for at each resolution.").Class("lead");
        foreach (var part in HtmlTable.Of(OpenSetTable.Of(_reports))) yield return part;

        yield return new Element("h3", "What is found, by how often strangers are returned");
        yield return Figure.Legend(_reports[0].Options.Probes.Select(side => ($"searched for at {side}", new SeriesStyle(side))));
        yield return Figure.Grid("wide", Curves(id));

        yield return new Element("h3", "Scores of enrolled people and of strangers");
        yield return HistogramFigure.LegendOfSearches("in the colour of the resolution");
        var drawn = HistogramFigure.Draw($"{id}-hist", "cosine", [.. _reports.SelectMany(report => report.Results.Select(Histogram))], "enrolled people", "strangers").ToList();
        foreach (var (i, report) in _reports.Index())
        {
            if (_reports.Count > 1) yield return new Element("h4", ReportText.InWords(report.Options.Way));
            yield return Figure.Grid("small", drawn.Skip(i * report.Results.Count).Take(report.Results.Count));
        }

        yield return new Element("h3", "Hardest errors");
        if (_faces is null) yield return HardestErrors.NotShown;
        else foreach (var part in HardestErrors.Of(_reports[^1], _faces)) yield return part;
    }

    private IEnumerable<Element> Curves(string id) => _reports.Index().Select(entry => IdentificationFigure.Draw(
        $"{id}-tpir{entry.Index}", ReportText.InWords(entry.Item.Options.Way), "TPIR",
        [.. entry.Item.Results.Select(result => (result.Probes.ToString(), new SeriesStyle(result.Probes), result.Identification.Unmated, result.Identification.Curve()))],
        $"Rank 1, whatever the score: {string.Join(", ", entry.Item.Results.Select(result => $"{result.Probes} {ReportText.Percent(result.Identification.RankOne)} %"))}.", labelled: true));

    private static HistogramFigure Histogram(OpenSetResult result) => HistogramFigure.OfSearches(
        $"searched for at {result.Probes}", result.Probes, result.Identification.MatedProbes.Select(probe => probe.OwnScore), result.Identification.UnmatedProbes.Select(probe => probe.BestScore), result.Tpirs);
}
