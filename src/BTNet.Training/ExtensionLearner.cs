using System.Collections.ObjectModel;
using BTNet.Embeddings;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Optimizers;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using BTNet.Training.Teaching;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Distils somebody else's recogniser into a branch, from what the recogniser made of every view beforehand.</summary>
internal sealed class ExtensionLearner : ILearner
{
    private readonly JoinBranch _branch;
    private readonly TaughtSteps _steps;
    private readonly string _recogniser;

    /// <param name="branch">The branch; this learner disposes it.</param>
    /// <param name="recogniser">The recogniser.</param>
    /// <param name="views">What it made of the views.</param>
    /// <param name="faces">The pictures; stays the caller's.</param>
    /// <param name="recipe">Losses and optimizer.</param>
    /// <param name="form">What maps are like.</param>
    public ExtensionLearner(JoinBranch branch, Recogniser recogniser, TaughtViews views, IFaceSource faces, ExtensionRecipe recipe, MapForm form)
    {
        (_branch, _recogniser, Form) = (branch, recogniser.Fingerprint, form);
        var head = new TaughtOptimizer("optimizer", recipe.Optimization.Create(Parameters(branch.HeadWeights)));
        var tail = Parameters(branch.TailWeights);
        var lesson = new TaughtLesson(views, faces, branch.EmbeddingSize, recipe.Loss.Map > 0 ? branch.Join.Shape : null, recipe.Loss, recipe.Optimization.Clip, recipe.Average);
        _steps = new TaughtSteps(lesson, branch.Weights, tail.Count == 0 ? [head] : [head, new TaughtOptimizer("tailOptimizer", recipe.Optimization.Create(tail), recipe.Tail.Rate)]);
        Embedder = _steps.Judged(new RecogniserEmbedder(recogniser, [branch]));
    }

    /// <inheritdoc />
    public string Name => BranchLearner.NameOf(_branch.Resolution);

    /// <inheritdoc />
    public MapForm Form { get; }

    /// <inheritdoc />
    public StepProbe? Probe { get; set; }

    /// <inheritdoc />
    public IEmbedder Embedder { get; }

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State => [.. ModelDirectory.Named(_branch.Weights), .. _steps.State];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, RowShards> Shards => ReadOnlyDictionary<string, RowShards>.Empty;

    /// <inheritdoc />
    public IReadOnlyList<double> LossState => [];

    /// <inheritdoc />
    public void RestoreLoss(IReadOnlyList<double> state)
    {
    }

    /// <inheritdoc />
    public StepResult Step(FaceBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        Tensor images;
        using (Probe.Span(StepPart.InputTensor)) images = FaceTensor.FromPlanar(batch.Reduced!, batch.Count, _branch.Resolution.Side, Form).On(_branch.Device);
        return _steps.Step(batch, learningRate, Probe, () =>
        {
            var map = _branch.Map(images, training: true, Probe);
            return (map, _branch.Embed(map));
        });
    }

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        using var averages = _steps.Averaged();
        JoinBranchFile.Save(model, _branch, _recogniser, provenance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _steps.Dispose();
        _branch.Dispose();
    }

    private static IReadOnlyList<Parameter> Parameters(IEnumerable<Backbones.Weight> weights)
    {
        var all = weights.ToList();
        return Trainable.Only(all, all.Where(weight => weight.IsParameter));
    }
}
