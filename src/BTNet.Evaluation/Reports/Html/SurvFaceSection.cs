using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What was found on QMUL-SurvFace: searches among enrolled people, and pairs where they were compared.</summary>
public sealed class SurvFaceSection : ReportSection
{
    private readonly IReadOnlyList<SurvFaceReport> _reports;
    private readonly SurvFaceSet? _faces;

    /// <param name="reports">Of one network on the same data, a way of treating small faces each.</param>
    /// <param name="faces">The data, to show the faces and the names of the hardest errors; null to show none.</param>
    /// <exception cref="ArgumentException">There is no report, one has no result, or they are of different data.</exception>
    public SurvFaceSection(IReadOnlyList<SurvFaceReport> reports, SurvFaceSet? faces = null)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0 || reports.Any(report => report.Results.Count == 0)) throw new ArgumentException("needs a report with results", nameof(reports));
        if (reports.Any(report => report.Set != reports[0].Set || report.Pairs != reports[0].Pairs)) throw new ArgumentException("the reports are of different data", nameof(reports));
        (_reports, _faces) = (reports, faces);
    }

    /// <inheritdoc />
    public override string Title => "Surveillance faces (QMUL-SurvFace)";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        yield return new Element("p", "Faces of surveillance cameras in the sizes that they were found in: each goes to the branch that its size chooses, or is enlarged into the trunk. "
            + $"Who is this among {_reports[0].Enrolled} enrolled people, or nobody of them?").Class("lead");
        var tables = SurvFaceTable.All([.. _reports]);
        foreach (var part in HtmlTable.Of(tables[0])) yield return part;
        if (_reports.SelectMany(report => report.Results).Select(result => result.Rule).OfType<BranchRule>().ToList() is { Count: > 0 } rules)
            foreach (var part in HtmlTable.Of(PublishedSurvFace.Of(rules))) yield return part;

        var found = SurvFacePlot.Named(_reports).Index().Select(entry => (entry.Item.Name, Style: SeriesStyle.Nth(entry.Index), entry.Item.Result)).ToList();
        yield return new Element("h3", $"Among the best {SurvFaceReport.Places}, by how often strangers are returned");
        yield return Figure.Legend(found.Select(series => (series.Name, series.Style)));
        yield return Figure.Grid("wide", Enum.GetValues<GalleryPrototype>().Select(kind => IdentificationFigure.Draw(
            $"{id}-tpir{(int)kind}", kind == GalleryPrototype.Raw ? "prototypes of raw embeddings" : "prototypes of normalised embeddings", $"TPIR{SurvFaceReport.Places}",
            [.. found.Select(series => (series.Name, series.Style, series.Result[kind].Unmated, series.Result[kind].Curve()))],
            $"Area under the curve: {string.Join(", ", found.Select(series => $"{series.Name} {ReportText.Percent(series.Result[kind].Auc)} %"))}.")));

        yield return new Element("h3", "Scores of enrolled people and of strangers");
        yield return HistogramFigure.LegendOfSearches("filled");
        yield return Figure.Grid("small", HistogramFigure.Draw(
            $"{id}-hist", "cosine", [.. found.SelectMany(series => series.Result.Prototypes.Select(prototype => Histogram(series.Name, prototype)))], "enrolled people", "strangers"));

        if (_reports[0].Pairs > 0)
        {
            yield return new Element("h3", "Pairs of faces");
            foreach (var part in HtmlTable.Of(tables[1])) yield return part;
            yield return Figure.Grid("wide", [PairsFigure(id, found)]);
        }

        yield return new Element("h3", "Where faces went");
        foreach (var part in HtmlTable.Of(tables[^1])) yield return part;

        yield return new Element("h3", "Hardest errors");
        if (_faces is null) yield return HardestErrors.NotShown;
        else foreach (var part in Hardest(_faces.Identification)) yield return part;
    }

    private IEnumerable<Node> Hardest(OpenSetLists lists)
    {
        yield return new Element("p", "With normalised prototypes; of each, the first face that it is made of is shown.").Class("note");
        var pictures = new FacePictures(ResampleKernel.Bilinear);
        foreach (var (name, result) in SurvFacePlot.Named(_reports))
        {
            var searches = result.Prototypes.First(prototype => prototype.Prototype == GalleryPrototype.Normalised);
            yield return new Element("h4", $"{name}: somebody else came first in {searches.Identification.MatedProbes.Count(probe => probe.Rank > 1)} of {searches.Identification.Mated} searches");
            foreach (var part in HardestErrors.Of(searches.Hardest, pictures, "prototype", (image => lists.Images[image], null), (image => lists.Images[image], null))) yield return part;
        }
    }

    private static HistogramFigure Histogram(string name, PrototypeResult result) => HistogramFigure.OfSearches(
        $"{name}, {(result.Prototype == GalleryPrototype.Raw ? "raw" : "normalised")} prototypes", Resolution.Full,
        result.Identification.MatedProbes.Select(probe => probe.OwnScore), result.Identification.UnmatedProbes.Select(probe => probe.BestScore), result.Identification.Tpirs);

    private static Element PairsFigure(string id, List<(string Name, SeriesStyle Style, SurvFaceResult Result)> found) => RocFigure.Draw(
        $"{id}-roc", "pairs", [.. found.Select(series => (series.Name, series.Style, series.Result.Verification!.Roc))],
        $"Area under the curve: {string.Join(", ", found.Select(series => $"{series.Name} {ReportText.Percent(series.Result.Verification!.Auc)} %"))}.");
}
