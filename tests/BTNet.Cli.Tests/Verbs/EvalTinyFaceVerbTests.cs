using System.Text.Json;
using BTNet.Evaluation.Tests.Protocols.ClosedSet;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model, which knows nothing of faces, on rendered patterns in TinyFace's layout.</summary>
public sealed class EvalTinyFaceVerbTests(TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TinyFaceFolder _data = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_package_is_measured_as_tables_as_JSON_and_into_a_registry()
    {
        _data.Fill();
        var said = Btnet.Run("eval", "tinyface", _data.Root, "--model", package.Path, "--record", _folder.File("results.csv"), "--json", _folder.File("tinyface.json"), "--report", _folder.File("page.html"), "--show-faces").Expect(0);

        foreach (var part in (string[])["TinyFace: a gallery of 24 faces", "12 enrolled faces of 6 people, 12 of others", "rank 50 %", "mAP % by trapezoids", "where its faces went", "max ceil"]) Assert.Contains(part, said.Output, StringComparison.Ordinal);
        Assert.Contains("Cumulative match characteristic, Probe", File.ReadAllText(_folder.File("page.html")), StringComparison.Ordinal);
        Assert.Contains("<img", File.ReadAllText(_folder.File("page.html")), StringComparison.Ordinal);
        Assert.Contains("mAP by trapezoids max ceil Probe", File.ReadAllText(_folder.File("results.csv")), StringComparison.Ordinal);

        var json = Btnet.Run("eval", "tinyface", _data.TestingSet, "--model", package.Path, "--way", "branch", "--all-choices", "--json").Expect(0).Output;
        using var all = JsonDocument.Parse(json);
        using var written = JsonDocument.Parse(File.ReadAllText(_folder.File("tinyface.json")));
        var results = all.RootElement.GetProperty("reports").EnumerateArray().Single().GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(9, results.DistinctBy(result => (result.GetProperty("indicator").GetString(), result.GetProperty("rule").GetString())).Count());
        Assert.Equal(
            results.Single(result => result.GetProperty("indicator").GetString() == "max" && result.GetProperty("rule").GetString() == "ceil").ToString(), written.RootElement.GetProperty("reports")[1].GetProperty("results")[0].ToString());
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        Assert.Contains("ROOT", Btnet.Run("eval", "tinyface", "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("holds no Testing_Set", Btnet.Run("eval", "tinyface", _folder.Path, "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("--all-choices measures every indicator", Btnet.Run("eval", "tinyface", _folder.Path, "--model", package.Path, "--rule", "near", "--all-choices").Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("is a folder", Btnet.Run("eval", "tinyface", _data.Fill().Root, "--model", package.Path, "--report", _folder.Path).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_images_are_told_and_end_with_3()
    {
        _data.Fill();
        File.Delete(Path.Combine(_data.TestingSet, "Probe", "1_2.png"));
        var said = Btnet.Run("eval", "tinyface", _data.Root, "--model", package.Path, "--way", "branch", "--broken-share", "0.1").Expect(3);

        Assert.Contains("skipped Probe/1_2.png", said.Errors, StringComparison.Ordinal);
        Assert.Contains("1 faces were left out", said.Output, StringComparison.Ordinal);
        Assert.Contains("Unpack the data set again, or bear a greater share (--broken-share)", Btnet.Run("eval", "tinyface", _data.Root, "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _data.Dispose();
        _folder.Dispose();
    }
}
