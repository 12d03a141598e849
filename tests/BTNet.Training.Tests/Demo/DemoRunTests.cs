using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Checkpoints;
using BTNet.Training.Demo;

namespace BTNet.Training.Tests.Demo;

[Collection(nameof(TorchRandomness))]
public sealed class DemoRunTests
{
    [Fact]
    public void The_demo_trains_judges_both_ways_on_other_people_and_leaves_everything_to_look_at()
    {
        using var folder = new TemporaryFolder();
        List<string> said = [];
        var options = Small(folder.File("demo"));

        var result = DemoRun.Run(options, said.Add, TrainingObserver.None);

        Assert.Equal(["112x112", "112x14", "14x14"], result.Branches.Results.Select(measured => measured.Resolutions.ToString()));
        Assert.Equal(["112x112", "112x14", "14x14"], result.UpSampled.Results.Select(measured => measured.Resolutions.ToString()));
        Assert.Equal(result.UpSampled.Results[0].Scores, result.Branches.Results[0].Scores);
        Assert.NotEqual(result.UpSampled.Results[2].Scores, result.Branches.Results[2].Scores);
        Assert.All(result.Files, file => Assert.True(new FileInfo(file).Length > 100, $"{file} is missing or empty"));
        Assert.Equal(4, said.Count);
        var (_, trainedOn) = new ModelDirectory(Path.Combine(options.Output, "model")).LoadClassifier();
        Assert.Equal(8, trainedOn.Count);
        var judged = DemoFaces.Judged(options, trainedOn.Count);
        Assert.Empty(trainedOn.Intersect(Enumerable.Range(0, judged.Identities).Select(judged.IdentityName)));
    }

    [Fact]
    public void A_demo_that_is_run_again_gives_the_same_figures()
    {
        using var folder = new TemporaryFolder();
        var first = DemoRun.Run(Small(folder.File("demo")), _ => { }, TrainingObserver.None);
        var second = DemoRun.Run(Small(folder.File("demo")), _ => { }, TrainingObserver.None);
        Assert.Equal(first.Branches.Results.Select(result => result.Auc), second.Branches.Results.Select(result => result.Auc));
    }

    [Fact]
    public void A_demo_that_is_stopped_says_so()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => DemoRun.Run(Small(folder.File("demo")), _ => { }, TrainingObserver.None, cancellation: cancellation.Token));
    }

    private static DemoOptions Small(string output) => new()
    {
        Output = output,
        JudgedPeople = 6,
        JudgedImages = 4,
        Pairs = 40,
        Branches = [Resolution.Of(14)],
        TrunkOverrides = Overrides(new() { ["backbone.width"] = "4", ["backbone.embeddingSize"] = "16" }),
        BranchOverrides = Overrides([])
    };

    private static Dictionary<string, string> Overrides(Dictionary<string, string> more) => new(more)
    {
        ["data.renderedIdentities"] = "8",
        ["data.renderedImages"] = "3",
        ["optimization.epochs"] = "2",
        ["optimization.batch"] = "8",
        ["optimization.warmUpEpochs"] = "0",
        ["run.logEvery"] = "1"
    };
}
