using System.Text.Json;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

/// <summary>The tiny model's graph for 112 pixels, taken for somebody else's recogniser, teaches the smallest trunk.</summary>
public sealed class DistilVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Onnx => Path.Combine(package.Path, "r112.onnx");

    private string Output => _folder.File("model");

    /// <summary>What is said of a command line that cannot be meant.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "--images {faces}", "--output" },
        { "--output {out} --images {faces} --input upside-down", "'upside-down' is no known input of recognisers" },
        { "--output {out} --images {faces} --set backbone.with=8", "backbone.with: no such option (did you mean width?)" },
        { "--output {out} --images {faces} --set loss.map=1 augmentation.views=0", "2 faults" },
        { "--output {out} --images {faces}", "too few to learn from; expected 200 pictures of faces at the least" }
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_be_done_ends_with_2_and_says_what_is_wrong(string arguments, string said)
    {
        var filled = arguments.Replace("{out}", Output, StringComparison.Ordinal).Replace("{faces}", tiny.Faces, StringComparison.Ordinal);
        var ended = Btnet.Run(["distil", Onnx, .. filled.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Expect(2);

        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }

    [Fact]
    public void A_distilled_trunk_can_be_exported_gets_branches_and_is_not_thrown_away_by_a_second_run()
    {
        string[] command =
        [
            "distil", Onnx, "--output", Output, "--input", "signed-rgb", "--epochs", "1", "--precision", "fp32", "--json", "--set", "backbone.width=8", "data.kind=rendered", "data.renderedIdentities=50",
            "data.renderedImages=4", "augmentation.views=1", "optimization.warmUpEpochs=0", "run.layout=channelsLast"
        ];

        var ended = Btnet.Run(command).Expect(0);

        using var json = JsonDocument.Parse(ended.Output);
        Assert.Equal(("trunk", true, 6), (json.RootElement.GetProperty("what").GetString(), json.RootElement.GetProperty("finished").GetBoolean(), json.RootElement.GetProperty("steps").GetInt32()));
        Assert.Contains("distilling", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("--fresh", Btnet.Run(command).Expect(2).Errors, StringComparison.Ordinal);
        var exported = _folder.File("package");
        Btnet.Run("export", Output, "--output", exported, "--faces", tiny.Faces).Expect(0);
        var one = Path.Combine(tiny.Faces, "person0", "0.jpg");
        Assert.StartsWith("cosine 1.0000", Btnet.Run("compare", one, one, "--model", exported).Expect(0).Output, StringComparison.Ordinal);

        // It has no classifier, and the pictures no labels.
        string[] branch = ["train", "branch", "--resolution", "14", "--recipe", tiny.BranchRecipe, "--data", tiny.Faces, "--model", Output, "--epochs", "1", "--set", "data.kind=pictures"];
        Assert.Contains("distillationOnly", Btnet.Run(branch).Expect(2).Errors, StringComparison.Ordinal);
        Btnet.Run([.. branch, "classification=distillationOnly"]).Expect(0);
    }

    [Fact]
    public void Its_help_speaks_of_no_branch_where_it_says_what_computes() =>
        Assert.DoesNotContain("branches are trained on", Btnet.Run("distil", "--help").Expect(0).Output, StringComparison.Ordinal);

    [Fact]
    public void A_state_is_thrown_away_only_where_there_can_be_another_training()
    {
        Directory.CreateDirectory(Output);
        var state = Path.Combine(Output, "trunk.progress.safetensors");
        File.WriteAllText(state, "a state");

        string[] drawn = ["--input", "signed-rgb", "--set", "data.kind=rendered", "data.renderedIdentities=50", "data.renderedImages=4", "backbone.width=8"];
        foreach (var (more, said) in ((string[], string)[])[
            ([], "too few to learn from"), (["--set", "backbone.embeddingSize=128"], "gives embeddings of 16"), ([.. drawn, $"startFrom={_folder.File("nowhere")}"], _folder.File("nowhere"))])
            Assert.Contains(said, Btnet.Run(["distil", Onnx, "--output", Output, "--images", tiny.Faces, "--fresh", .. more]).Expect(2).Errors, StringComparison.Ordinal);

        Assert.Equal("a state", File.ReadAllText(state));
    }

    public void Dispose() => _folder.Dispose();
}
