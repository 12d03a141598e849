using BTNet.Embeddings;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Distributed;
using BTNet.Training.Kernels;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>The first stage: a trunk and its classifier, by margin softmax (the paper, section 3.4).</summary>
internal sealed class TrunkLearner : ILearner
{
    /// <summary>The name of a trunk's training.</summary>
    public const string What = "trunk";

    private readonly Trunk _trunk;
    private readonly IdentityHead _head;
    private readonly IOptimizer _optimizer;
    private readonly IReadOnlyList<string> _identities;
    private readonly double _clip;
    private readonly IProcessGroup _group;
    private readonly GradientExchange? _exchange;

    /// <param name="trunk">The trunk; this learner disposes it.</param>
    /// <param name="classifier">A row for each identity; this learner disposes it.</param>
    /// <param name="identities">The names of the rows.</param>
    /// <param name="margin">The loss.</param>
    /// <param name="optimization">The optimizer.</param>
    /// <param name="seed">Of the sampling of classes.</param>
    /// <param name="form">What maps are like; null for <see cref="MapForm.Default"/>.</param>
    /// <param name="group">The ranks that train together; null for this process alone.</param>
    /// <param name="exchange">How their gradients are exchanged; null for the defaults.</param>
    public TrunkLearner(
        Trunk trunk, CosineClassifier classifier, IReadOnlyList<string> identities, MarginOptions margin, OptimizationOptions optimization, ulong seed, MapForm? form = null, IProcessGroup? group = null, ExchangeOptions? exchange = null)
    {
        (_trunk, _identities, _clip, _group, Form) = (trunk, identities, optimization.Clip, group ?? OneProcess.Instance, form ?? MapForm.Default);
        classifier.to(trunk.Device);
        _head = new IdentityHead(classifier, margin, optimization, seed, _group);
        _optimizer = optimization.Create(Training.Trainable.Only(trunk.Weights, trunk.Trainable));
        _exchange = GradientExchange.Of(_group, _optimizer.Parameters, exchange);
        Embedder = new TorchEmbedder(trunk, []);
    }

    /// <inheritdoc />
    public string Name => What;

    /// <inheritdoc />
    public MapForm Form { get; }

    /// <inheritdoc />
    public StepProbe? Probe { get; set; }

    /// <inheritdoc />
    public IEmbedder Embedder { get; }

    /// <summary>What went over the ranks of gradients so far.</summary>
    public ExchangeTotals Exchanged => _exchange?.Totals ?? default;

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        .. ModelDirectory.Named(_trunk.Weights),
        .. _head.State,
        .. _optimizer.State.Select(state => ($"optimizer.{state.Name}", state.Tensor))
    ];

    /// <inheritdoc />
    public IReadOnlyDictionary<string, RowShards> Shards => _head.Shards;

    /// <inheritdoc />
    public IReadOnlyList<double> LossState => _head.LossState;

    /// <inheritdoc />
    public void RestoreLoss(IReadOnlyList<double> state) => _head.RestoreLoss(state);

    /// <inheritdoc />
    public StepResult Step(FaceBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        Tensor images, labels;
        using (Probe.Span(StepPart.InputTensor))
        {
            images = FaceTensor.FromPlanar(batch.Full, batch.Count, Resolution.Full.Side, Form).On(_trunk.Device);
            labels = tensor(batch.Labels.AsSpan(0, batch.Count).ToArray(), device: _trunk.Device);
        }

        return Step(images, labels, learningRate, batch.Step);
    }

    /// <summary>One step on <c>[N, 3, 112, 112]</c> with labels <c>[N]</c>.</summary>
    public StepResult Step(Tensor images, Tensor labels, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using (Probe.Span(StepPart.Optimizer)) _optimizer.ZeroGradients();
        Tensor embeddings, loss;
        using (Probe.Span(StepPhase.Forward))
        {
            embeddings = _trunk.Forward(images, training: true, Probe, _exchange is null ? null : _exchange.Before);
            loss = _head.Loss(embeddings, labels, step, Probe);
        }

        // Each rank has the gradient of its images' share of the mean over all.
        if (_exchange is null) Probe.Backward(loss);
        else _exchange.Backward(loss);
        double norm;
        // The reference clips the backbone's gradients, not the classifier's.
        using (Probe.Span(StepPart.Clipping)) norm = GradientClipping.Clip(_optimizer.Parameters, _clip);
        using (Probe.Span(StepPart.Optimizer)) _optimizer.Step(learningRate);
        using (Probe.Span(StepPart.ClassifierOptimizer)) _head.Step(learningRate);
        var value = loss.item<float>();
        return new StepResult(value, new Dictionary<string, double> { ["classification"] = value }, norm)
        {
            OwnIsFinite = float.IsFinite(value) || embeddings.isfinite().all().item<bool>()
        };
    }

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        // The classifier names the trunk that it belongs to, so the trunk comes first.
        if (_group.Rank == 0) model.Save(_trunk, provenance);
        _head.Save(classifier => model.Save(classifier, _identities));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _exchange?.Dispose();
        _optimizer.Dispose();
        _head.Dispose();
        _trunk.Dispose();
    }
}
