using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Data;

namespace BTNet.Training.Tests;

public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_training_interrupted_while_it_is_judged_saves_the_steps_so_far()
    {
        var recipe = new TrunkRecipe
        {
            Backbone = new BackboneSpec { Name = "iresnet10", Width = 2, EmbeddingSize = 4 },
            Margin = new MarginOptions { Kind = MarginKind.CosFace },
            Optimization = new OptimizationOptions { Epochs = 2, Batch = 4, WarmUpEpochs = 0 },
            Run = new RunOptions { EvaluateEvery = 2, SaveEvery = 1000, Workers = 1 }
        };
        var model = new ModelDirectory(_folder.Path);
        using var interruption = new CancellationTokenSource();

        var outcome = TrunkTraining.Run(recipe, new MemorySource(12), model, (_, cancellation) =>
        {
            interruption.Cancel();
            cancellation.ThrowIfCancellationRequested();
            return new Dictionary<string, double>();
        }, TrainingObserver.None, interruption.Token);

        Assert.False(outcome.Finished);
        Assert.Equal(2, outcome.Steps);
        Assert.Equal("2", TensorFile.ReadMetadata(model.ProgressFile("trunk"))["step"]);

        List<string> said = [];
        Assert.True(TrunkTraining.Run(recipe, new MemorySource(12), model, validate: null, new TrainingObserver(Message: said.Add)).Finished);
        Assert.Equal("trunk: resuming at step 2", said[0]);
    }

    public void Dispose() => _folder.Dispose();
}
