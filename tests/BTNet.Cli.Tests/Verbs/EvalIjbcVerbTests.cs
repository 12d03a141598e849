using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model's people in IJB-C's layout: two in each gallery, an enrolled template of two pictures each, and three probes of two.</summary>
public sealed class EvalIjbcVerbTests : IClassFixture<TinyPackage>, IDisposable
{
    private const int TemplatesEach = 4;
    // The usual five points of 112 pixels, in pictures of 64.
    private const string Points = "21.9 29.5 42.0 29.4 32.0 41.0 23.7 52.8 40.4 52.7";
    private readonly TemporaryFolder _folder = new();
    private readonly TinyPackage _package;

    public EvalIjbcVerbTests(TinyModel tiny, TinyPackage package)
    {
        _package = package;
        Directory.CreateDirectory(_folder.File("loose_crop"));
        Directory.CreateDirectory(_folder.File("meta"));
        string[] people = [.. Directory.GetDirectories(tiny.Faces).Order(StringComparer.Ordinal)];
        var pictures = people.SelectMany((person, p) => Directory.GetFiles(person).Order(StringComparer.Ordinal).Select((file, i) => (File: file, Name: $"{(8 * p) + i}.jpg", Template: (TemplatesEach * p) + (i / 2)))).ToList();
        foreach (var picture in pictures) File.Copy(picture.File, _folder.File($"loose_crop/{picture.Name}"));
        Write("face_tid_mid.txt", pictures.Select((picture, i) => $"{picture.Name} {picture.Template} {i}"));
        Write("name_5pts_score.txt", pictures.Select(picture => $"{picture.Name} {Points} 0.9"));
        var (enrolled, probes) = (Enumerable.Range(0, people.Length).Select(person => TemplatesEach * person).ToList(), Enumerable.Range(0, TemplatesEach * people.Length).Where(template => template % TemplatesEach > 0).ToList());
        Write("template_pair_label.txt", enrolled.SelectMany(one => probes.Select(other => $"{one} {other} {(one / TemplatesEach == other / TemplatesEach ? 1 : 0)}")));
        void Subjects(string name, IEnumerable<int> templates) => Write(name, templates.Select(template => $"{template},{template / TemplatesEach}").Prepend("TEMPLATE_ID,SUBJECT_ID"));
        Subjects("1N_gallery_G1.csv", enrolled[..2]);
        Subjects("1N_gallery_G2.csv", enrolled[2..]);
        Subjects("1N_probe_mixed.csv", probes);
    }

    [Fact]
    public void A_package_is_measured_as_tables_as_JSON_and_as_curves()
    {
        var said = Run("--plots", _folder.File("plots"), "--report", _folder.File("page.html"), "--record", _folder.File("results.csv")).Expect(0);

        foreach (var part in (string[])["1:1", "1:N", "| 112x14 ", "No TAR at FAR 1e-2: needs 100 pairs of two people, there are 36", "G1: 2 people enrolled, 6 searches for them, 6 for others."]) Assert.Contains(part, said.Output, StringComparison.Ordinal);
        Assert.Equal(["ijbc-roc-branch.png", "ijbc-roc-upsample.png"], Directory.GetFiles(_folder.File("plots")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

        var page = File.ReadAllText(_folder.File("page.html"));
        foreach (var part in (string[])["Templates (IJB-C)", "ROC, small faces by branch", "Gallery G2", "TAR at FAR 1e-1, both templates at the resolution", "ijbc_template_pair_label.txt, ", "ijbc_1N_gallery_G2.csv, "]) Assert.Contains(part, page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Run("--match", "112x14", "--report", _folder.File("faces.html"), "--show-faces").Expect(0);
        Assert.Contains("<img", File.ReadAllText(_folder.File("faces.html")), StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(_folder.File("results.csv")).Length);
        Assert.Contains("rank 1 112x14", File.ReadAllLines(_folder.File("results.csv"))[0], StringComparison.Ordinal);

        using var read = JsonDocument.Parse(Run("--way", "branch", "--match", "112x14", "--aggregate", "112&14", "--weight", "both", "--flip", "--json").Expect(0).Output);
        Assert.Equal("btnet-ijbc", read.RootElement.GetProperty("format").GetString());
        var report = read.RootElement.GetProperty("reports").EnumerateArray().Single();
        Assert.Equal(["112x14", "112&14"], report.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("mode").GetString()));
        Assert.Equal(("both", true), (report.GetProperty("weight").GetString(), report.GetProperty("flipAveraging").GetBoolean()));
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        Assert.Contains("'112x14' is no aggregate", Run("--aggregate", "112x14").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("there is no branch for 7", Run("--match", "112x7", "--way", "branch").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("(--way branch)", Run("--weight", "quality").Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("is not calibrated; calibrate it with faces of people", Run("--weight", "quality", "--way", "branch").Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("'length' not recognized", Run("--weight", "length").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("loose_crop: there is no such folder", Btnet.Run("eval", "ijbc", _folder.File("meta"), "--model", _package.Path).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("is a folder; expected the name of a file to write", Btnet.Run("eval", "ijbc", _folder.File("nowhere"), "--model", _package.Path, "--json", _folder.Path).Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Write("name_5pts_score.txt", Enumerable.Range(0, 32).Select(i => $"{i}.jpg {Points} {(i == 5 ? -0.9 : 0.9).ToString(System.Globalization.CultureInfo.InvariantCulture)}"));
        Assert.Contains("1 of 32 images have a detector's score of 0 or below, first of them 5.jpg with -0.9", Run("--weight", "both").Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Write("template_pair_label.txt", ["0 1 1", "0 1"]);
        var said = Run().Expect(2).Errors;
        Assert.Contains("ijbc_template_pair_label.txt:2: 2 fields instead of 3; expected 'template template 1 or 0'", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_broken_images_are_told_and_end_with_3_where_that_is_borne()
    {
        File.Delete(_folder.File("loose_crop/2.jpg"));
        File.Delete(_folder.File("loose_crop/3.jpg"));
        File.WriteAllText(_folder.File("loose_crop/4.jpg"), "no picture");

        Assert.Contains("2 of 32 images of the lists are missing", Run().Expect(2).Errors, StringComparison.Ordinal);
        var said = Run("--broken-share", "0.1", "--match", "14x14").Expect(3);

        foreach (var part in (string[])["skipped 2.jpg", "skipped 4.jpg", "skipped template 1: no image of it is there"]) Assert.Contains(part, said.Errors, StringComparison.Ordinal);
        Assert.Contains("Left out: 3 images that are missing or broken, 1 templates without any, 4 pairs and 2 searches of these.", said.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Ended Run(params string[] more) => Btnet.Run(["eval", "ijbc", _folder.Path, "--model", _package.Path, .. more]);

    private void Write(string name, IEnumerable<string> lines) => _folder.WriteText($"meta/ijbc_{name}", string.Concat(lines.Select(line => line + "\n")));
}
