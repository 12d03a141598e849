using System.Globalization;
using System.Xml.Linq;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.ClosedSet;
using BTNet.Evaluation.Protocols.Ijbc;
using BTNet.Evaluation.Protocols.SurvFace;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Reports.Html;
using BTNet.Evaluation.Tests.Protocols.ClosedSet;
using BTNet.Evaluation.Tests.Protocols.Ijbc;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Evaluation.Tests.Protocols.SurvFace;
using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Reports.Html;

/// <summary>Sections of the protocols whose faces come in sizes of their own, or in templates.</summary>
public sealed class ProtocolSectionTests
{
    private static readonly Lazy<XDocument> Parsed = new(() => Page(
        new SurvFaceSection(SurvFaceReportsTests.Sample), new IjbcSection(IjbcReportsTests.Sample), new ClosedSetSection(ClosedSetReportsTests.Sample.TinyFace), new ClosedSetSection(ClosedSetReportsTests.Sample.ScFace)));

    [Fact]
    public void Each_has_its_tables_as_they_are_printed()
    {
        var tables = Parsed.Value.Descendants("table").ToDictionary(table => (string)table.Attribute("aria-label")!, table => table.Descendants("tbody").Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()).ToList());
        ReportTable[] expected =
        [
            .. SurvFaceTable.All([.. SurvFaceReportsTests.Sample]).Take(1), PublishedSurvFace.Of([new BranchRule(SizeIndicator.Average, LadderRule.Near)]), .. SurvFaceTable.All([.. SurvFaceReportsTests.Sample]).Skip(1),
            IjbcTable.Of([.. IjbcReportsTests.Sample])[0], PublishedIjbc.Of(IjbcMode.ParseAggregates("112&14"))!, IjbcTable.Of([.. IjbcReportsTests.Sample])[1], .. ClosedSetTable.All([.. ClosedSetReportsTests.Sample.TinyFace]),
            .. ClosedSetTable.All([.. ClosedSetReportsTests.Sample.ScFace])
        ];

        Assert.Equal(expected.Select(table => table.Title), tables.Keys);
        Assert.All(expected, table => Assert.Equal(table.Rows.Select(row => row.ToArray()), tables[table.Title]));
        var notes = Parsed.Value.WithClass("p", "note").Select(note => note.Value).ToList();
        Assert.All(expected.SelectMany(table => table.Notes), note => Assert.Contains(note, notes));
    }

    [Fact]
    public void Each_has_its_curves_which_say_what_they_show()
    {
        var captions = Parsed.Value.Descendants("figcaption").Select(caption => caption.Value).ToList();
        Assert.Equal(
        [
            "TPIR20 against FPIR, prototypes of raw embeddings", "TPIR20 against FPIR, prototypes of normalised embeddings", "up-sampled, raw prototypes", "up-sampled, normalised prototypes",
            "BTNet, average near, raw prototypes", "BTNet, average near, normalised prototypes", "ROC, pairs", "ROC, small faces by branch", "TPIR against FPIR, small faces by branch",
            "TPIR against FPIR, small faces by branch", "112x112", "112x14", "112&14", "Cumulative match characteristic, Probe", "up-sampled", "BTNet, max ceil",
            "Cumulative match characteristic, BTNet, max ceil", "BTNet, max ceil"
        ], captions);
        var ids = Parsed.Value.Descendants().Select(element => (string?)element.Attribute("id")).OfType<string>().ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());

        var tiny = ClosedSetReportsTests.Sample.TinyFace.Select(report => report.Results[0].Figures[0].Ranks.At(1));
        Assert.Contains($"First place: {string.Join(", ", tiny.Zip(["up-sampled", "BTNet, max ceil"], (rank, name) => $"{name} {Percent(rank)} %"))}.", Descriptions());
        var searches = IjbcReportsTests.Sample[0].Results.Select(result => $"{result.Mode} {Percent(result.Galleries[1].Ranks.At(1))} %");
        Assert.Contains($"Rank 1, whatever the score: {string.Join(", ", searches)}.", Descriptions());
        // A curve a mode, and a legend of them.
        Assert.Equal(["112x112", "112x14", "112&14"], Parsed.Value.Descendants("section").ElementAt(1).WithClass("ul", "legend").First().Descendants("li").Select(entry => entry.Value.Trim()));
        Assert.Equal(3, Parsed.Value.Descendants("section").ElementAt(1).WithClass("svg", "plot").First().WithClass("path", "line").Count());
    }

    [Fact]
    public void Histograms_say_the_median_scores_of_both_kinds()
    {
        var raw = SurvFaceReportsTests.Sample[0].Results[0].Prototypes[0].Identification;
        double[] own = [.. raw.MatedProbes.Select(probe => probe.OwnScore).Order()], strangers = [.. raw.UnmatedProbes.Select(probe => probe.BestScore).Order()];
        Assert.Contains(Descriptions(), said => said.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"Median score of enrolled people: {own[own.Length / 2]:0.00}; of strangers: {strangers[strangers.Length / 2]:0.00}. Threshold: "), StringComparison.Ordinal));
    }

    [Fact]
    public void Faces_and_the_names_of_their_files_are_on_the_page_where_they_are_asked_for_only()
    {
        Assert.Empty(Parsed.Value.Descendants("img"));
        foreach (var part in (string[])["probe/", "gallery/", "Probe/", "Gallery_Match/", ".png", ".jpg"]) Assert.DoesNotContain(part, Parsed.Value.Root!.Element("body")!.Value, StringComparison.Ordinal);
        Assert.Equal(4, Parsed.Value.WithClass("p", "note").Count(note => note.Value.StartsWith("Not shown: they are people's faces.", StringComparison.Ordinal)));

        using var survFace = new SurvFaceFolder();
        using var tinyFace = new TinyFaceFolder();
        var set = SurvFaceReader.Read(survFace.Fill(noise: 250, spread: .055).Root);
        var lists = TinyFaceReader.Read(tinyFace.Fill(noise: 250, spread: .055).Root);
        var (searches, closed) = (SurvFaceProtocol.Run(new PixelEmbedder(), set, null, [SmallFaceWay.Branch]), ClosedSetProtocol.Run(new PixelEmbedder(), lists, null, [SmallFaceWay.Branch]));
        var drawn = new DrawnTemplates();
        var shown = Page(new SurvFaceSection(searches, set), new IjbcSection(IjbcReportsTests.Sample, (drawn.Set(), drawn)), new ClosedSetSection(closed, lists));

        var mistakes = searches[0].Results[0].Prototypes[1].Hardest.Concat(IjbcReportsTests.Sample[0].Results.SelectMany(result => result.Galleries).SelectMany(gallery => gallery.Hardest)).Concat(closed[0].Results[0].Hardest).ToList();
        Assert.Equal(2 * mistakes.Count, shown.Descendants("img").Count());
        var first = searches[0].Results[0].Prototypes[1].Hardest[0];
        var sample = shown.WithClass("figure", "pair").First();
        Assert.Contains(set.Identification.Images[first.Probe].Name, sample.Value, StringComparison.Ordinal);
        Assert.Contains(set.Identification.Images[first.Found].Name, sample.Value, StringComparison.Ordinal);
        Assert.DoesNotContain(shown.WithClass("span", "lost"), _ => true);
    }

    [Fact]
    public void A_template_shows_an_image_that_is_there_and_pairs_alone_have_no_hardest_errors()
    {
        var drawn = new DrawnTemplates();
        var set = drawn.Set();
        var hardest = IjbcReportsTests.Sample[0].Results[0].Galleries[0].Hardest.First(mistake => set.Images.Templates.Count(template => template == mistake.Probe) > 1).Probe;
        var first = set.Images.Templates.Index().First(image => image.Item == hardest).Index;

        var shown = Page(new IjbcSection(IjbcReportsTests.Sample, (set, new WithoutImage(drawn, first))));

        Assert.Empty(shown.WithClass("span", "lost"));
        Assert.DoesNotContain(shown.Descendants("bdi"), name => name.Value.EndsWith($" {set.Images.Names[first]}", StringComparison.Ordinal));
        Assert.Contains(shown.Descendants("bdi"), name => name.Value.StartsWith($"template {set.TemplateIds[hardest]}, ", StringComparison.Ordinal));

        var pairs = IjbcProtocol.Run(drawn, set with { Galleries = [], Probes = [] }, drawn, new IjbcOptions { Modes = IjbcMode.ParseMatches("112x112") }, [SmallFaceWay.Branch]);
        Assert.Contains("without galleries there are none", Page(new IjbcSection(pairs, (set, drawn))).WithClass("p", "note").Last().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_published_stands_beside_what_is_computed_likewise()
    {
        Assert.Equal(["max ceil", "31.2", "26.9", "20.6", "2.5", "35.4"], PublishedSurvFace.Of(BranchRule.All).Rows.Single(row => row[0] == "max ceil"));
        Assert.Equal(9, PublishedSurvFace.Of(BranchRule.All).Rows.Count);
        Assert.Equal(["112&14", "93.97", "91.87"], PublishedIjbc.Of(IjbcMode.ParseAggregates("112&112,112&14"))!.Rows[1]);
        // Matches across resolutions were not published.
        Assert.Null(PublishedIjbc.Of(IjbcMode.ParseMatches("112x14")));
    }

    [Fact]
    public void A_curve_of_places_ends_where_the_list_does()
    {
        var drawing = Parsed.Value.Descendants("section").ElementAt(2).WithClass("svg", "plot").First();
        // Twenty-four are enrolled, though the paper asks for the first fifty too: places 1 and 20 are marked.
        Assert.Equal(2 * 2, drawing.WithClass("circle", "mark").Concat(drawing.WithClass("rect", "mark")).Count());
        Assert.DoesNotContain(drawing.Descendants("text"), text => text.Value == "50");
    }

    [Fact]
    public void Templates_of_pairs_alone_have_no_searches_and_a_worth_where_the_pairs_can_tell_one()
    {
        var drawn = new DrawnTemplates();
        var pairs = IjbcProtocol.Run(drawn, drawn.Set() with { Galleries = [], Probes = [] }, drawn, new IjbcOptions { Modes = IjbcMode.ParseMatches("112x112,14x14,112x14") }, [SmallFaceWay.Branch]);

        Assert.Empty(Page(new IjbcSection(pairs)).Descendants("h4"));
        var worth = Worth.Of(pairs)!;
        Assert.Equal([112, 14], worth.Points.Select(point => point.Resolution.Side));
        var (rate, far) = IjbcReport.FalseAcceptRates.Index().First(rate => pairs[0].Results.Take(2).All(result => result.Tars[rate.Index].Value is not null));
        Assert.Equal($"TAR at FAR {far.ToString("0e-0", CultureInfo.InvariantCulture)}, both templates at the resolution", worth.Measure);
        Assert.Equal(pairs[0].Results.Take(2).Select(result => result.Tars[rate].Value!.Value), worth.Points.Select(point => point.Value));
        Assert.Null(Worth.Of([pairs[0] with { Results = [pairs[0].Results[2]] }]));
    }

    [Fact]
    public void A_section_is_of_reports_on_the_same_data()
    {
        Assert.Throws<ArgumentException>(() => new SurvFaceSection([]));
        Assert.Throws<ArgumentException>(() => new SurvFaceSection([.. SurvFaceReportsTests.Sample, SurvFaceReportsTests.Sample[0] with { Set = "another" }]));
        Assert.Throws<ArgumentException>(() => new SurvFaceSection([.. SurvFaceReportsTests.Sample, SurvFaceReportsTests.Sample[0] with { Pairs = 7 }]));
        Assert.Throws<ArgumentException>(() => new IjbcSection([]));
        Assert.Throws<ArgumentException>(() => new IjbcSection([.. IjbcReportsTests.Sample, IjbcReportsTests.Sample[0] with { Set = "another" }]));
        var fewer = IjbcReportsTests.Sample[0] with { Options = IjbcReportsTests.Sample[0].Options with { Modes = IjbcMode.ParseMatches("112x112") } };
        Assert.Throws<ArgumentException>(() => new IjbcSection([.. IjbcReportsTests.Sample, fewer]));
        Assert.Throws<ArgumentException>(() => new ClosedSetSection([]));
        Assert.Throws<ArgumentException>(() => new ClosedSetSection([.. ClosedSetReportsTests.Sample.TinyFace, .. ClosedSetReportsTests.Sample.ScFace]));
    }

    private static IEnumerable<string> Descriptions() => Parsed.Value.Descendants("desc").Select(description => description.Value);

    private static XDocument Page(params IReadOnlyList<ReportSection> sections) => SamplePage.Parse(HtmlReport.Format(new ReportPage("Protocols", "Measured.", sections)));

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);

    private sealed class WithoutImage(IIjbcFaces faces, int broken) : IIjbcFaces
    {
        public FaceImage[] See(int image, IReadOnlyList<Resolution> resolutions) => image == broken ? throw new InputException("it is gone") : faces.See(image, resolutions);
    }
}
