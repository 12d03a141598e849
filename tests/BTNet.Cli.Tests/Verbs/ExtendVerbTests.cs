using System.Text.Json;
using BTNet.TestSupport;

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
        "branch.width=8", "branch.depth=0", "run.layout=channelsLast"];

    /// <summary>What is said of a command line that cannot be meant.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "", "--output is missing; expected a folder for the package" },
        { "--output {out} --resolutions 112 --images {faces}", "--resolutions 112: faces of that size enter the recogniser itself; expected some of 56, 28, 14 and 7" },
        { "--output {out} --resolutions 13 --images {faces}", "13 is no resolution of the pyramid" },
        { "--output {out} --images {faces} --input upside-down", "'upside-down' is no known input of recognisers; expected one of signed-rgb" },
        { "--output {out} --images {faces} --set branch.with=8", "branch.with: no such option (did you mean width?)" },
        { "--output {out} --images {faces} --set tail.rank=0 loss.map=-1", "2 faults" },
        { "--output {out} --images {faces} --device cuda", "run.device: cuda; branches for a recogniser are trained on the processor alone" },
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
        Assert.Contains("of 8 faces that were not trained on", said.Output, StringComparison.Ordinal);
        Assert.Contains("pixels: ", said.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said.Errors, StringComparison.Ordinal);

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

    public void Dispose() => _folder.Dispose();

    private static void AssertRefused(string said, params string[] command)
    {
        var ended = Btnet.Run(command).Expect(2);
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }
}
