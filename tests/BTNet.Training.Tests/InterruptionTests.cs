using System.Globalization;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Data;
using TorchSharp;

namespace BTNet.Training.Tests;

[Collection(nameof(TorchRandomness))]
public sealed class InterruptionTests : IDisposable
{
    private static readonly TrunkRecipe Recipe = new()
    {
        Backbone = new BackboneSpec { Name = "iresnet10", Width = 2, EmbeddingSize = 4 },
        Margin = new MarginOptions { Kind = MarginKind.CosFace },
        Optimization = new OptimizationOptions { Epochs = 2, Batch = 4, WarmUpEpochs = 0 },
        Run = new RunOptions { EvaluateEvery = 2, SaveEvery = 1000, Workers = 1 }
    };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_training_interrupted_while_it_is_judged_saves_the_steps_so_far()
    {
        var model = new ModelDirectory(_folder.Path);

        var outcome = Interrupted(model);

        Assert.False(outcome.Finished);
        Assert.Equal(2, outcome.Steps);
        Assert.Equal("2", TensorFile.ReadMetadata(model.ProgressFile("trunk"))["step"]);

        List<string> said = [];
        Assert.True(TrunkTraining.Run(Recipe, new MemorySource(12), model, validate: null, new TrainingObserver(Message: said.Add)).Finished);
        Assert.Equal(["trunk: resuming at step 2"], said);
    }

    [Fact]
    public void A_training_resumed_with_another_number_of_torch_threads_says_that_the_bits_will_differ()
    {
        var model = new ModelDirectory(_folder.Path);
        Interrupted(model);
        Say(model, "48");

        List<string> said = [];
        Assert.True(TrunkTraining.Run(Recipe, new MemorySource(12), model, validate: null, new TrainingObserver(Message: said.Add)).Finished);

        Assert.Equal("trunk: resuming at step 2", said[0]);
        Assert.StartsWith("trunk: the steps so far ran with 48 torch threads, this process has 1: sums are added in another order", said[1], StringComparison.Ordinal);
        Assert.EndsWith("start it with OMP_NUM_THREADS=48", said[1], StringComparison.Ordinal);
        Assert.Contains("\"torchThreads\":[1,48]", TensorFile.ReadMetadata(Path.Combine(model.Path, "trunk.safetensors"))["provenance"], StringComparison.Ordinal);
    }

    [Fact]
    public void What_ran_with_several_numbers_of_threads_says_so_at_every_further_resumption_and_promises_no_bits()
    {
        var model = new ModelDirectory(_folder.Path);
        Interrupted(model);
        Say(model, "1,48");

        List<string> said = [];
        TrunkTraining.Run(Recipe, new MemorySource(12), model, validate: null, new TrainingObserver(Message: said.Add));

        Assert.Contains("ran with 1 and 48 torch threads", said[1], StringComparison.Ordinal);
        Assert.DoesNotContain("OMP_NUM_THREADS", said[1], StringComparison.Ordinal);
    }

    private static void Say(ModelDirectory model, string threads)
    {
        var file = model.ProgressFile("trunk");
        var metadata = TensorFile.ReadMetadata(file).ToDictionary();
        Assert.Equal(torch.get_num_threads().ToString(CultureInfo.InvariantCulture), metadata["threads"]);
        metadata["threads"] = threads;
        var (state, _) = TensorFile.Read(file);
        TensorFile.Write(file, state.Select(entry => (entry.Key, entry.Value)), metadata);
        foreach (var tensor in state.Values) tensor.Dispose();
    }

    private static TrainingOutcome Interrupted(ModelDirectory model)
    {
        using var interruption = new CancellationTokenSource();
        return TrunkTraining.Run(Recipe, new MemorySource(12), model, (_, cancellation) =>
        {
            interruption.Cancel();
            cancellation.ThrowIfCancellationRequested();
            return new Dictionary<string, double>();
        }, TrainingObserver.None, interruption.Token);
    }

    public void Dispose() => _folder.Dispose();
}
