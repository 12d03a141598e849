using System.Collections.ObjectModel;
using BTNet.Training.Distributed;
using BTNet.Training.Losses;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>The classification side of a learner: classifier, margin, sampling of classes, and the classifier's own
/// optimizer where it is trained. Over several ranks each has a part of the identities only.</summary>
internal sealed class IdentityHead : IDisposable
{
    private readonly CosineClassifier _classifier;
    private readonly MarginLoss _loss;
    private readonly PartialFcSampler? _sampler;
    private readonly ClassifierShard? _shard;
    private readonly ClassifierSgd? _optimizer;
    private readonly double _rate;
    private Tensor? _sampled;

    /// <param name="classifier">Trained unless it is frozen; this head disposes it.</param>
    /// <param name="margin">The loss.</param>
    /// <param name="optimization">Momentum, weight decay and rate of the classifier's optimizer.</param>
    /// <param name="seed">Of the sampling of classes.</param>
    /// <param name="group">The ranks.</param>
    /// <exception cref="InputException">There are more ranks than identities.</exception>
    public IdentityHead(CosineClassifier classifier, MarginOptions margin, OptimizationOptions optimization, ulong seed, IProcessGroup group)
    {
        _loss = margin.Kind.Create(margin.Margin, margin.Scale);
        _sampler = margin.SampleRate < 1 ? new PartialFcSampler(classifier.Classes, margin.SampleRate, unchecked((long)seed)) : null;
        _shard = group.Size > 1 ? new ClassifierShard(group, classifier, _loss, _sampler) : null;
        _classifier = classifier = _shard?.Rows ?? classifier;
        // Rows of identities keep SGD's momentum of their own, whatever moves the network; see docs/decisions.md.
        _optimizer = classifier.IsFrozen ? null : new ClassifierSgd(classifier, optimization.Momentum, optimization.WeightDecay);
        _rate = optimization.Optimizer == OptimizerKind.Sgd ? 1 : optimization.ClassifierRate;
    }

    /// <summary>What a resumed run needs, by name; of the identities, this rank's part.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => _optimizer is null ? [] : [("classifier", _classifier.Weight), ("classifier.velocity", _optimizer.MomentumBuffer)];

    /// <summary>Which rows of the tensors of <see cref="State"/> this rank has; empty where it has all.</summary>
    public IReadOnlyDictionary<string, RowShards> Shards =>
        _shard is null ? ReadOnlyDictionary<string, RowShards>.Empty : State.ToDictionary(state => state.Name, _ => _shard.Shards);

    /// <summary>What the loss has learnt.</summary>
    public IReadOnlyList<double> LossState => _loss.State;

    /// <summary>Puts the loss's state back.</summary>
    public void RestoreLoss(IReadOnlyList<double> state) => _loss.Restore(state);

    /// <summary>Forgets the gradient and gives the loss of raw embeddings <c>[N, D]</c> with classes <c>[N]</c>, in the
    /// caller's scope, which must last until <see cref="Step"/>. Over several ranks it is the mean over the images of all.</summary>
    public Tensor Loss(Tensor embeddings, Tensor classes, long step)
    {
        _optimizer?.ZeroGrad();
        if (_shard is not null)
        {
            (var loss, _sampled) = _shard.Loss(embeddings, classes, step);
            return loss;
        }

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

    /// <summary>Hands the whole classifier on to be saved, on rank 0; all ranks take part.</summary>
    public void Save(Action<CosineClassifier> save)
    {
        if (_shard is null)
        {
            save(_classifier);
            return;
        }

        using var weight = _shard.Shards.Gather(_classifier.Weight);
        if (weight is null) return;
        using var whole = CosineClassifier.FromWeight(weight);
        save(whole);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _optimizer?.Dispose();
        _classifier.Dispose();
    }
}
