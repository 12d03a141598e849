using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data.Rendered;
using BTNet.Training.Recipes;
using static TorchSharp.torch;

namespace BTNet.Training.Tests;

/// <summary>The paper's third stage: going on from networks that were trained before, on other faces.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class FineTuningTests
{
    private static readonly BackboneSpec Spec = new() { Name = "iresnet10", Width = 4, EmbeddingSize = 16 };
    private static readonly Resolution Fourteen = Resolution.Of(14);

    [Fact]
    public void A_trunk_and_a_branch_start_from_the_weights_of_the_checkpoint_they_are_told()
    {
        using var folder = new TemporaryFolder();
        var before = new ModelDirectory(folder.File("before"));
        var after = new ModelDirectory(folder.File("after"));
        Directory.CreateDirectory(before.Path);
        using var trunk = new Trunk(Spec);
        using var branch = new Branch(trunk, Fourteen);
        before.Save(trunk, "{}");
        before.Save(branch, "{}");
        var people = new RenderedSource(seed: 3, identities: 4, imagesPerIdentity: 2);

        TrunkTraining.Run(
            new TrunkRecipe { Backbone = Spec, StartFrom = before.Path, Optimization = Crawl }, people, after, validate: null, TrainingObserver.None);
        BranchTraining.Run(
            new BranchRecipe { StartFrom = before.Path, Optimization = Crawl }, Fourteen, people, after, validate: null, TrainingObserver.None);

        using var tuned = after.LoadTrunk();
        using var tunedBranch = after.LoadBranch(tuned, Fourteen);
        AssertClose(trunk.Convolutions, tuned.Convolutions);
        AssertClose(branch.Trainable, tunedBranch.Trainable);
    }

    [Fact]
    public void A_trunk_of_another_backbone_is_no_start()
    {
        using var folder = new TemporaryFolder();
        var before = new ModelDirectory(folder.File("before"));
        Directory.CreateDirectory(before.Path);
        using (var trunk = new Trunk(Spec)) before.Save(trunk, "{}");
        var recipe = new TrunkRecipe { Backbone = Spec with { Width = 6 }, StartFrom = before.Path, Optimization = Crawl };
        var people = new RenderedSource(seed: 3, identities: 4, imagesPerIdentity: 2);

        var fault = Assert.Throws<InputException>(() => TrunkTraining.Run(
            recipe, people, new ModelDirectory(folder.File("after")), validate: null, TrainingObserver.None));
        Assert.Contains("width 4", fault.Message);
        Assert.Contains("width 6", fault.Message);
    }

    // Two steps too small to be seen: what comes out is what it started from.
    private static OptimizationOptions Crawl => new() { Epochs = 1, Batch = 4, LearningRate = 1e-9, WarmUpEpochs = 0, Schedule = ScheduleKind.Constant };

    private static void AssertClose(IEnumerable<Weight> expected, IEnumerable<Weight> actual)
    {
        using var scope = NewDisposeScope();
        var values = actual.ToDictionary(weight => weight.Key, weight => weight.Tensor);
        foreach (var weight in expected)
            Assert.True(allclose(weight.Tensor, values[weight.Key], atol: 1e-5), $"{weight.Key} did not start from the checkpoint");
    }
}
