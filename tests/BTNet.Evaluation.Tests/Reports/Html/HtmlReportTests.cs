using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Evaluation.Reports;
using BTNet.Evaluation.Reports.Html;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Reports.Html;

public sealed partial class HtmlReportTests
{
    private const string Hostile = "<script>alert(1)</script>\"' onerror='x' & </style>\u0001\u202Egpj.exe\uD800";

    private static readonly Lazy<string> Text = new(() => HtmlReport.Format(SamplePage.Page()));

    private static readonly Lazy<XDocument> Parsed = new(() => SamplePage.Parse(Text.Value));

    [Fact]
    public void A_page_is_well_formed_and_has_every_section_under_its_heading_and_in_its_table_of_contents()
    {
        var page = Parsed.Value;
        string[] titles = ["Pairs of faces", "Open-set search", "False alarms asked for and obtained", "What it costs", "How this page was made"];

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", Text.Value, StringComparison.Ordinal);
        Assert.Equal(titles, page.Descendants("section").Select(section => section.Element("h2")!.Value));
        Assert.Equal(titles, page.Descendants("nav").Single().Descendants("a").Select(link => link.Value));
        var ids = page.Descendants().Select(element => (string?)element.Attribute("id")).OfType<string>().ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(page.Descendants("a"), link => Assert.Contains(((string)link.Attribute("href")!)[1..], ids));
        foreach (var heading in (string[])["Accuracy by the resolutions of both images", "Errors at every threshold", "Scores of one person and of two people", "Hardest errors", "All figures", "What is found, by how often strangers are returned"])
            Assert.Contains(heading, page.Descendants("h3").Select(element => element.Value));
        Assert.DoesNotContain("Nothing", page.Descendants("h3").Select(element => element.Value));
    }

    [Fact]
    public void Nothing_is_loaded_from_anywhere_and_nothing_runs()
    {
        Assert.DoesNotContain("http:", Text.Value, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", Text.Value, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", Text.Value, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", Text.Value, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Parsed.Value.Descendants(), element => element.Name.LocalName is "script" or "iframe" or "object" or "embed" or "image" or "use" or "base" or "form");
        Assert.All(Parsed.Value.Descendants().Attributes(), attribute => Assert.False(attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal), attribute.ToString()));
        Assert.All(Parsed.Value.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "src" or "href"), attribute => Assert.Matches("^(data:|#)", attribute.Value));
        Assert.Contains("default-src 'none'", (string)Parsed.Value.Descendants("meta").Single(meta => (string?)meta.Attribute("http-equiv") == "Content-Security-Policy").Attribute("content")!, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawings_and_tables_say_what_they_are_to_who_cannot_see_them()
    {
        var drawings = Parsed.Value.WithClass("svg", "plot").ToList();
        // Two ways: 2 maps, 2 ROC, 2 DET, 6 histograms of pairs, 2 curves and 6 histograms of searches; 3 of false alarms, in one gallery and over all; and 2 of cost.
        Assert.Equal(2 + 2 + 2 + 6 + 2 + 6 + 3 + 3 + 2, drawings.Count);
        Assert.All(drawings, drawing =>
        {
            Assert.Equal("img", (string?)drawing.Attribute("role"));
            Assert.Equal([drawing.Element("title")!.Attribute("id")!.Value, drawing.Element("desc")!.Attribute("id")!.Value], drawing.Attribute("aria-labelledby")!.Value.Split(' '));
            Assert.True(drawing.Element("title")!.Value.Length > 5 && drawing.Element("desc")!.Value.Length > 10);
            Assert.Matches(@"^0 0 \d+(\.\d+)? \d+(\.\d+)?$", drawing.Attribute("viewBox")!.Value);
        });
        Assert.All(Parsed.Value.Descendants("path"), path => Assert.Matches(@"^[MLZ0-9. \-]+$", path.Attribute("d")!.Value));
        Assert.All(Parsed.Value.Descendants("th"), head => Assert.Contains((string?)head.Attribute("scope"), (string[])["col", "row", "colgroup"]));
        Assert.All(Parsed.Value.Descendants("table"), table =>
        {
            Assert.NotEmpty((string?)table.Attribute("aria-label") ?? "");
            Assert.Equal(("scroll", "0"), ((string?)table.Parent!.Attribute("class"), (string?)table.Parent!.Attribute("tabindex")));
        });
        // Curves of one resolution differ by more than their colour.
        Assert.All(Parsed.Value.WithClass("ul", "legend").First().Descendants("li").Select(entry => string.Concat(entry.Element("svg")!.Elements().Select(part => part.ToString()))).GroupBy(mark => mark), same => Assert.Single(same));
    }

    [Fact]
    public void The_figures_of_pairs_are_those_of_the_reports()
    {
        var (baseline, ours) = (SamplePage.Pairs[0], SamplePage.Pairs[1]);
        var rows = Parsed.Value.Descendants("table").First().Descendants("tr").Where(row => row.Elements("td").Any()).ToList();
        string[] shown = ["112x112", "112x14", "14x14"];

        Assert.Equal(["", "112 × 112", "112 × 14", "14 × 14"], Parsed.Value.Descendants("table").First().Descendants("thead").Single().Descendants("th").Select(head => head.Value));
        IEnumerable<string> Row(int row) => rows[row].Elements("td").Select(cell => ((XText)cell.FirstNode!).Value.Replace("● ", "", StringComparison.Ordinal));
        IEnumerable<string> Accuracies(PairReport report) => shown.Select(pair => Percent(report[ResolutionPair.Parse(pair)].Accuracy.Mean));
        Assert.Equal(Accuracies(baseline), Row(0));
        Assert.Equal(Accuracies(ours), Row(1));
        var differences = ours.Against(baseline).Where(compared => shown.Contains(compared.Resolutions.ToString())).Select(compared => compared.Difference).ToList();
        Assert.Equal(differences.Select(difference => (100 * difference.Accuracy).ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture)), Row(2));
        Assert.Equal(differences.Select(difference => difference.AccuracyInterval.Low > 0 || difference.AccuracyInterval.High < 0), rows[2].Elements("td").Select(cell => cell.Value.StartsWith('●')));
        // 40 pairs of two people cannot tell a rate of one in a hundred; what was published stands below, by itself.
        Assert.Equal(["97.25", "94.08", "90.90"], Row(3));
        Assert.Equal(4, rows.Count);
        foreach (var table in SamplePage.Pairs.Select(report => PairTable.Of(report))) AssertHas(table);
        var map = Parsed.Value.WithClass("svg", "plot").First(drawing => drawing.Element("title")!.Value.Contains("by branch", StringComparison.Ordinal));
        Assert.Equal(ours.Results.Select(result => Percent(result.Accuracy.Mean)).Order(StringComparer.Ordinal), map.WithClass("text", "value").Select(text => text.Value).Where(text => text != "-").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_figures_of_searches_cost_and_latency_are_those_that_were_given()
    {
        AssertHas(OpenSetTable.Of(SamplePage.OpenSet));
        var costs = Rows("Cost of one face by resolution");
        Assert.Equal(["112", "250.9", "1.00×", "1.095", "12.25", "11.00 to 14.00", "87"], costs[0]);
        Assert.Equal(["14", "149.0", "0.59×", "0.194"], costs[1].Take(4));
        Assert.Equal(["7", "48.4", "0.19×", "0.801", "4.08", "3.67 to 4.67", "261"], costs[2]);
        var accuracy = Percent(SamplePage.Pairs[1][ResolutionPair.Parse("14x14")].Accuracy.Mean)[..^1];
        Assert.Contains(Parsed.Value.Descendants("text"), text => text.Value.StartsWith("14, branch ", StringComparison.Ordinal) && Math.Abs(double.Parse(text.Value[11..], CultureInfo.InvariantCulture) - double.Parse(accuracy, CultureInfo.InvariantCulture)) < .11);
        Assert.Contains("0123456789abcdef", Parsed.Value.WithClass("dl", "facts").First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void False_alarms_asked_for_are_drawn_against_those_obtained()
    {
        AssertHas(CalibratedOpenSetTable.Of(SamplePage.Calibrated, SamplePage.OpenSet[1]));
        AssertHas(CalibratedOpenSetTable.OverGalleries(SamplePage.Calibrated, SamplePage.OpenSet[1])!);
        var section = Parsed.Value.Descendants("section").Single(one => one.Descendants("h2").Single().Value == "False alarms asked for and obtained");
        var figures = section.Descendants("svg").Where(drawing => (string?)drawing.Attribute("class") == "plot").ToList();
        Assert.Equal(6, figures.Count); // three resolutions, in one gallery and over all
        // Three rates, and but for 112 pixels as many by the one threshold.
        Assert.Equal([3, 6, 6, 3, 6, 6], figures.Select(figure => figure.Descendants().Count(one => ((string?)one.Attribute("class"))?.StartsWith("mark ", StringComparison.Ordinal) == true)));
        Assert.Contains("10.00 % asked for, 12.00 % obtained", figures[0].Value, StringComparison.Ordinal);
        Assert.Contains("10.00 % asked for, 9.00 % obtained", figures[3].Value, StringComparison.Ordinal);
        // What was obtained stands above the line where it is more than what was asked for: y falls.
        var marks = figures[2].Descendants("path").Where(one => ((string?)one.Attribute("class"))?.StartsWith("mark ", StringComparison.Ordinal) == true).Select(one => double.Parse(one.Attribute("d")!.Value[1..].Split(' ', 'L')[1], CultureInfo.InvariantCulture)).ToList();
        Assert.True(marks[1] < marks[0] && marks[3] < marks[2] && marks[5] < marks[4]);
        Assert.Throws<ArgumentException>(() => new CalibrationSection(SamplePage.Calibrated with { Rates = [] }, SamplePage.OpenSet[1]));
    }

    [Fact]
    public void A_hostile_name_stays_a_name()
    {
        var people = new PairSet(Hostile, [.. RenderedPairs.Set(people: 40, noise: 250, spread: .055).Images.Select((image, i) => new ListedImage($"{Hostile}{i}", image.Decode))], RenderedPairs.Set(people: 40, noise: 250, spread: .055).Pairs);
        var page = new ReportPage(Hostile, Hostile, [
            new PairSection([.. SamplePage.Pairs.Select(report => report with { PairSet = Hostile, Embedder = Hostile, Notices = [Hostile] })], Hostile, people),
            new OpenSetSection([.. SamplePage.OpenSet.Select(report => report with { Lists = Hostile, Embedder = Hostile })]), new MadeBySection([new FactGroup(Hostile, [(Hostile, Hostile)])])]);

        var text = HtmlReport.Format(page);
        var parsed = SamplePage.Parse(text);

        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.Single(SpecialTags().Matches(text));
        Assert.Empty(parsed.Descendants("script"));
        Assert.All(parsed.Descendants().Attributes(), attribute => Assert.False(attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u202E', text);
        Assert.Contains("<script>alert(1)</script>\"' onerror='x' & </style>\uFFFD\uFFFDgpj.exe\uFFFD", parsed.Descendants("h1").Single().Value, StringComparison.Ordinal);
        Assert.Contains(parsed.Descendants("img"), image => image.Attribute("alt")!.Value.Contains("<script>", StringComparison.Ordinal));
    }

    [Fact]
    public void Faces_and_names_are_on_the_page_only_where_they_are_asked_for()
    {
        Assert.Empty(Parsed.Value.Descendants("img"));
        Assert.DoesNotContain("face 1", Text.Value, StringComparison.Ordinal);
        Assert.Equal(2, Parsed.Value.WithClass("p", "note").Count(note => note.Value.Contains("--show-faces", StringComparison.Ordinal)));

        var set = RenderedPairs.Set(people: 40, noise: 250, spread: .055);
        var shown = SamplePage.Parse(HtmlReport.Format(SamplePage.Page(set, SamplePage.Lists)));

        var pictures = shown.Descendants("img").Select(image => (Name: image.Attribute("alt")!.Value, Source: image.Attribute("src")!.Value)).ToList();
        Assert.NotEmpty(pictures);
        Assert.All(pictures, picture =>
        {
            var side = int.Parse(picture.Name.Split(" at ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
            var face = FaceDecoder.Decode(Convert.FromBase64String(picture.Source[(picture.Source.IndexOf(',', StringComparison.Ordinal) + 1)..]), picture.Name);
            Assert.Equal((side, side), (face.Width, face.Height));
        });
        // The strangest stranger at 14 pixels, and whom the network took it for.
        var (report, result) = (SamplePage.OpenSet[1], SamplePage.OpenSet[1][BTNet.Resolutions.Resolution.Of(14)]);
        var worst = result.Nearest.Skip(result.Identification.Mated).MaxBy(match => match.Score);
        Assert.Contains(shown.WithClass("figure", "pair"), pair => pair.Descendants("bdi").Select(name => name.Value).SequenceEqual([SamplePage.Lists.Images[worst.Probe].Name, SamplePage.Lists.Images[worst.Found].Name]));
        Assert.Equal(report.Options.Gallery, BTNet.Resolutions.Resolution.Full);
    }

    [Fact]
    public void An_image_that_is_gone_meanwhile_is_told_in_its_place()
    {
        var gone = RenderedPairs.Set(people: 40, image: i => new ListedImage($"face {i}", () => throw new InputException($"face {i} is gone")));
        Assert.Contains(SamplePage.Parse(HtmlReport.Format(SamplePage.Page(gone))).WithClass("span", "lost"), place => place.Value.Contains("is gone", StringComparison.Ordinal));
    }

    [Fact]
    public void A_section_is_made_of_a_single_report_and_of_a_model_that_says_little()
    {
        var page = SamplePage.Parse(HtmlReport.Format(new ReportPage("A trunk", "Alone.", [new PairSection([SampleReports.Reference]), new CostSection([Worth.Of([SampleReports.Reference])], [], null)])));

        Assert.Contains("not stated by the model", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("does not say how many multiply-accumulates", page.ToString(), StringComparison.Ordinal);
        Assert.Contains("less the squared distance", page.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PairSection([]));
        Assert.Throws<ArgumentException>(() => new PairSection([SampleReports.Branches, SampleReports.Reference]));
        Assert.Throws<ArgumentException>(() => new OpenSetSection([]));
    }

    [Fact]
    public void A_page_is_written_whole_over_what_was_there()
    {
        using var folder = new TemporaryFolder();
        HtmlReport.Write(folder.WriteText("page.html", "what was there"), SamplePage.Page());
        Assert.Equal(Text.Value, File.ReadAllText(folder.File("page.html")));
        Assert.Single(Directory.GetFiles(folder.Path));
        Assert.Throws<InputException>(() => HtmlReport.Write(Path.Combine(folder.File("page.html"), "within a file.html"), SamplePage.Page()));
    }

    private static string Percent(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture);

    private static List<string[]> Rows(string table) =>
        [.. Parsed.Value.Descendants("table").Single(element => (string?)element.Attribute("aria-label") == table).Descendants("tbody").Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray())];

    private static void AssertHas(ReportTable table) => Assert.Equal(table.Rows.Select(row => row.ToArray()), Rows(table.Title));

    [GeneratedRegex("</style>", RegexOptions.None, 1000)]
    private static partial Regex SpecialTags();
}
