using BTNet.Embeddings;
using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;
using BTNet.Training.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>The first stage: a trunk and its classifier, by margin softmax (the paper, section 3.4).</summary>
internal sealed class TrunkLearner : ILearner
{
    private readonly Trunk _trunk;
    private readonly CosineClassifier _classifier;
    private readonly MarginLoss _loss;
    private readonly IOptimizer _optimizer;
    private readonly ClassifierSgd _classifierOptimizer;
    private readonly PartialFcSampler? _sampler;
    private readonly IReadOnlyList<string> _identities;
    private readonly double _clip;
    private readonly double _classifierRate;

    /// <param name="trunk">The trunk; this learner disposes it.</param>
    /// <param name="classifier">A row for each identity; this learner disposes it.</param>
    /// <param name="identities">The names of the rows.</param>
    /// <param name="margin">The loss.</param>
    /// <param name="optimization">The optimizer.</param>
    /// <param name="seed">Of the sampling of classes.</param>
    public TrunkLearner(Trunk trunk, CosineClassifier classifier, IReadOnlyList<string> identities, MarginOptions margin, OptimizationOptions optimization, ulong seed)
    {
        (_trunk, _classifier, _identities, _clip) = (trunk, classifier, identities, optimization.Clip);
        _loss = margin.Kind.Create(margin.Margin, margin.Scale);
        _sampler = margin.SampleRate < 1 ? new PartialFcSampler(identities.Count, margin.SampleRate, unchecked((long)seed)) : null;
        _optimizer = optimization.Create(Training.Trainable.Only(trunk.Weights, trunk.Trainable));
        // Rows of identities keep SGD's momentum of their own, whatever moves the trunk; see docs/decisions.md.
        _classifierOptimizer = new ClassifierSgd(classifier, optimization.Momentum, optimization.WeightDecay);
        _classifierRate = optimization.Optimizer == OptimizerKind.Sgd ? 1 : optimization.ClassifierRate;
        Embedder = new TorchEmbedder(trunk, []);
    }

    /// <inheritdoc />
    public string Name => "trunk";

    /// <inheritdoc />
    public IEmbedder Embedder { get; }

    /// <inheritdoc />
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        .. ModelDirectory.Named(_trunk.Weights),
        ("classifier", _classifier.Weight),
        ("classifier.velocity", _classifierOptimizer.MomentumBuffer),
        .. _optimizer.State.Select(state => ($"optimizer.{state.Name}", state.Tensor))
    ];

    /// <inheritdoc />
    public IReadOnlyList<double> LossState => _loss.State;

    /// <inheritdoc />
    public void RestoreLoss(IReadOnlyList<double> state) => _loss.Restore(state);

    /// <inheritdoc />
    public StepResult Step(FaceBatch batch, double learningRate)
    {
        using var scope = NewDisposeScope();
        var images = FaceTensor.FromPlanar(batch.Full, batch.Count, Resolution.Full.Side);
        return Step(images, tensor(batch.Labels.AsSpan(0, batch.Count).ToArray()), learningRate, batch.Step);
    }

    /// <summary>One step on <c>[N, 3, 112, 112]</c> with labels <c>[N]</c>.</summary>
    public StepResult Step(Tensor images, Tensor labels, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using var sample = _sampler?.Sample(labels, step);
        _optimizer.ZeroGradients();
        _classifierOptimizer.ZeroGrad();
        var embeddings = _trunk.Forward(images, training: true);
        var loss = _loss.Loss(embeddings, _classifier.Cosines(embeddings, sample?.Classes), sample?.Labels ?? labels);
        loss.backward();
        // The reference clips the backbone's gradients, not the classifier's.
        var norm = GradientClipping.Clip(_optimizer.Parameters, _clip);
        _optimizer.Step(learningRate);
        _classifierOptimizer.Step(learningRate * _classifierRate, sample?.Classes);
        var value = loss.item<float>();
        return new StepResult(value, new Dictionary<string, double> { ["classification"] = value }, norm);
    }

    /// <inheritdoc />
    public void Publish(ModelDirectory model, string provenance)
    {
        model.Save(_classifier, _identities);
        model.Save(_trunk, provenance);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _optimizer.Dispose();
        _classifierOptimizer.Dispose();
        _classifier.Dispose();
        _trunk.Dispose();
    }
}
