using System.Collections.ObjectModel;
using BTNet.Embeddings;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
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
    private readonly TaughtViews _views;
    private readonly IFaceSource _faces;
    private readonly RecogniserDistillation _distillation;
    private readonly IOptimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly SeenFaces? _seen;
    private readonly double _clip;

    /// <param name="trunk">The trunk; this learner disposes it.</param>
    /// <param name="views">What the recogniser made of the views.</param>
    /// <param name="faces">The pictures; stays the caller's.</param>
    /// <param name="recipe">Loss and optimizer.</param>
    /// <param name="form">What maps are like.</param>
    public DistilledTrunkLearner(Trunk trunk, TaughtViews views, IFaceSource faces, DistilledTrunkRecipe recipe, MapForm form)
    {
        (_trunk, _views, _faces, _clip, Form) = (trunk, views, faces, recipe.Optimization.Clip, form);
        _distillation = new RecogniserDistillation(recipe.Loss);
        _optimizer = recipe.Optimization.Create(Training.Trainable.Only(trunk.Weights, trunk.Trainable));
        _average = recipe.Average == 0 ? null : new WeightAverage(trunk.Weights.Select(weight => weight.Tensor), recipe.Average);
        _seen = SeenFaces.Of(recipe.Loss, faces.Count, trunk.Spec.EmbeddingSize);
        var embedder = new TorchEmbedder(trunk, []);
        Embedder = _average is null ? embedder : new AveragedEmbedder(embedder, _average);
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
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        .. ModelDirectory.Named(_trunk.Weights),
        .. _optimizer.State.Select(state => ($"optimizer.{state.Name}", state.Tensor)),
        .. _average?.State ?? [],
        .. _seen?.State ?? []
    ];

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
        using (Probe.Span(StepPart.InputTensor)) images = FaceTensor.FromPlanar(batch.Full, batch.Count, Resolution.Full.Side, Form);
        var teacher = Probe.Run(StepPart.Teacher, () => TaughtBatch.Of(_views, batch, _faces, _trunk.Spec.EmbeddingSize, map: null).Embeddings);
        using (Probe.Span(StepPart.Optimizer)) _optimizer.ZeroGradients();
        RecogniserLoss loss;
        using (Probe.Span(StepPhase.Forward))
        {
            var embeddings = _trunk.Forward(images, training: true, Probe);
            loss = Probe.Run(StepPart.Distillation, () => _distillation.Loss(map: null, teacherMap: null, embeddings, teacher, _seen?.Rows));
        }

        Probe.Backward(loss.Total);
        double norm;
        using (Probe.Span(StepPart.Clipping)) norm = GradientClipping.Clip(_optimizer.Parameters, _clip);
        using (Probe.Span(StepPart.Optimizer))
        {
            _optimizer.Step(learningRate);
            _average?.Follow(batch.Step);
        }

        _seen?.Remember(batch.Items, teacher);
        return new StepResult(loss.Total.item<float>(), loss.Parts(), norm);
    }

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        using var averages = _average?.Exchanged();
        model.Save(_trunk, provenance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        _seen?.Dispose();
        _trunk.Dispose();
    }
}
