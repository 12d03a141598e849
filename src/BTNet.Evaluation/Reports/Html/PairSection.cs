using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What was found on pairs of faces at two resolutions.</summary>
public sealed class PairSection : ReportSection
{
    private readonly IReadOnlyList<PairReport> _reports;
    private readonly string _trainedOn;
    private readonly PairSet? _faces;
    private readonly List<ResolutionPair> _shown;

    /// <param name="reports">One or two of one network on the same pairs; of two, the first is the baseline.</param>
    /// <param name="trainedOn">What the network was trained on; null where nobody says.</param>
    /// <param name="faces">The pairs, to show the faces and the names of the hardest errors; null to show none.</param>
    /// <exception cref="ArgumentException">There is no report, one has no result, or they are of different pairs or resolutions.</exception>
    public PairSection(IReadOnlyList<PairReport> reports, string? trainedOn = null, PairSet? faces = null)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count is 0 or > 2 || reports.Any(report => report.Results.Count == 0)) throw new ArgumentException("needs one or two reports with results", nameof(reports));
        if (reports.Any(report => report.PairSet != reports[0].PairSet || !report.Results.Select(result => result.Resolutions).SequenceEqual(reports[0].Results.Select(result => result.Resolutions))))
            throw new ArgumentException("the reports are of different pairs or resolutions", nameof(reports));
        (_reports, _trainedOn, _faces) = (reports, trainedOn ?? "not stated by the model", faces);
        var measured = reports[0].Results.Select(result => result.Resolutions).ToList();
        // What the paper's tables hold; the map shows the others as well.
        var usual = measured.Where(pair => pair.First.IsFull || pair.First == pair.Second).ToList();
        _shown = usual.Count > 0 ? usual : measured;
    }

    /// <inheritdoc />
    public override string Title => "Pairs of faces";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        var styles = SeriesStyle.Of(_shown);
        yield return new Element("p", "Do two images show one person? The first is seen at one resolution, the second at another: 112 × 14 compares a face of 112 pixels with one of 14.").Class("lead");
        foreach (var part in PairHeadline.Draw(_reports, _shown, _trainedOn)) yield return part;
        yield return new Element("p", PairTable.CountsOf(_reports[^1])).Class("note");

        var maps = _reports.Index().Select(entry => (Report: entry.Item, Map: HeatMapFigure.Draw($"{id}-map{entry.Index}", entry.Item))).Where(entry => entry.Map is not null).ToList();
        if (maps.Count > 0)
        {
            yield return new Element("h3", "Accuracy by the resolutions of both images");
            yield return Figure.Grid("wide", maps.Select(entry => Figure.Of($"Accuracy in %, {ReportText.InWords(entry.Report.Options.Way)}", entry.Map!)));
        }

        yield return new Element("h3", "Errors at every threshold");
        yield return Figure.Legend(_shown.Select(pair => ($"{pair.First} × {pair.Second}", styles[pair])));
        yield return Figure.Grid("wide", PairCurves.Roc(id, _reports, styles));
        yield return Figure.Grid("wide", PairCurves.Det(id, _reports, styles));
        foreach (var part in Histograms(id)) yield return part;

        yield return new Element("h3", "Hardest errors");
        if (_faces is null) yield return HardestErrors.NotShown;
        else foreach (var part in HardestErrors.Of(_reports[^1], _shown, _faces)) yield return part;

        yield return new Element("h3", "All figures");
        foreach (var part in _reports.SelectMany(report => HtmlTable.Of(PairTable.Of(report) with { Notes = [] }))) yield return part;
        foreach (var note in PairTable.NotesOf(_reports[^1])) yield return new Element("p", note).Class("note");
    }

    private IEnumerable<Node> Histograms(string id)
    {
        yield return new Element("h3", "Scores of one person and of two people");
        var cosine = _reports[0].Options.Measure == PairMeasure.Cosine;
        yield return HistogramFigure.Legend("one person (in the colour of the smaller resolution)", "two people", "threshold, mean over the folds");
        var drawn = HistogramFigure.Draw(
            $"{id}-hist", cosine ? "cosine" : "less the squared distance",
            [.. _reports.SelectMany(report => _shown.Select(pair => Histogram(report, report[pair])))], "one person", "two people").ToList();
        foreach (var (i, report) in _reports.Index())
        {
            if (_reports.Count > 1) yield return new Element("h4", ReportText.InWords(report.Options.Way));
            yield return Figure.Grid("small", drawn.Skip(i * _shown.Count).Take(_shown.Count));
        }
    }

    private static HistogramFigure Histogram(PairReport report, PairResult result)
    {
        var smaller = result.Resolutions.First < result.Resolutions.Second ? result.Resolutions.First : result.Resolutions.Second;
        var threshold = result.Accuracy.Thresholds.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
        return new HistogramFigure(
            $"{result.Resolutions.First} × {result.Resolutions.Second}", smaller, [.. result.Scores.Where((_, i) => result.Same[i])], [.. result.Scores.Where((_, i) => !result.Same[i])],
            double.IsNaN(threshold) ? null : report.Options.Measure == PairMeasure.Cosine ? threshold : -threshold);
    }
}
