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
        Assert.Contains("is a file and no folder", Btnet.Run(["eval", "openset", "--model", package.Path, .. lists, "--plots", lists[1]]).Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
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

    [Fact]
    public void Ways_to_fuse_the_faces_of_people_who_are_enrolled_with_several_are_compared()
    {
        string[] several = ["eval", "openset", "--model", package.Path, .. Lists(), "--enrolled-faces", "3", "--gallery-resolution", "112,14", "--enrol", "2", "--trials", "3", "--cache", _folder.File("cache")];
        var said = Btnet.Run([.. several, "--record", _folder.File("results.csv")]).Expect(0).Output;
        Assert.Contains("3 random trials with a gallery of 2 of 4 people, each with 3 faces at 112, 14", said, StringComparison.Ordinal);
        foreach (var way in (string[])["max", "mean", "quality-mean", "clusters-2", "clusters-3"]) Assert.Contains($" {way} |", said, StringComparison.Ordinal);
        var line = Assert.Single(BTNet.Evaluation.Records.ResultRegistry.Read(_folder.File("results.csv")));
        Assert.Equal(("3", "112 14"), (line["faces of a person"], line["gallery at"]));
        Assert.Contains("rank 1 14 quality-mean mean", line.Keys);

        using var json = JsonDocument.Parse(Btnet.Run([.. several, "--templates", "max,clusters-9", "--resolutions", "14", "--json"]).Expect(0).Output);
        var results = json.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(["max", "clusters-9"], results.Select(result => result.GetProperty("templates").GetString()));
        // Of three faces nine clusters are three.
        Assert.Equal(results[0].GetProperty("rankOne").GetProperty("mean").GetDouble(), results[1].GetProperty("rankOne").GetProperty("mean").GetDouble());

        void Refused(string what, params string[] options) => Assert.Contains(what, Btnet.Run(["eval", "openset", "--model", package.Path, .. Lists(), .. options]).Expect(2).Errors.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Refused("give --enrolled-faces as well", "--templates", "max");
        Refused("'1' is no number of faces to fuse", "--enrolled-faces", "1");
        Refused("'best' is no way to fuse faces", "--enrolled-faces", "2", "--templates", "max,best");
        Refused("--plots shows the searches of one draw", "--enrolled-faces", "2", "--plots", _folder.File("plots"));
        Refused("people have 10 images or more, and 1 are to be enrolled with 9", "--enrolled-faces", "9");
    }

    [Fact]
    public void Random_trials_are_measured_as_a_table_as_JSON_and_as_lines_of_a_registry()
    {
        // Four people of eight pictures: one of them is enrolled in each trial.
        string[] trials = ["eval", "openset", "--model", package.Path, .. Lists(), "--trials", "3", "--enrol", "1", "--cache", _folder.File("cache")];
        var said = Btnet.Run([.. trials, "--record", _folder.File("results.csv")]).Expect(0);

        Assert.Contains("3 random trials with a gallery of 1 of 4 people at 112", said.Output, StringComparison.Ordinal);
        Assert.Contains("7 are then searches for enrolled people and 24 for strangers", said.Output, StringComparison.Ordinal);
        Assert.Contains("No TPIR at FPIR 1e-2: 3 of 3 trials cannot tell it", said.Output, StringComparison.Ordinal);
        var lines = BTNet.Evaluation.Records.ResultRegistry.Read(_folder.File("results.csv"));
        Assert.Equal(["enlarged", "branch"], lines.Select(line => line["way"]));
        Assert.All(lines, line => Assert.Equal(("3", "0", "1"), (line["trials"], line["seed"], line["enrolled"])));

        string Json(params string[] more)
        {
            var ended = Btnet.Run([.. trials, "--resolutions", "14", "--way", "branch", "--json", .. more]).Expect(0);
            Assert.Contains("embeddings were known and 0 computed", ended.Errors, StringComparison.Ordinal); // all are known from the first run
            return ended.Output;
        }

        Assert.Equal(Json(), Json("--seed", "0"));
        Assert.NotEqual(Json(), Json("--seed", "1"));
        using var read = JsonDocument.Parse(Json());
        Assert.Equal(("btnet-openset-trials", 3), (read.RootElement.GetProperty("format").GetString(), read.RootElement.GetProperty("reports")[0].GetProperty("results")[0].GetProperty("rankOne").GetProperty("trials").GetArrayLength()));
    }

    [Fact]
    public void Trials_that_cannot_be_meant_end_with_2_and_say_what_is_wrong()
    {
        void Says(string expected, params string[] more) => Assert.Contains(expected, Btnet.Run(["eval", "openset", "--model", package.Path, .. Lists(), .. more]).Expect(2).Errors, StringComparison.Ordinal);

        foreach (var trials in (string[])["0", "1", "-3", "ten", "1001", "2.5"]) Says($"'{trials}' is no number of trials; expected a whole number from 2 to 1000", "--trials", trials);
        Says("--seed is of random trials; give --trials as well", "--seed", "1");
        Says("--enrol is of random trials; give --trials as well", "--enrol", "1");
        Says("'-1' is no seed; expected a whole number from 0 to", "--trials", "2", "--seed", "-1");
        Says("'0' is no number of people; expected a whole number of at least 1", "--trials", "2", "--enrol", "0");
        Says("4 of 4 people have two images or more, and 5 are to be enrolled", "--trials", "2", "--enrol", "5");
        Says("all 4 people would be enrolled, and nobody is left as a stranger", "--trials", "2", "--enrol", "4");
        Says("--plots shows the searches of one draw, and --trials makes several", "--trials", "2", "--plots", _folder.File("plots"));
        Says("--report shows the searches of one draw, and --trials makes several", "--trials", "2", "--report", _folder.File("page.html"));
        Assert.False(Directory.Exists(_folder.File("plots")));
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
