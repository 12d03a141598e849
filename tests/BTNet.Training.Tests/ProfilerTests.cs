using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using static BTNet.Training.Tests.SmallTraining;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class ProfilerTests
{
    private static readonly TrunkRecipe Recipe = Trunk with { Backbone = SmallNetworks.Spec with { Width = 8 } };
    private static readonly ProfileOptions Short = new() { Steps = 4, WarmUp = 1, Peak = new MachinePeak("float32", 100, 90) };

    [Fact]
    public void The_parts_of_a_trunks_step_are_those_of_its_network_and_add_up_to_the_step()
    {
        using var training = new SmallTraining();
        var model = training.Model();

        var profile = TrunkTraining.Profile(Recipe, training.Source(), model, Short);

        Assert.Equal(("trunk", 4, 1, 8.0), (profile.What, profile.Steps, profile.WarmUp, profile.Batch));
        Assert.Equal(
            [
                StepPart.Convolution3x3, StepPart.Convolution1x1, StepPart.Norm, StepPart.NormSlope, StepPart.NormShortcut, StepPart.Linear, StepPart.Classifier, StepPart.Clipping,
                StepPart.Optimizer, StepPart.ClassifierOptimizer, StepPart.DataWait, StepPart.InputTensor, StepPart.Measuring, StepPart.Other
            ],
            profile.Parts.Select(part => part.Part));
        AssertAddsUp(profile);
        foreach (var part in profile.Parts.Where(part => part.Part <= StepPart.Classifier))
            Assert.True(part.Seconds[StepPhase.Forward] > 0 && part.Seconds[StepPhase.Backward] > 0, part.Part.ToString());
        Assert.InRange(profile.DataWaitShare, 0, 1);
        Assert.Equal(8 / profile.Seconds, profile.ImagesPerSecond, 6);
        Assert.True(profile.Memory.ManagedBytesPerStep > 0);
        Assert.False(Directory.Exists(model.Path));
    }

    [Fact]
    public void What_is_computed_is_what_the_network_says_it_computes()
    {
        using var training = new SmallTraining();
        using var trunk = SmallNetworks.Trunk(Recipe.Backbone);

        var profile = TrunkTraining.Profile(Recipe, training.Source(), training.Model(), Short);

        var network = profile.Parts.Where(part => part.Part != StepPart.Classifier).ToList();
        Assert.Equal(8 * trunk.MultiplyAccumulates(), network.Sum(part => part.ForwardMultiplyAccumulates));
        // The images need no gradient; everything else has two.
        var stem = 8L * 112 * 112 * 27 * Recipe.Backbone.Width;
        Assert.Equal((2 * 8 * trunk.MultiplyAccumulates()) - stem, network.Sum(part => part.BackwardMultiplyAccumulates));
        var linear = profile.Parts.Single(part => part.Part == StepPart.Linear);
        Assert.Equal(2e-9 * linear.ForwardMultiplyAccumulates / linear.Seconds[StepPhase.Forward], linear.ForwardGflops, 9);
    }

    [Fact]
    public void Depthwise_convolutions_are_told_from_others()
    {
        using var training = new SmallTraining();
        var recipe = Recipe with { Backbone = SmallNetworks.Spec with { Name = "mobilefacenet", Width = 2, EmbeddingSize = 8 } };

        var profile = TrunkTraining.Profile(recipe, training.Source(), training.Model(), Short);

        Assert.Contains(profile.Parts, part => part.Part == StepPart.ConvolutionGrouped && part.ForwardMultiplyAccumulates > 0 && part.Seconds[StepPhase.Backward] > 0);
        AssertAddsUp(profile);
    }

    [Theory]
    [InlineData(BranchClassification.FrozenTrunkClassifier)]
    [InlineData(BranchClassification.FreshHead)]
    [InlineData(BranchClassification.DistillationOnly)]
    public void A_branchs_step_has_a_teacher_and_a_distillation_and_leaves_the_model_as_it_was(BranchClassification classification)
    {
        using var training = new SmallTraining();
        var model = WithTrunk(training, "model");
        var before = Directory.GetFiles(model.Path).Order().Select(file => (file, File.GetLastWriteTimeUtc(file))).ToList();

        var profile = BranchTraining.Profile(Branch with { Classification = classification }, Fourteen, training.Source(), model, Short);

        Assert.Equal("branch-14", profile.What);
        AssertAddsUp(profile);
        var parts = profile.Parts.ToDictionary(part => part.Part);
        Assert.True(parts[StepPart.Teacher].Seconds[StepPhase.Forward] > 0);
        Assert.Equal(0, parts[StepPart.Teacher].Seconds[StepPhase.Backward]);
        Assert.True(parts[StepPart.Distillation].Seconds[StepPhase.Backward] > 0);
        Assert.Equal(classification != BranchClassification.DistillationOnly, parts.ContainsKey(StepPart.Classifier));
        using var trunk = SmallNetworks.Trunk();
        Assert.Equal(8 * trunk.MultiplyAccumulates(), parts[StepPart.Teacher].ForwardMultiplyAccumulates);
        // Of the tail's matrix nothing is trained.
        Assert.Equal(parts[StepPart.Linear].ForwardMultiplyAccumulates, parts[StepPart.Linear].BackwardMultiplyAccumulates);
        Assert.Equal(before, Directory.GetFiles(model.Path).Order().Select(file => (file, File.GetLastWriteTimeUtc(file))));
    }

    [Fact]
    public void A_profile_may_be_longer_than_the_training_it_is_of()
    {
        using var training = new SmallTraining();
        var recipe = Recipe with { Optimization = Recipe.Optimization with { Epochs = 1, WarmUpEpochs = 0 } };
        List<WorkProgress> told = [];

        var profile = TrunkTraining.Profile(recipe, training.Source(), training.Model(), Short, new Told(told));

        Assert.Equal(4, profile.StepSeconds.Count);
        Assert.Equal([1L, 2, 3, 4, 5], told.Select(progress => progress.Done));
    }

    [Fact]
    public void Numbers_of_steps_that_cannot_be_meant_are_refused_all_at_once()
    {
        using var training = new SmallTraining();

        var fault = Assert.Throws<InputException>(() => TrunkTraining.Profile(Recipe, training.Source(), training.Model(), new ProfileOptions { Steps = 0, WarmUp = -1 }));

        Assert.Equal(["0 steps cannot be profiled; expected 1 to 10000", "-1 steps of warm-up are out of range; expected 0 to 10000"], fault.Faults);
        Assert.Throws<InputException>(() => TrunkTraining.Profile(Recipe, training.Source(), training.Model(), new ProfileOptions { Steps = 10_001 }));
    }

    [Fact]
    public void A_profile_can_be_cancelled()
    {
        using var training = new SmallTraining();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => TrunkTraining.Profile(Recipe, training.Source(), training.Model(), Short, progress: null, cancelled.Token));
    }

    /// <summary>To a hundredth of the step: what lies between is the reading of two clocks.</summary>
    private static void AssertAddsUp(StepProfile profile)
    {
        Assert.Equal(profile.Steps, profile.StepSeconds.Count);
        Assert.InRange(profile.Parts.Sum(part => part.TotalSeconds), 0.99 * profile.Seconds, 1.0001 * profile.Seconds);
    }

    private sealed class Told(List<WorkProgress> list) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => list.Add(value);
    }
}
