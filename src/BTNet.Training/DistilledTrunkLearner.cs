using System.Collections.ObjectModel;
using BTNet.Embeddings;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Optimizers;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using BTNet.Training.Teaching;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Trains a trunk to give the embeddings that a recogniser gave of every view beforehand.</summary>
internal sealed class DistilledTrunkLearner : ILearner
{
    private readonly Trunk _trunk;
    private readonly TaughtSteps _steps;

    /// <param name="trunk">The trunk; this learner disposes it.</param>
    /// <param name="views">What the recogniser made of the views.</param>
    /// <param name="faces">The pictures; stays the caller's.</param>
    /// <param name="recipe">Loss and optimizer.</param>
    /// <param name="form">What maps are like.</param>
    public DistilledTrunkLearner(Trunk trunk, TaughtViews views, IFaceSource faces, DistilledTrunkRecipe recipe, MapForm form)
    {
        (_trunk, Form) = (trunk, form);
        var lesson = new TaughtLesson(views, faces, trunk.Spec.EmbeddingSize, Map: null, recipe.Loss, recipe.Optimization.Clip, recipe.Average);
        _steps = new TaughtSteps(lesson, trunk.Weights, new TaughtOptimizer("optimizer", recipe.Optimization.Create(Training.Trainable.Only(trunk.Weights, trunk.Trainable))));
        Embedder = _steps.Judged(new TorchEmbedder(trunk, []));
    }

    /// <inheritdoc />
    public string Name => TrunkLearner.What;

    /// <inheritdoc />
    public MapForm Form { get; }

    /// <inheritdoc />
    public StepProbe? Probe { get; set; }

    /// <inheritdoc />
    public IEmbedder Embedder { get; }

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State => [.. ModelDirectory.Named(_trunk.Weights), .. _steps.State];

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
        using (Probe.Span(StepPart.InputTensor)) images = FaceTensor.FromPlanar(batch.Full, batch.Count, Resolution.Full.Side, Form).On(_trunk.Device);
        return _steps.Step(batch, learningRate, Probe, () => (null, _trunk.Forward(images, training: true, Probe)));
    }

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        using var averages = _steps.Averaged();
        model.Save(_trunk, provenance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _steps.Dispose();
        _trunk.Dispose();
    }
}
