using System.Collections.ObjectModel;
using BTNet.Embeddings;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
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

/// <summary>What a branch's embedding is classified by.</summary>
/// <param name="Classifier">The trunk's frozen one, or a fresh one to be trained along.</param>
/// <param name="ClassOf">The classifier's row of each label of the data set.</param>
internal sealed record BranchClassifier(CosineClassifier Classifier, IReadOnlyList<int> ClassOf);

/// <summary>
/// The second stage: a branch on a frozen trunk, by distillation from the trunk on the full image and, where there is
/// one, by margin softmax on a classifier (the paper, section 3.4).
/// </summary>
internal sealed class BranchLearner : ILearner
{
    private readonly Branch _branch;
    private readonly IReadOnlyList<int> _classOf;
    private readonly IdentityHead? _head;
    private readonly BranchDistillation _distillation;
    private readonly double _classificationWeight;
    private readonly IOptimizer _optimizer;
    private readonly double _clip;
    private readonly TeacherCache? _cache;
    private readonly IProcessGroup _group;
    private readonly Device _device;
    private readonly GradientExchange? _exchange;
    private readonly WeightAverage? _average;

    /// <param name="trunk">The trunk, frozen from here on; somebody else's to dispose.</param>
    /// <param name="branch">The branch; this learner disposes it.</param>
    /// <param name="classifier">What to classify by; null for distillation only. This learner disposes it.</param>
    /// <param name="recipe">Losses, weights and optimizer.</param>
    /// <param name="form">What maps are like; null for <see cref="MapForm.Default"/>.</param>
    /// <param name="cache">What the trunk has made of the faces before; null for none. Somebody else's to dispose.</param>
    /// <param name="group">The ranks that train together; null for this process alone.</param>
    /// <param name="exchange">How their gradients are exchanged; null for the defaults.</param>
    public BranchLearner(
        Trunk trunk, Branch branch, BranchClassifier? classifier, BranchRecipe recipe, MapForm? form = null, TeacherCache? cache = null, IProcessGroup? group = null, ExchangeOptions? exchange = null)
    {
        (_branch, _classOf, _cache, _group) = (branch, classifier?.ClassOf ?? [], cache, group ?? OneProcess.Instance);
        Teacher = new Teacher(trunk, branch, withMap: recipe.FeatureWeight > 0, form ?? MapForm.Default, cache);
        _device = trunk.Device;
        classifier?.Classifier.to(_device);
        _head = classifier is null ? null : new IdentityHead(classifier.Classifier, recipe.Margin, recipe.Optimization, recipe.Run.Seed, _group);
        _distillation = new BranchDistillation(recipe.Distillation, recipe.FeatureWeight, recipe.EmbeddingWeight);
        _classificationWeight = recipe.ClassificationWeight;
        Trainable.Freeze(trunk.Weights);
        _optimizer = recipe.Optimization.Create(Trainable.Only(branch.Weights, branch.Trainable));
        _exchange = GradientExchange.Of(_group, _optimizer.Parameters, exchange);
        (_clip, Form) = (recipe.Optimization.Clip, form ?? MapForm.Default);
        _average = recipe.Average == 0 ? null : new WeightAverage(branch.Weights.Select(weight => weight.Tensor), recipe.Average);
        var embedder = new TorchEmbedder(trunk, [branch]);
        Embedder = _average is null ? embedder : new AveragedEmbedder(embedder, _average);
    }

    /// <inheritdoc />
    public string Name => NameOf(_branch.Resolution);

    /// <inheritdoc />
    public MapForm Form { get; }

    /// <inheritdoc />
    public StepProbe? Probe { get; set; }

    /// <inheritdoc />
    public IEmbedder Embedder { get; }

    /// <summary>The trunk on the full image.</summary>
    public Teacher Teacher { get; }

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        .. ModelDirectory.Named(_branch.Weights),
        .. _optimizer.State.Select(state => ($"optimizer.{state.Name}", state.Tensor)),
        .. _head?.State ?? [],
        .. _average?.State ?? []
    ];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, RowShards> Shards => _head?.Shards ?? ReadOnlyDictionary<string, RowShards>.Empty;

    /// <inheritdoc />
    public IReadOnlyList<double> LossState => _head?.LossState ?? [];

    /// <summary>The name of a branch's training.</summary>
    public static string NameOf(Resolution resolution) => $"branch-{resolution}";

    /// <inheritdoc />
    public void RestoreLoss(IReadOnlyList<double> state)
    {
        if (_head is not null) _head.RestoreLoss(state);
        else if (state.Count > 0) throw new InputException("the saved state is of a run with a classification loss, and this one has none; start that run again as it was, or say --fresh");
    }

    /// <inheritdoc />
    public StepResult Step(FaceBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var labels = batch.Labels.AsSpan(0, batch.Count).ToArray();
        Tensor reduced;
        Tensor? classes;
        using (Probe.Span(StepPart.InputTensor))
        {
            reduced = FaceTensor.FromPlanar(batch.Reduced!, batch.Count, _branch.Resolution.Side, Form).On(_device);
            classes = _head is null ? null : tensor(Array.ConvertAll(labels, label => (long)_classOf[(int)label]), device: _device);
        }

        return Step(Taught(() => Teacher.Of(batch)), reduced, classes, learningRate, batch.Step);
    }

    /// <summary>One step on <c>[N, 3, 112, 112]</c>, the same faces as <c>[N, 3, r, r]</c>, and classes <c>[N]</c>.</summary>
    public StepResult Step(Tensor full, Tensor reduced, Tensor? classes, double learningRate, long step = 0)
    {
        using var scope = NewDisposeScope();
        return Step(Taught(() => Teacher.Of(full)), reduced, classes, learningRate, step);
    }

    private TeacherOutput Taught(Func<TeacherOutput> teach)
    {
        using var _ = Probe.Span(StepPart.Teacher);
        var before = Teacher.Ran;
        var output = teach();
        Probe?.Count(StepPart.Teacher, (Teacher.Ran - before) * Teacher.MultiplyAccumulates, 0);
        return output;
    }

    /// <summary>One step on what the teacher has made of the faces, the same faces as <c>[N, 3, r, r]</c>, and classes <c>[N]</c>.</summary>
    internal StepResult Step(TeacherOutput teacher, Tensor reduced, Tensor? classes, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using (Probe.Span(StepPart.Optimizer)) _optimizer.ZeroGradients();
        // What is distilled is a mean over this rank's images; the classification's is one over those of all.
        var share = _group.ShareOf((int)reduced.shape[0]);
        Dictionary<string, double> parts = [];
        DistillationLoss distilled;
        Tensor embeddings, total;
        using (Probe.Span(StepPhase.Forward))
        {
            Action<IEnumerable<Tensor>>? before = _exchange is null ? null : _exchange.Before;
            var map = _branch.Map(reduced, training: true, Probe, before);
            embeddings = _branch.Embed(map, training: true, Probe, before);
            distilled = Probe.Run(StepPart.Distillation, () => _distillation.Loss(map, teacher.Map, embeddings, teacher.Embeddings));
            total = _group.Size == 1 ? distilled.Total : distilled.Total.Times(share);
            if (_head is not null && classes is not null)
            {
                var classification = _head.Loss(embeddings, classes, step, Probe);
                total = total.Plus(classification.Times(_classificationWeight));
                parts["classification"] = classification.item<float>();
            }
        }

        if (_exchange is null) Probe.Backward(total);
        else _exchange.Backward(total);
        double norm;
        using (Probe.Span(StepPart.Clipping)) norm = GradientClipping.Clip(_optimizer.Parameters, _clip);
        using (Probe.Span(StepPart.Optimizer))
        {
            _optimizer.Step(learningRate);
            _average?.Follow(step);
        }

        using (Probe.Span(StepPart.ClassifierOptimizer)) _head?.Step(learningRate);
        // Maps are compared on every rank or on none.
        var means = _group.Mean(share, distilled.FeatureLoss?.item<float>() ?? 0, distilled.EmbeddingLoss.item<float>(), distilled.Total.item<float>());
        if (distilled.FeatureLoss is not null) parts["feature"] = means[0];
        parts["embedding"] = means[1];
        var value = _group.Size == 1 ? total.item<float>() : means[2] + (_classificationWeight * parts.GetValueOrDefault("classification"));
        return new StepResult(value, parts, norm)
        {
            OwnIsFinite = double.IsFinite(value) || (float.IsFinite(distilled.Total.item<float>()) && embeddings.isfinite().all().item<bool>())
        };
    }

    /// <inheritdoc />
    public void Flush() => _cache?.Flush();

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        if (_group.Rank > 0) return;
        using var averages = _average?.Exchanged();
        model.Save(_branch, provenance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _exchange?.Dispose();
        _average?.Dispose();
        _optimizer.Dispose();
        _head?.Dispose();
        _branch.Dispose();
    }
}
