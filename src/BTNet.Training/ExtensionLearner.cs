using System.Collections.ObjectModel;
using BTNet.Embeddings;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Native;
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
    private readonly TaughtViews _views;
    private readonly IFaceSource _faces;
    private readonly ExtensionRecipe _recipe;
    private readonly RecogniserDistillation _distillation;
    private readonly IOptimizer _head;
    private readonly IOptimizer? _tail;
    private readonly WeightAverage? _average;
    private readonly SeenFaces? _seen;
    private readonly string _recogniser;

    /// <param name="branch">The branch; this learner disposes it.</param>
    /// <param name="recogniser">The recogniser.</param>
    /// <param name="views">What it made of the views.</param>
    /// <param name="faces">The pictures; stays the caller's.</param>
    /// <param name="recipe">Losses and optimizer.</param>
    /// <param name="form">What maps are like.</param>
    public ExtensionLearner(JoinBranch branch, Recogniser recogniser, TaughtViews views, IFaceSource faces, ExtensionRecipe recipe, MapForm form)
    {
        (_branch, _recogniser, _views, _faces, _recipe, Form) = (branch, recogniser.Fingerprint, views, faces, recipe, form);
        _distillation = new RecogniserDistillation(recipe.Loss);
        _head = recipe.Optimization.Create(Parameters(branch.HeadWeights));
        var tail = Parameters(branch.TailWeights);
        _tail = tail.Count == 0 ? null : recipe.Optimization.Create(tail);
        _average = recipe.Average == 0 ? null : new WeightAverage(branch.Weights.Select(weight => weight.Tensor), recipe.Average);
        _seen = SeenFaces.Of(recipe.Loss, faces.Count, branch.EmbeddingSize);
        var embedder = new RecogniserEmbedder(recogniser, [branch]);
        Embedder = _average is null ? embedder : new AveragedEmbedder(embedder, _average);
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
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        .. ModelDirectory.Named(_branch.Weights),
        .. _head.State.Select(state => ($"optimizer.{state.Name}", state.Tensor)),
        .. _tail?.State.Select(state => ($"tailOptimizer.{state.Name}", state.Tensor)) ?? [],
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
        using (Probe.Span(StepPart.InputTensor)) images = FaceTensor.FromPlanar(batch.Reduced!, batch.Count, _branch.Resolution.Side, Form);
        var (teacherMap, teacherEmbeddings) = Probe.Run(StepPart.Teacher, () => TaughtBatch.Of(_views, batch, _faces, _branch.EmbeddingSize, _recipe.Loss.Map > 0 ? _branch.Join.Shape : null));
        _head.ZeroGradients();
        _tail?.ZeroGradients();
        RecogniserLoss loss;
        using (Probe.Span(StepPhase.Forward))
        {
            var map = _branch.Map(images, training: true, Probe);
            var embeddings = _branch.Embed(map);
            loss = Probe.Run(StepPart.Distillation, () => _distillation.Loss(map, teacherMap, embeddings, teacherEmbeddings, _seen?.Rows));
        }

        Probe.Backward(loss.Total);
        double norm;
        using (Probe.Span(StepPart.Clipping)) norm = GradientClipping.Clip([.. _head.Parameters, .. _tail?.Parameters ?? []], _recipe.Optimization.Clip);
        using (Probe.Span(StepPart.Optimizer))
        {
            _head.Step(learningRate);
            _tail?.Step(learningRate * _recipe.Tail.Rate);
            _average?.Follow(batch.Step);
        }

        _seen?.Remember(batch.Items, teacherEmbeddings);
        return new StepResult(loss.Total.item<float>(), loss.Parts(), norm);
    }

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        using var averages = _average?.Exchanged();
        JoinBranchFile.Save(model, _branch, _recogniser, provenance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _head.Dispose();
        _tail?.Dispose();
        _average?.Dispose();
        _seen?.Dispose();
        _branch.Dispose();
    }

    private static IReadOnlyList<Parameter> Parameters(IEnumerable<Backbones.Weight> weights)
    {
        var all = weights.ToList();
        return Trainable.Only(all, all.Where(weight => weight.IsParameter));
    }
}
