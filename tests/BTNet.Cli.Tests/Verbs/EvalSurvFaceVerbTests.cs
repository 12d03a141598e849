using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model, which knows nothing of faces, on the small set in QMUL-SurvFace's form beside the checkout.</summary>
public sealed class EvalSurvFaceVerbTests(TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private const string TestSet = "Face_Identification_Test_Set";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_package_is_measured_as_tables_as_JSON_and_as_curves()
    {
        var root = SharedData.Require("formats", "survface");
        var said = Btnet.Run("eval", "survface", root, "--model", package.Path, "--plots", _folder.File("plots"), "--report", _folder.File("page.html"), "--show-faces", "--record", _folder.File("results.csv")).Expect(0);

        foreach (var part in (string[])["TPIR20 % @ FPIR 0.01", "a gallery of 60 people", "177 enrolled faces, 193 searches for enrolled people, 150 for strangers", "where its faces went", "max ceil"]) Assert.Contains(part, said.Output, StringComparison.Ordinal);
        Assert.Equal(["survface-normalised.png", "survface-raw.png"], Directory.GetFiles(_folder.File("plots")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

        var page = File.ReadAllText(_folder.File("page.html"));
        foreach (var part in (string[])["Surveillance faces (QMUL-SurvFace)", "TPIR20 against FPIR", "What it costs", "How this page was made", root, "gallery_img_ID_pairs.mat, ", "mated_probe_img_ID_pairs.mat, ", "SHA-256", "<img", "mated_probe/", "published by the method"]) Assert.Contains(part, page, StringComparison.Ordinal);
        foreach (var part in (string[])["mated,unmated,pairs", ",193,150,0,", "TPIR20 at FPIR 3e-1 max ceil raw", "There is no Face_Verification_Test_Set"]) Assert.Contains(part, File.ReadAllText(_folder.File("results.csv")), StringComparison.Ordinal);

        // The folder itself is a root too.
        var json = Btnet.Run("eval", "survface", Path.Combine(root, TestSet), "--model", package.Path, "--way", "branch", "--all-choices", "--json").Expect(0).Output;
        using var read = JsonDocument.Parse(json);
        var results = read.RootElement.GetProperty("reports").EnumerateArray().Single().GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(9, results.DistinctBy(result => (result.GetProperty("indicator").GetString(), result.GetProperty("rule").GetString())).Count());

        json = Btnet.Run("eval", "survface", root, "--model", package.Path, "--way", "branch", "--indicator", "min", "--rule", "floor", "--json").Expect(0).Output;
        using var one = JsonDocument.Parse(json);
        var result = one.RootElement.GetProperty("reports")[0].GetProperty("results").EnumerateArray().Single();
        Assert.Equal(("min", "floor"), (result.GetProperty("indicator").GetString(), result.GetProperty("rule").GetString()));
        Assert.Equal(
            results.Single(other => other.GetProperty("indicator").GetString() == "min" && other.GetProperty("rule").GetString() == "floor").GetProperty("identification").ToString(), result.GetProperty("identification").ToString());
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        Assert.Contains("ROOT", Btnet.Run("eval", "survface", "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("holds no Face_Identification_Test_Set", Btnet.Run("eval", "survface", _folder.Path, "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("--all-choices measures every indicator", Btnet.Run("eval", "survface", _folder.Path, "--model", package.Path, "--rule", "near", "--all-choices").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("expected average, max, min", Btnet.Run("eval", "survface", _folder.Path, "--model", package.Path, "--indicator", "longest").Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_could_be_written_is_told_before_anything_is_read()
    {
        var file = _folder.WriteText("file", "");
        foreach (var (option, place, said) in ((string, string, string)[])
        [
            ("--json", _folder.Path, "is a folder; expected the name of a file to write"), ("--json", Path.Combine(file, "a.json"), "is a file and no folder"), ("--plots", file, "is a file and no folder"),
            ("--report", _folder.Path, "is a folder"), ("--record", _folder.Path, "is a folder; expected the name of a CSV file")
        ]) Assert.Contains(said, Btnet.Run("eval", "survface", _folder.File("nowhere"), "--model", package.Path, option, place).Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_of_the_registry_is_kept_whatever_cannot_be_written_afterwards()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("needs a folder that nobody can write to, such as Linux's /proc");
        var said = Btnet.Run(
            "eval", "survface", SharedData.Require("formats", "survface"), "--model", package.Path, "--way", "upsample", "--record", _folder.File("results.csv"), "--json", "/proc/btnet-survface.json").Expect(2);

        Assert.Contains("/proc/btnet-survface.json: could not be written", said.Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(_folder.File("results.csv")).Length);
        Assert.Contains("TPIR20 % @ FPIR 0.01", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_images_are_told_and_end_with_3_and_a_list_that_is_cut_short_with_2()
    {
        var root = Copy(SharedData.Require("formats", "survface", TestSet));
        File.Delete(Directory.GetFiles(Path.Combine(root, TestSet, "mated_probe")).Order(StringComparer.Ordinal).First());
        var said = Btnet.Run("eval", "survface", root, "--model", package.Path, "--way", "branch").Expect(3);

        Assert.Contains("skipped mated_probe/0001_", said.Errors, StringComparison.Ordinal);
        Assert.Contains("1 faces were left out", said.Output, StringComparison.Ordinal);
        Assert.Contains("more than the", Btnet.Run("eval", "survface", root, "--model", package.Path, "--broken-share", "0").Expect(2).Errors, StringComparison.Ordinal);

        var list = Path.Combine(root, TestSet, "gallery_img_ID_pairs.mat");
        File.WriteAllBytes(list, File.ReadAllBytes(list)[..5000]);
        var cut = Btnet.Run("eval", "survface", root, "--model", package.Path).Expect(2).Errors;
        Assert.Contains("gallery_img_ID_pairs.mat, byte 128: an element needs 12800 more bytes where 4864 are left: the file is cut off or damaged", cut.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Copy(string testSet)
    {
        foreach (var file in Directory.GetFiles(testSet, "*", SearchOption.AllDirectories))
        {
            var path = Path.Combine(_folder.Path, TestSet, Path.GetRelativePath(testSet, file));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Not a copy of the file, which would be as little to be written to as the original.
            File.WriteAllBytes(path, File.ReadAllBytes(file));
        }

        return _folder.Path;
    }
}
