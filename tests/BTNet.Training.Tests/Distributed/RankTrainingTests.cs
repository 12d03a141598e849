using BTNet.Resolutions;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Data;
using BTNet.Training.Tests.Golden;
using static BTNet.Training.Tests.Distributed.ShardedSoftmaxTests;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Distributed;

/// <summary>N ranks of batch B against one process of batch N x B.</summary>
public sealed class RankTrainingTests
{
    private const int Batch = 4;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_learn_step_by_step_what_one_process_learns_from_the_whole_batch(int ranks) => RankScenario.Run(ranks, GetType(), nameof(Whole));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void An_interrupted_run_goes_on_with_other_numbers_of_ranks(int ranks) => RankScenario.Run(ranks, GetType(), nameof(Resumed));

    [Fact]
    public void A_loss_that_is_no_number_on_one_rank_stops_all_and_names_its_batch() => RankScenario.Run(3, GetType(), nameof(NotANumber));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Trunks_and_branches_learn_on_ranks_that_see_the_same_images_with_other_names(int ranks) => RankScenario.Run(ranks, GetType(), nameof(Networks));

    internal static void Whole(IProcessGroup group)
    {
        var (ranked, alone) = (Model("ranked"), Model("alone"));
        Train(group, ranked);
        if (group.Rank > 0) return;
        Train(OneProcess.Instance, alone, Batch * group.Size);
        AssertSame(alone, ranked);
    }

    internal static void Resumed(IProcessGroup group)
    {
        var (straight, stopped) = (Model("straight"), Model("stopped"));
        Train(group, straight);
        // On all ranks, then in one process, then on all again.
        Assert.False(Train(group, stopped, stopAfter: 1).Finished);
        if (group.Rank == 0) Assert.False(Train(OneProcess.Instance, stopped, Batch * group.Size, stopAfter: 1).Finished);
        group.Barrier();
        List<string> said = [];
        Assert.True(Train(group, stopped, said: said).Finished);
        if (group.Rank > 0) return;
        Assert.Equal("trunk: resuming at step 2", said[0]);
        Assert.StartsWith($"trunk: begun on 1 rank(s), now on {group.Size}", said[1], StringComparison.Ordinal);
        AssertSame(straight, stopped);
    }

    internal static void NotANumber(IProcessGroup group)
    {
        var fault = Assert.Throws<InputException>(() => Train(group, Model("model"), notANumberAt: group.Rank == 1 ? 1 : null));
        Assert.True(Agreement.Is(fault));
        Assert.Contains("at step 1; lower", fault.Message, StringComparison.Ordinal);
        var named = fault.Message.Split('\n')[1..];
        Assert.StartsWith($"  rank 1 on {group.Host}, its batch: pattern ", Assert.Single(named), StringComparison.Ordinal);
        Assert.Equal(Batch, named[0].Split("pattern ").Length - 1);
    }

    internal static void Networks(IProcessGroup group)
    {
        // Rounding grows on its way through batch norms, and with each step.
        const double Rate = 1e-3;
        using var scope = NewDisposeScope();
        var (margin, optimization) = (new MarginOptions { Margin = 0.2, Scale = 8, SampleRate = 0.8 }, new OptimizationOptions());
        using var ranked = new TrunkLearner(SmallNetworks.Trunk(), SmallNetworks.Classifier(), [], margin, optimization, seed: 1, group: group);
        using var alone = new TrunkLearner(SmallNetworks.Trunk(), SmallNetworks.Classifier(), [], margin, optimization, seed: 1);
        var recipe = new BranchRecipe { Margin = margin, ClassificationWeight = 0.7 };
        using var trunk = SmallNetworks.Trunk();
        BranchLearner Learner(IProcessGroup? of) =>
            new(trunk, new Branch(trunk, Resolution.Of(14)), new BranchClassifier(SmallNetworks.Classifier(), [0, 1, 2, 3, 4, 5]), recipe, group: of);
        using var rankedBranch = Learner(group);
        using var aloneBranch = Learner(null);
        for (var step = 0; step < 3; step++)
        {
            var full = Wave.Image($"full{step}", Batch, 3, 112, 112);
            var reduced = nn.functional.avg_pool2d(full, 8);
            var labels = tensor(Enumerable.Range(0, Batch * group.Size).Select(image => (long)((5 * image) + step) % 6).ToArray());
            var own = labels.narrow(0, group.Rank * Batch, Batch);
            Tensor Repeated(Tensor images) => cat([.. Enumerable.Repeat(images, group.Size)]);

            AssertSame(alone.Step(Repeated(full), labels, Rate, step), ranked.Step(full, own, Rate, step), $"trunk, step {step}");
            AssertSame(aloneBranch.Step(Repeated(full), Repeated(reduced), labels, Rate, step), rankedBranch.Step(full, reduced, own, Rate, step), $"branch, step {step}");
        }

        AssertSame(alone, ranked);
        AssertSame(aloneBranch, rankedBranch);
    }

    /// <summary>Two epochs of images that differ from rank to rank, one of them broken.</summary>
    private static TrainingOutcome Train(IProcessGroup group, ModelDirectory model, int batch = Batch, int stopAfter = int.MaxValue, long? notANumberAt = null, List<string>? said = null)
    {
        using var scope = NewDisposeScope();
        var source = new MemorySource(26, item => item == 5 ? throw new InputException("broken") : TestFaces.Pattern(112, 112, item));
        using var learner = new LinearLearner(group, source.Identities, sampleRate: 0.6) { NotANumberAt = notANumberAt };
        var optimization = new OptimizationOptions { Epochs = 3, Batch = batch, LearningRate = 0.1, WarmUpEpochs = 0 };
        var run = new RunOptions { Workers = 1, LogEvery = 1 };
        var stopping = SmallTraining.Observer.StopsAfter(stopAfter);
        var observer = new TrainingObserver(stopping, line => said?.Add(line));
        var options = RunIdentity.Loader(TrunkView.Even, new DataOptions { GreatestBrokenShare = 0.5 }, new AugmentationOptions(), optimization, run, group);
        return new Trainer(learner, model, optimization, run, RunIdentity.Of(new TrunkRecipe { Optimization = optimization }, source, group), group)
            .Run(source, options, validate: null, observer, stopping.Cancellation);
    }

    private static ModelDirectory Model(string name) => new(Path.Combine(RankScenario.Folder, name));

    private static void AssertSame(ModelDirectory expected, ModelDirectory actual)
    {
        using var scope = NewDisposeScope();
        var (left, right) = (TensorFile.Read(Path.Combine(expected.Path, "linear.safetensors")).Tensors, TensorFile.Read(Path.Combine(actual.Path, "linear.safetensors")).Tensors);
        foreach (var (name, tensor) in left) AssertClose(tensor, right[name], name);
        var (losses, others) = (Losses(expected), Losses(actual));
        Assert.True(losses.Length >= 6);
        Assert.Equal(losses.Length, others.Length);
        Assert.All(losses.Zip(others), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static double[] Losses(ModelDirectory model) => [.. SmallTraining.Log(model, "trunk").Where(line => line["loss"] is not null).Select(line => (double)line["loss"]!)];

    private static void AssertSame(StepResult expected, StepResult actual, string what)
    {
        void Near(string name, double left, double right) => Assert.True(Math.Abs(left - right) < 1e-4 * Math.Max(1, Math.Abs(left)), $"{name} of {what}: {left}, {right}");
        Near("loss", expected.Total, actual.Total);
        Near("gradients' norm", expected.GradientNorm, actual.GradientNorm);
        Assert.Equal(expected.Parts.Keys.Order(), actual.Parts.Keys.Order());
        foreach (var (name, part) in expected.Parts) Near(name, part, actual.Parts[name]);
    }

    /// <summary>A batch's variance is measured without bias, so that of the whole batch differs from that of its equal parts.</summary>
    private static void AssertSame(ILearner expected, ILearner actual)
    {
        var whole = expected.State.ToDictionary(state => state.Name, state => state.Tensor);
        foreach (var (name, tensor) in actual.State.Where(state => !state.Name.EndsWith("running_var", StringComparison.Ordinal)))
            AssertClose(actual.Shards.TryGetValue(name, out var shards) ? whole[name].narrow(0, shards.First, shards.Count) : whole[name], tensor, $"{actual.Name}: {name}");
    }
}
