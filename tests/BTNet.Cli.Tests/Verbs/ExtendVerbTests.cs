using System.Text.Json;
using BTNet.Cli.Verbs;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training;
using BTNet.Training.Branches;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model's graph for 112 pixels, with its weights in a file, taken for somebody else's recogniser.</summary>
public sealed class ExtendVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Onnx => Path.Combine(package.Path, "r112.onnx");

    private string Output => _folder.File("extended");

    /// <summary>Drawn faces, and the smallest branch for one epoch.</summary>
    private string[] Small => [
        "--output", Output, "--resolutions", "14", "--epochs", "1", "--precision", "fp32", "--set", "optimization.warmUpEpochs=0", "data.kind=rendered", "data.renderedIdentities=50", "data.renderedImages=4", "augmentation.views=1",
        "branch.blocks=residual", "tail.change=scaleAndShift", "branch.width=8", "branch.depth=0", "run.layout=channelsLast"];

    /// <summary>What is said of a command line that cannot be meant.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "", "--output is missing; expected a folder for the package" },
        { "--output {out} --resolutions 112 --images {faces}", "--resolutions 112: faces of that size enter the recogniser itself; expected some of 56, 28, 14 and 7" },
        { "--output {out} --resolutions 13 --images {faces}", "13 is no resolution of the pyramid" },
        { "--output {out} --images {faces} --input upside-down", "'upside-down' is no known input of recognisers; expected one of signed-rgb" },
        { "--output {out} --images {faces} --set branch.with=8", "branch.with: no such option (did you mean width?)" },
        { "--output {out} --images {faces} --set tail.rank=0 loss.map=-1", "2 faults" },
        { "--output {out} --images {faces} --device cuda:9", "there is no" },
        { "--output {out} --images {faces} --profile 5", "--profile" },
        { "--output {out}", "--data" },
        { "--output {out} --images {nowhere}", "no such folder" },
        // Thirty-two pictures.
        { "--output {out} --images {faces}", "too few to learn from; expected 200 pictures of faces at the least" }
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_done_ends_with_2_and_says_what_is_wrong(string arguments, string said)
    {
        var filled = arguments.Replace("{out}", Output, StringComparison.Ordinal).Replace("{faces}", tiny.Faces, StringComparison.Ordinal).Replace("{nowhere}", _folder.File("nowhere"), StringComparison.Ordinal);
        AssertRefused(said, ["extend", Onnx, .. filled.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.False(Directory.Exists(Output) || Directory.Exists($"{Output}.training"));
    }

    [Fact]
    public void A_file_that_is_no_recogniser_is_refused_and_named()
    {
        var (text, lonely) = (_folder.WriteText("net.onnx", "This is no network."), _folder.File("lonely.onnx"));
        File.Copy(Onnx, lonely);

        AssertRefused($"{text} cannot be read", "extend", text, "--output", Output, "--images", tiny.Faces);
        AssertRefused("weights.bin", "extend", lonely, "--output", Output, "--images", tiny.Faces);
        AssertRefused(_folder.File("missing.onnx"), "extend", _folder.File("missing.onnx"), "--joins");
    }

    [Fact]
    public void A_detector_is_refused_as_one()
    {
        var detector = SharedData.Require("models", "face_detection_yunet_2023mar.onnx");
        AssertRefused("expected a recogniser", "extend", detector, "--output", Output, "--images", tiny.Faces);
    }

    [Fact]
    public void Joins_are_listed_with_those_that_are_taken()
    {
        var lines = Btnet.Run("extend", Onnx, "--joins").Expect(0).Output.Split('\n');

        Assert.Contains("million multiply-accumulates, embeddings of 16", lines[0], StringComparison.Ordinal);
        foreach (var side in (string[])["56", "28", "14", "7"]) Assert.Single(lines, line => line.TrimEnd().EndsWith($" {side} |", StringComparison.Ordinal));
        foreach (var side in (string[])["56", "28", "14", "7"]) Assert.Single(lines, line => line.Split('|') is { Length: > 6 } columns && columns[6].Trim() == side);
        Assert.Contains(lines, line => line.Contains("--set join=MAP", StringComparison.Ordinal));
    }

    [Fact]
    public void Joins_are_told_as_JSON()
    {
        using var json = JsonDocument.Parse(Btnet.Run("extend", Onnx, "--joins", "--json").Expect(0).Output);

        Assert.Equal(16, json.RootElement.GetProperty("embeddingSize").GetInt32());
        var joins = json.RootElement.GetProperty("joins").EnumerateArray().ToList();
        Assert.Contains(joins, join => join.GetProperty("side").GetInt32() == 14 && join.GetProperty("channels").GetInt32() > 0);
        Assert.All(joins, join => Assert.InRange(join.GetProperty("tailMultiplyAccumulates").GetInt64(), 0, json.RootElement.GetProperty("multiplyAccumulates").GetInt64()));
    }

    [Fact]
    public void An_extension_ends_with_its_worth_and_its_package_serves_the_other_verbs()
    {
        var said = Btnet.Run(["extend", Onnx, .. Small]).Expect(0);

        Assert.StartsWith(Output, said.Output, StringComparison.Ordinal);
        Assert.Single(said.Output.Split('\n'), line => line.StartsWith("| 14 ", StringComparison.Ordinal));
        Assert.Contains("of 8 faces that were not trained on, of people who may have been trained on", said.Output, StringComparison.Ordinal);
        Assert.Contains("pixels: ", said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Errors, StringComparison.Ordinal);
        // Drawn faces teach nothing of what real ones look like.
        Assert.Null(Models.ModelPackage.Open(Output).Manifest.FaceAppearance);

        var (table, one) = (_folder.File("faces.csv"), Path.Combine(tiny.Faces, "person0", "0.jpg"));
        Assert.Contains("recogniser of others: r112/r112.onnx", Btnet.Run("info", Output).Expect(0).Output, StringComparison.Ordinal);
        Btnet.Run("embed", tiny.Faces, "--model", Output, "--out", table).Expect(0);
        Assert.Equal(32, File.ReadLines(table).Count(line => line.Contains(".jpg", StringComparison.Ordinal)));
        Assert.StartsWith("cosine 1.0000", Btnet.Run("compare", one, one, "--model", Output).Expect(0).Output, StringComparison.Ordinal);

        // The branch is there: it is not trained again, and told as JSON.
        var again = Btnet.Run(["extend", Onnx, .. Small, "--json"]).Expect(0);
        Assert.Contains("branch-14: is trained already", again.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(again.Output);
        Assert.True(json.RootElement.GetProperty("finished").GetBoolean());
        var worth = json.RootElement.GetProperty("worth").EnumerateArray().Single();
        Assert.Equal(8, worth.GetProperty("faces").GetInt32());
        Assert.InRange(worth.GetProperty("branch").GetDouble(), -1, 1);
    }

    [Fact]
    public void Branches_lie_where_it_was_said_and_are_trained_anew_and_judged_on_pairs_where_that_is_asked_for()
    {
        var work = _folder.File("branches");
        string[] command = ["extend", Onnx, "--work", work, "--input", "signed-rgb", .. Small];
        Btnet.Run(command).Expect(0);
        Assert.True(File.Exists(Path.Combine(work, "branch-14.safetensors")));
        Assert.False(Directory.Exists($"{Output}.training"));

        var other = Btnet.Run([.. command, "--seed", "2"]).Expect(2);
        Assert.Contains("is trained already", other.Errors, StringComparison.Ordinal);

        string[] lists = [.. Enumerable.Range(0, 2).Select(fold => _folder.WriteText($"{fold}.txt", string.Concat(Enumerable.Range(0, 8).Select(image =>
            $"person{fold}/{image}.jpg\tperson{fold}/{(image + 1) % 8}.jpg\t1\nperson{fold}/{image}.jpg\tperson{fold + 2}/{image}.jpg\t0\n"))))];
        var again = Btnet.Run([.. command, "--seed", "2", "--fresh", "--json", "--validation-pairs", .. lists, "--validation-root", tiny.Faces]).Expect(0);

        Assert.Contains("branch-14: step 6: 112x14 ", again.Errors, StringComparison.Ordinal);
        Assert.Contains("cosine ", again.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(again.Output);
        Assert.Equal(["112x112", "112x14", "14x14"], json.RootElement.GetProperty("pairs").EnumerateArray().Select(pair => pair.GetProperty("pair").GetString()));
    }

    [Theory]
    [InlineData(0.5, 99, null)]
    [InlineData(0.5, 100, "takes as many multiply-accumulates as the recogniser; --set branch.size=light")]
    [InlineData(0.5, 101, "takes more multiply-accumulates than the recogniser; --set branch.size=light")]
    [InlineData(0.4, 99, "does not pay")]
    public void A_branch_that_is_not_worth_it_is_named_with_the_reason(double branch, long cost, string? said)
    {
        var remark = ExtendVerb.Remark(new BranchWorth(Resolution.Of(14), 8, Enlarged: 0.4, branch, cost, OfRecogniser: 100), new BranchShape { Blocks = BranchBlocks.Residual });

        if (said is null) Assert.Null(remark);
        else Assert.Contains(said, remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_on_enlarged_faces_end_with_a_table_and_no_package()
    {
        var command = Small.Where(option => !option.StartsWith("branch.", StringComparison.Ordinal)).Append("branch.blocks=enlarged").ToArray();

        var said = Btnet.Run(["extend", Onnx, "--input", "signed-rgb", .. command]).Expect(0);

        Assert.StartsWith($"{Output}.training: the recogniser's layers on enlarged faces", said.Output, StringComparison.Ordinal);
        Assert.Single(said.Output.Split('\n'), line => line.StartsWith("| 14 ", StringComparison.Ordinal));
        Assert.DoesNotContain("branch.size", said.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Output));
        using var json = JsonDocument.Parse(Btnet.Run(["extend", Onnx, "--input", "signed-rgb", "--json", .. command]).Expect(0).Output);
        Assert.True(json.RootElement.GetProperty("finished").GetBoolean());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("export").ValueKind);
        Assert.Single(json.RootElement.GetProperty("worth").EnumerateArray());
    }

    [Fact]
    public void What_a_branch_would_see_is_drawn_into_a_picture_and_nothing_is_trained()
    {
        var picture = _folder.File("views.png");

        var said = Btnet.Run("extend", Onnx, "--resolutions", "14", "--images", tiny.Faces, "--show-views", picture).Expect(0);
        Assert.StartsWith($"{picture}: 3 faces as the recogniser and the branch of 14 would see them in 8 epochs", said.Output, StringComparison.Ordinal);
        var drawn = File.ReadAllBytes(picture);
        Assert.InRange(Faces.FaceDecoder.Decode(drawn, picture).Width, 8 * 56, 10_000);

        File.Delete(picture);
        using var json = JsonDocument.Parse(Btnet.Run("extend", Onnx, "--resolutions", "14", "--images", tiny.Faces, "--show-views", picture, "--json").Expect(0).Output);
        Assert.Equal((picture, 14, 3, 8), (json.RootElement.GetProperty("picture").GetString(), json.RootElement.GetProperty("resolution").GetInt32(), json.RootElement.GetProperty("faces").GetInt32(), json.RootElement.GetProperty("epochs").GetInt32()));
        Assert.Equal(drawn, File.ReadAllBytes(picture));

        AssertRefused("no such folder", "extend", Onnx, "--resolutions", "14", "--images", _folder.File("nowhere"), "--show-views", picture);
        Assert.Equal([Path.GetFileName(picture)], Directory.GetFileSystemEntries(_folder.Path).Select(file => Path.GetFileName(file)));
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(string said, params string[] command)
    {
        var ended = Btnet.Run(command).Expect(2);
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }
}
