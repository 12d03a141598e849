using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What was found on templates of IJB-C: pairs, and searches in two galleries where they were made.</summary>
public sealed class IjbcSection : ReportSection
{
    private readonly IReadOnlyList<IjbcReport> _reports;
    private readonly (IjbcSet Set, IIjbcFaces Source)? _faces;

    /// <param name="reports">Of one network on the same set, a way of treating small faces each.</param>
    /// <param name="faces">The set and where its faces come from, to show those of the hardest errors and the names of their files; null to show none.</param>
    /// <exception cref="ArgumentException">There is no report, one has no result, or they are of different sets or modes.</exception>
    public IjbcSection(IReadOnlyList<IjbcReport> reports, (IjbcSet Set, IIjbcFaces Source)? faces = null)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0 || reports.Any(report => report.Results.Count == 0)) throw new ArgumentException("needs a report with results", nameof(reports));
        if (reports.Any(report => report.Set != reports[0].Set || !report.Options.Modes.SequenceEqual(reports[0].Options.Modes))) throw new ArgumentException("the reports are of different sets or modes", nameof(reports));
        (_reports, _faces) = (reports, faces);
    }

    /// <inheritdoc />
    public override string Title => "Templates (IJB-C)";

    /// <inheritdoc />
    internal override IEnumerable<Node> Body(string id)
    {
        yield return new Element("p", "Several images of a person make a template, and templates are compared and searched for. 112x14 is a match: the enrolled template is seen at 112 pixels, the other at 14. "
            + "112&14 is an aggregate: each template is made of faces at 112 and of mirrored faces at 14.").Class("lead");
        var tables = IjbcTable.Of([.. _reports]);
        foreach (var part in HtmlTable.Of(tables[0])) yield return part;
        if (PublishedIjbc.Of(_reports[0].Options.Modes) is { } published)
            foreach (var part in HtmlTable.Of(published)) yield return part;

        var styles = SeriesStyle.Of(_reports[0].Options.Modes, mode => mode.Sides);
        yield return new Element("h3", "Errors at every threshold");
        yield return Figure.Legend(_reports[0].Options.Modes.Select(mode => (mode.ToString(), styles[mode])));
        yield return Figure.Grid("wide", _reports.Index().Select(entry => Roc($"{id}-roc{entry.Index}", entry.Item, styles)));
        if (tables.Count == 1)
        {
            if (_faces is not null) yield return new Element("p", "Hardest errors are of searches, and without galleries there are none.").Class("note");
            yield break;
        }

        yield return new Element("h3", "Searches in galleries");
        foreach (var part in HtmlTable.Of(tables[1])) yield return part;
        foreach (var (i, gallery) in _reports[0].Results[0].Galleries.Index())
        {
            yield return new Element("h4", $"Gallery {gallery.Gallery}, {gallery.Subjects} people");
            yield return Figure.Grid("wide", _reports.Index().Select(entry => Searches($"{id}-tpir{i}-{entry.Index}", entry.Item, i, styles)));
        }

        foreach (var part in Histograms(id)) yield return part;

        yield return new Element("h3", "Hardest errors");
        if (_faces is not { } faces) yield return HardestErrors.NotShown;
        else foreach (var part in Hardest(faces.Set, faces.Source)) yield return part;
    }

    private IEnumerable<Node> Histograms(string id)
    {
        yield return new Element("h3", "Scores of enrolled people and of strangers, in all galleries");
        yield return HistogramFigure.Legend("enrolled people: the score of their own template (in the colour of the probe's resolution)", "strangers: the best score of anybody's", null);
        var drawn = HistogramFigure.Draw($"{id}-hist", "cosine", [.. _reports.SelectMany(report => report.Results.Select(Histogram))], "enrolled people", "strangers").ToList();
        foreach (var (i, report) in _reports.Index())
        {
            if (_reports.Count > 1) yield return new Element("h4", ReportText.InWords(report.Options.Way));
            yield return Figure.Grid("small", drawn.Skip(i * report.Results.Count).Take(report.Results.Count));
        }
    }

    private static HistogramFigure Histogram(IjbcResult result) => new(
        result.Mode.ToString(), result.Mode.Sides.Second, [.. result.Galleries.SelectMany(gallery => gallery.Identification.MatedProbes.Select(probe => probe.OwnScore))],
        [.. result.Galleries.SelectMany(gallery => gallery.Identification.UnmatedProbes.Select(probe => probe.BestScore))], null);

    private IEnumerable<Node> Hardest(IjbcSet set, IIjbcFaces source)
    {
        var images = set.Images.Templates.Index().ToLookup(image => image.Item, image => image.Index);
        var (report, pictures) = (_reports[^1], new FacePictures(ResampleKernel.Bilinear));
        yield return new Element("p", $"An image of each template, {ReportText.InWords(report.Options.Way)}.").Class("note");
        foreach (var result in report.Results)
        foreach (var gallery in result.Galleries)
        {
            var (enrolled, probe) = (result.Mode.Sides.First, result.Mode.Aggregates ? result.Mode.Sides.First : result.Mode.Sides.Second);
            var known = gallery.Identification.MatedProbes;
            yield return new Element("h4", $"{result.Mode} in {gallery.Gallery}: somebody else came first in {known.Count(search => !search.IsFirst)} of {known.Count} searches");
            foreach (var part in HardestErrors.Of(gallery.Hardest, pictures, "template", (template => Image(template, enrolled), enrolled), (template => Image(template, probe), probe))) yield return part;
        }

        // The first that is there: a template may have been made of others than its first.
        ListedImage Image(int template, Resolution resolution)
        {
            var shown = images[template].FirstOrDefault(image => See(image, resolution) is not null, images[template].First());
            return new ListedImage($"template {set.TemplateIds[template]}, {set.Images.Names[shown]}", () => source.See(shown, [resolution])[0]);
        }

        FaceImage? See(int image, Resolution resolution)
        {
            try
            {
                return source.See(image, [resolution])[0];
            }
            catch (InputException)
            {
                return null;
            }
        }
    }

    private static Element Roc(string id, IjbcReport report, IReadOnlyDictionary<IjbcMode, SeriesStyle> styles) => RocFigure.Draw(
        id, ReportText.InWords(report.Options.Way), [.. report.Results.Select(result => (result.Mode.ToString(), styles[result.Mode], result.Roc))],
        $"True accept rate at the least false accept rate that the pairs can tell: {string.Join(", ", report.Results.Select(AtLeast))}.");

    private static Element Searches(string id, IjbcReport report, int gallery, IReadOnlyDictionary<IjbcMode, SeriesStyle> styles) => IdentificationFigure.Draw(
        id, ReportText.InWords(report.Options.Way), "TPIR",
        [.. report.Results.Select(result => (result.Mode.ToString(), styles[result.Mode], result.Galleries[gallery].Identification.Unmated, result.Galleries[gallery].Identification.Curve()))],
        $"Rank 1, whatever the score: {string.Join(", ", report.Results.Select(result => $"{result.Mode} {ReportText.Percent(result.Galleries[gallery].Ranks.At(1))} %"))}.");

    private static string AtLeast(IjbcResult result) =>
        result.Tars.FirstOrDefault(tar => tar.Value is not null) is { Value: { } value } told ? $"{result.Mode} {ReportText.Percent(value)} % at {ReportText.Rate(told.Far)}" : $"{result.Mode} none";
}
