using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>Pages about the tiny model, made by <c>report</c> and beside the results of <c>eval</c>.</summary>
public sealed class ReportVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_page_has_all_that_was_measured_and_says_what_made_it()
    {
        var page = _folder.File("page.html");
        var ended = Btnet.Run(["report", "--model", package.Path, .. Pairs(), .. Lists(), "--root", tiny.Faces, "--output", page]).Expect(0);

        Assert.Contains($"wrote {page}", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
        var read = Read(page);
        Assert.Equal(["Pairs of faces", "Open-set search", "What it costs", "How this page was made"], read.Descendants("h2").Select(heading => heading.Value));
        Assert.Empty(read.Descendants("img"));
        var said = Facts(read);
        var told = Btnet.Run("info", package.Path, "--json").Expect(0).Output;
        using var info = JsonDocument.Parse(told);
        Assert.Equal(info.RootElement.GetProperty("package").GetProperty("fingerprint").GetString(), said["fingerprint"]);
        Assert.StartsWith($"btnet report --model {package.Path} --pairs ", said["line"], StringComparison.Ordinal);
        Assert.Contains("ONNX Runtime", said["run by"], StringComparison.Ordinal);
        Assert.Contains($"{tiny.Faces}", said["root"], StringComparison.Ordinal);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d UTC$", said["when"]);
        // What the package says that its paths cost, and times of both.
        var costs = read.Descendants("table").Single(table => (string?)table.Attribute("aria-label") == "Cost of one face by resolution").Descendants("tbody").Descendants("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray()).ToList();
        Assert.Equal(["112", "14"], costs.Select(row => row[0]));
        foreach (var (row, path) in costs.Zip(info.RootElement.GetProperty("package").GetProperty("resolutions").EnumerateArray()))
            Assert.Equal((path.GetProperty("multiplyAccumulates").GetInt64() / 1e6).ToString("0.0", System.Globalization.CultureInfo.InvariantCulture), row[1]);
        Assert.All(costs, row => Assert.True(double.Parse(row[4], System.Globalization.CultureInfo.InvariantCulture) > 0));
        // Each two of the sizes that the model has.
        Assert.Equal(4, read.Descendants("svg").First(drawing => drawing.Element("title")?.Value.StartsWith("Accuracy by", StringComparison.Ordinal) == true).Descendants("rect").Count());
    }

    [Fact]
    public void A_checkpoint_gets_its_page_beside_the_JSON_which_stays_as_it_is()
    {
        var (page, model) = (_folder.File("page.html"), tiny.Model);
        var plain = Btnet.Run(["eval", "pairs", "--model", model, .. Pairs(), "--root", tiny.Faces, "--json"]).Expect(0);
        var beside = Btnet.Run(["eval", "pairs", "--model", model, .. Pairs(), "--root", tiny.Faces, "--json", "--report", page]).Expect(0);

        Assert.Equal(plain.Output, beside.Output);
        var read = Read(page);
        Assert.Equal(["Pairs of faces", "What it costs", "How this page was made"], read.Descendants("h2").Select(heading => heading.Value));
        using var json = JsonDocument.Parse(plain.Output);
        var accuracies = json.RootElement.GetProperty("reports").EnumerateArray().Last().GetProperty("results").EnumerateArray().Select(result => (100 * result.GetProperty("accuracy").GetProperty("mean").GetDouble()).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        var row = read.Descendants("table").First().Descendants("tr").First(line => line.Element("th")!.Value.StartsWith("BTNet, branches", StringComparison.Ordinal));
        Assert.Equal(accuracies, row.Elements("td").Select(cell => ((XText)cell.FirstNode!).Value));
        Assert.Equal(64, Facts(read)["trunk, SHA-256"].Length);
        Assert.Contains("torch", Facts(read)["run by"], StringComparison.Ordinal);
    }

    [Fact]
    public void Faces_are_shown_where_they_are_asked_for_in_searches_as_well()
    {
        var page = _folder.File("page.html");
        Btnet.Run(["eval", "openset", "--model", package.Path, .. Lists(), "--root", tiny.Faces, "--report", page, "--show-faces"]).Expect(0);

        var read = Read(page);
        Assert.NotEmpty(read.Descendants("img"));
        Assert.All(read.Descendants("img"), image => Assert.StartsWith("data:image/", image.Attribute("src")!.Value, StringComparison.Ordinal));
        Assert.Contains(read.Descendants("bdi"), name => name.Value.StartsWith("person", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_expected()
    {
        var page = _folder.File("page.html");
        Assert.Contains("nothing is named to be measured; expected --pairs, or --gallery, --mated and --unmated", Btnet.Run("report", "--model", package.Path, "-o", page).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("--mated and --unmated is missing", Btnet.Run(["report", "--model", package.Path, .. Lists()[..2], "-o", page]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("--output", Btnet.Run(["report", "--model", package.Path, .. Pairs()]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("give --report as well", Btnet.Run(["eval", "pairs", "--model", package.Path, .. Pairs(), "--show-faces"]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("there is no branch for 28", Btnet.Run(["report", "--model", package.Path, .. Pairs(), "--root", tiny.Faces, "--resolutions", "28", "-o", page]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("13 is no resolution", Btnet.Run(["report", "--model", package.Path, .. Pairs(), "--root", tiny.Faces, "--resolutions", "13", "-o", page]).Expect(2).Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(page));
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_told_before_anything_is_measured()
    {
        var ended = Btnet.Run(["report", "--model", package.Path, .. Pairs(), "--root", tiny.Faces, "-o", Path.Combine(_folder.WriteText("a file", ""), "page.html")]).Expect(2);
        Assert.Contains("a file", ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("embedding faces", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("is a folder", Btnet.Run(["eval", "pairs", "--model", package.Path, .. Pairs(), "--root", tiny.Faces, "--report", _folder.Path]).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_image_is_told_and_ends_with_3()
    {
        var (lists, page) = (Lists(), _folder.File("page.html"));
        File.AppendAllText(lists[5], "somebody/lost.jpg\n");
        Assert.Contains("somebody/lost.jpg", Btnet.Run(["report", "--model", package.Path, .. lists, "--root", tiny.Faces, "--broken-share", "0.2", "-o", page]).Expect(3).Errors, StringComparison.Ordinal);
        Assert.Contains("1 faces were left out", Read(page).Root!.Value, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static XDocument Read(string page)
    {
        using var reader = XmlReader.Create(page, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static Dictionary<string, string> Facts(XDocument page) =>
        page.Descendants("dl").Elements("div").GroupBy(line => line.Element("dt")!.Value, StringComparer.Ordinal).ToDictionary(lines => lines.Key, lines => lines.First().Element("dd")!.Value, StringComparer.Ordinal);

    private string[] Pairs()
    {
        string Fold(int fold) => _folder.WriteText($"fold{fold}.txt", string.Concat(
            from image in Enumerable.Range(0, 4)
            from same in (bool[])[true, false]
            select $"person{2 * fold}/{image}.jpg\tperson{(2 * fold) + (same ? 0 : 1)}/{(image + 1) % 8}.jpg\t{(same ? 1 : 0)}\n"));
        return ["--pairs", Fold(0), Fold(1)];
    }

    /// <summary>The first two people are enrolled with a face each; the other two are strangers.</summary>
    private string[] Lists()
    {
        string Write(string name, int[] people, int first, int end) => _folder.WriteText(name, string.Concat(from person in people from image in Enumerable.Range(first, end - first) select $"person{person}/{image}.jpg\n"));
        return ["--gallery", Write("gallery.txt", [0, 1], 0, 1), "--mated", Write("mated.txt", [0, 1], 1, 8), "--unmated", Write("unmated.txt", [2, 3], 0, 8)];
    }
}
