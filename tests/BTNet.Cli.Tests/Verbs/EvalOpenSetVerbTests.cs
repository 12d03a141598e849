using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model's people as an open set.</summary>
public sealed class EvalOpenSetVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string[] People => [.. Directory.GetDirectories(tiny.Faces).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void A_package_is_measured_as_a_table_as_JSON_and_as_curves()
    {
        var lists = Lists();
        var said = Btnet.Run(["eval", "openset", "--model", package.Path, .. lists, "--plots", _folder.File("plots")]).Expect(0);

        Assert.Contains("rank 1 %", said.Output, StringComparison.Ordinal);
        Assert.Contains("No TPIR at FPIR 1e-2", said.Output, StringComparison.Ordinal);
        Assert.Equal(["openset-branch.png", "openset-upsample.png"], Directory.GetFiles(_folder.File("plots")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

        var json = Btnet.Run(["eval", "openset", "--model", package.Path, .. lists, "--way", "branch", "--resolutions", "14", "--json"]).Expect(0).Output;
        using var read = JsonDocument.Parse(json);
        var report = read.RootElement.GetProperty("reports").EnumerateArray().Single();
        Assert.Equal(14, report.GetProperty("results").EnumerateArray().Single().GetProperty("probes").GetInt32());
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        var lists = Lists();
        Assert.Contains("--gallery", Btnet.Run("eval", "openset", "--model", package.Path).Expect(2).Errors, StringComparison.Ordinal);
        Assert.Contains("13 is no resolution", Btnet.Run(["eval", "openset", "--model", package.Path, .. lists, "--resolutions", "13"]).Expect(2).Errors, StringComparison.Ordinal);
        lists[3] = lists[1];
        Assert.Contains("is given 2 times; expected a list of its own", Btnet.Run(["eval", "openset", "--model", package.Path, .. lists]).Expect(2).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_image_is_told_and_ends_with_3_where_that_is_borne()
    {
        var lists = Lists();
        File.AppendAllText(lists[5], "somebody/lost.jpg\n");

        var said = Btnet.Run(["eval", "openset", "--model", package.Path, .. lists, "--resolutions", "14", "--broken-share", "0.2"]).Expect(3);

        Assert.Contains("somebody/lost.jpg", said.Errors, StringComparison.Ordinal);
        Assert.Contains("1 faces were left out", said.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The first half of the people is enrolled with a face each; the other half are strangers.</summary>
    private string[] Lists()
    {
        string[] Faces(string person) => [.. Directory.GetFiles(Path.Combine(tiny.Faces, person)).Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(tiny.Faces, file))];
        var (known, strangers) = (People[..(People.Length / 2)], People[(People.Length / 2)..]);
        string Write(string name, IEnumerable<string> lines) => _folder.WriteText(name, string.Concat(lines.Select(line => line + "\n")));
        return
        [
            "--gallery", Write("gallery.txt", known.Select(person => Faces(person)[0])), "--mated", Write("mated.txt", known.SelectMany(person => Faces(person)[1..])), "--unmated",
            Write("unmated.txt", strangers.SelectMany(Faces)), "--root", tiny.Faces
        ];
    }
}
