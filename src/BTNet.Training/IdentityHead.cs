using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>The classification side of a learner: classifier, margin, sampling of classes, and the classifier's own
/// optimizer where it is trained.</summary>
internal sealed class IdentityHead : IDisposable
{
    private readonly CosineClassifier _classifier;
    private readonly MarginLoss _loss;
    private readonly PartialFcSampler? _sampler;
    private readonly ClassifierSgd? _optimizer;
    private readonly double _rate;
    private Tensor? _sampled;

    /// <param name="classifier">Trained unless it is frozen; this head disposes it.</param>
    /// <param name="margin">The loss.</param>
    /// <param name="optimization">Momentum, weight decay and rate of the classifier's optimizer.</param>
    /// <param name="seed">Of the sampling of classes.</param>
    public IdentityHead(CosineClassifier classifier, MarginOptions margin, OptimizationOptions optimization, ulong seed)
    {
        _classifier = classifier;
        _loss = margin.Kind.Create(margin.Margin, margin.Scale);
        _sampler = margin.SampleRate < 1 ? new PartialFcSampler(classifier.Classes, margin.SampleRate, unchecked((long)seed)) : null;
        // Rows of identities keep SGD's momentum of their own, whatever moves the network; see docs/decisions.md.
        _optimizer = classifier.IsFrozen ? null : new ClassifierSgd(classifier, optimization.Momentum, optimization.WeightDecay);
        _rate = optimization.Optimizer == OptimizerKind.Sgd ? 1 : optimization.ClassifierRate;
    }

    /// <summary>The classifier.</summary>
    public CosineClassifier Classifier => _classifier;

    /// <summary>What a resumed run needs, by name.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => _optimizer is null ? [] : [("classifier", _classifier.Weight), ("classifier.velocity", _optimizer.MomentumBuffer)];

    /// <summary>What the loss has learnt.</summary>
    public IReadOnlyList<double> LossState => _loss.State;

    /// <summary>Puts the loss's state back.</summary>
    public void RestoreLoss(IReadOnlyList<double> state) => _loss.Restore(state);

    /// <summary>Forgets the gradient and gives the loss of raw embeddings <c>[N, D]</c> with classes <c>[N]</c>, in the
    /// caller's scope, which must last until <see cref="Step"/>.</summary>
    public Tensor Loss(Tensor embeddings, Tensor classes, long step)
    {
        _optimizer?.ZeroGrad();
        var sample = _sampler?.Sample(classes, step);
        _sampled = sample?.Classes;
        return _loss.Loss(embeddings, _classifier.Cosines(embeddings, _sampled), sample?.Labels ?? classes);
    }

    /// <summary>The same under a probe.</summary>
    public Tensor Loss(Tensor embeddings, Tensor classes, long step, StepProbe? probe)
    {
        var work = embeddings.shape[0] * (_sampler?.SampleSize ?? _classifier.Classes) * _classifier.EmbeddingSize;
        probe?.Count(StepPart.Classifier, work, _optimizer is null ? work : 2 * work);
        return probe.Run(StepPart.Classifier, () => Loss(embeddings, classes, step));
    }

    /// <summary>Moves the classifier, unless it is frozen.</summary>
    public void Step(double learningRate)
    {
        _optimizer?.Step(learningRate * _rate, _sampled);
        _sampled = null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _optimizer?.Dispose();
        _classifier.Dispose();
    }
}
