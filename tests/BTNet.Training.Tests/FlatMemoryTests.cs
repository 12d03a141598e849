using BTNet.Resolutions;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Distributed;
using TorchSharp;

namespace BTNet.Training.Tests;

/// <summary>A training asks for no more memory the longer it runs: .NET's, torch's, and what the system gives the process.</summary>
[Collection(nameof(TorchRandomness))]
public sealed class FlatMemoryTests : IDisposable
{
    /// <summary>.NET's memory may grow by this, which is about 130 bytes a step over 3,000 steps.</summary>
    private const long ManagedBound = 384 << 10;

    /// <summary>The process's may, for malloc's and the garbage collector's own ways: about 8 KB a step over 3,000 steps, where
    /// one picture of a batch has 37 and as a tensor 150.</summary>
    private const long ResidentBound = 24 << 20;

    private readonly SmallTraining _training = new();

    // Of loader, loop, head, optimizer and log; the network is one matrix, since the steps of a real one take a hundred times as long.
    [Fact]
    public void Four_thousand_steps_of_a_matrix_take_no_more_memory_than_the_first_thousand() => AssertFlat(1_000, 4_000, observer =>
    {
        using var cache = PictureCache.Open(_training.Source(), Path.Combine(_training.Model().Path, "pictures"), 1_000_000_000)!;
        using var learner = new LinearLearner(OneProcess.Instance, cache.Identities, sampleRate: 0.5);
        var options = new FaceBatchLoaderOptions { BatchSize = 2, Workers = 1, View = new TrunkView([new ResolutionWeight(Resolution.Full)]) };
        new Trainer(learner, _training.Model(), ManySteps(SmallTraining.Trunk.Optimization), Quiet, "run").Run(cache, options, validate: null, new TrainingObserver(observer), observer.Stop);
    });

    [Fact]
    public void A_trunks_three_hundred_steps_take_no_more_memory_than_its_first_hundred() => AssertFlat(100, 300, observer => TrunkTraining.Run(
        SmallTraining.Trunk with { Optimization = ManySteps(SmallTraining.Trunk.Optimization), Run = Quiet },
        _training.Source(), _training.Model(), validate: null, new TrainingObserver(observer), observer.Stop));

    [Fact]
    public void A_branchs_four_thousand_steps_with_a_teacher_cache_take_no_more_memory_than_its_first_thousand()
    {
        var model = SmallTraining.WithTrunk(_training, "model");
        AssertFlat(1_000, 4_000, observer => BranchTraining.Run(
            SmallTraining.Branch with { Optimization = ManySteps(SmallTraining.Branch.Optimization), Augmentation = new AugmentationOptions { Views = 2 }, Run = Quiet },
            Resolution.Of(7), _training.Source(), model, validate: null, new TrainingObserver(observer), observer.Stop));
    }

    [Fact]
    public void A_branchs_four_hundred_steps_without_a_cache_take_no_more_memory_than_its_first_two_hundred()
    {
        var model = SmallTraining.WithTrunk(_training, "model");
        AssertFlat(200, 400, observer => BranchTraining.Run(
            SmallTraining.Branch with { Optimization = ManySteps(SmallTraining.Branch.Optimization), Run = Quiet },
            Resolution.Of(7), _training.Source(), model, validate: null, new TrainingObserver(observer), observer.Stop));
    }

    public void Dispose() => _training.Dispose();

    private static RunOptions Quiet => SmallTraining.Trunk.Run with { LogEvery = 500, SaveEvery = 100_000 };

    private static OptimizationOptions ManySteps(OptimizationOptions optimization) => optimization with { Batch = 2, Epochs = 2_000, LearningRate = 1e-4 };

    private static void AssertFlat(int early, int late, Action<Watch> train)
    {
        using var watch = new Watch(early, late);
        train(watch);
        var (before, after) = (watch.Seen[0], watch.Seen[1]);
        Assert.True(
            after.Tensors == before.Tensors && after.Managed - before.Managed < ManagedBound && after.Resident - before.Resident < ResidentBound,
            $"after {early} steps {before}, after {late} {after}");
    }

    private sealed record Memory(long Managed, long Resident, long Tensors)
    {
        public static Memory Now()
        {
            var tensors = LiveTensors.Count();
            return new Memory(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet, tensors);
        }
    }

    /// <summary>Looks at two steps, and stops at the second.</summary>
    private sealed class Watch(int early, int late) : IProgress<TrainingProgress>, IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        public CancellationToken Stop => _stop.Token;

        public List<Memory> Seen { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.Step == early || value.Step == late) Seen.Add(Memory.Now());
            if (value.Step == late) _stop.Cancel();
        }

        public void Dispose() => _stop.Dispose();
    }
}
