using BTNet.Embeddings;
using BTNet.Training.Backbones;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;
using BTNet.Training.Profiling;
using BTNet.Training.Teaching;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>An optimizer of some of a network's weights.</summary>
/// <param name="Key">What its state's names begin with.</param>
/// <param name="Optimizer">It.</param>
/// <param name="Rate">Its learning rate as a share of the training's.</param>
internal sealed record TaughtOptimizer(string Key, IOptimizer Optimizer, double Rate = 1);

/// <summary>What is learnt from, and how.</summary>
/// <param name="Views">What the recogniser made of the views; stays the caller's.</param>
/// <param name="Faces">The pictures; stays the caller's.</param>
/// <param name="EmbeddingSize">Numbers in an embedding.</param>
/// <param name="Map">The shape of the maps that are compared; null to compare embeddings alone.</param>
/// <param name="Loss">The loss.</param>
/// <param name="Clip">The greatest norm of the gradients.</param>
/// <param name="Average">Share of the average of the weights that each step keeps; 0 for none.</param>
internal sealed record TaughtLesson(TaughtViews Views, IFaceSource Faces, int EmbeddingSize, FeatureShape? Map, RecogniserLossOptions Loss, double Clip, double Average);

/// <summary>The steps of a training by what a recogniser made of every view beforehand, whatever the network.</summary>
internal sealed class TaughtSteps : IDisposable
{
    private readonly TaughtLesson _lesson;
    private readonly IReadOnlyList<TaughtOptimizer> _optimizers;
    private readonly RecogniserDistillation _distillation;
    private readonly WeightAverage? _average;
    private readonly SeenFaces? _seen;
    private readonly KnownPeople? _people;
    private readonly Device _device;

    /// <param name="lesson">What is learnt from.</param>
    /// <param name="weights">The network's, on the device where it is trained; they are averaged.</param>
    /// <param name="optimizers">Of the network's weights; these steps dispose them.</param>
    public TaughtSteps(TaughtLesson lesson, IEnumerable<Weight> weights, params IReadOnlyList<TaughtOptimizer> optimizers)
    {
        (_lesson, _optimizers, _distillation) = (lesson, optimizers, new RecogniserDistillation(lesson.Loss));
        List<Weight> all = [.. weights];
        _device = all[0].Tensor.device;
        _average = lesson.Average == 0 ? null : new WeightAverage(all.Select(weight => weight.Tensor), lesson.Average);
        _seen = SeenFaces.Of(lesson.Loss, lesson.Faces.Count, lesson.EmbeddingSize, _device);
        _people = lesson.Loss.People == 0 ? null : KnownPeople.Of(lesson.Views, lesson.Faces, lesson.EmbeddingSize, _device);
    }

    /// <summary>What a resumed run needs beside the network's weights, to be restored in place.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        .. _optimizers.SelectMany(one => one.Optimizer.State.Select(state => ($"{one.Key}.{state.Name}", state.Tensor))),
        .. _average?.State ?? [],
        .. _seen?.State ?? []
    ];

    /// <summary>The network as it is judged: with averages, where there are any.</summary>
    public IEmbedder Judged(IEmbedder embedder) => _average is null ? embedder : new AveragedEmbedder(embedder, _average);

    /// <summary>Puts the averages in place until the result is disposed; null where there are none.</summary>
    public IDisposable? Averaged() => _average?.Exchanged();

    /// <summary>One step, in the caller's scope.</summary>
    /// <param name="batch">The faces.</param>
    /// <param name="learningRate">The training's.</param>
    /// <param name="probe">Who times it; null for nobody.</param>
    /// <param name="forward">Gives the network's map at the join, or null, and its raw embeddings <c>[N, D]</c>.</param>
    public StepResult Step(FaceBatch batch, double learningRate, StepProbe? probe, Func<(Tensor? Map, Tensor Embeddings)> forward)
    {
        var (teacherMap, teacherEmbeddings) = probe.Run(StepPart.Teacher, () => TaughtBatch.Of(_lesson.Views, batch, _lesson.Faces, _lesson.EmbeddingSize, _lesson.Map, _device));
        using (probe.Span(StepPart.Optimizer)) foreach (var one in _optimizers) one.Optimizer.ZeroGradients();
        RecogniserLoss loss;
        using (probe.Span(StepPhase.Forward))
        {
            var (map, embeddings) = forward();
            loss = probe.Run(StepPart.Distillation, () => _distillation.Loss(map, teacherMap, embeddings, teacherEmbeddings, _seen?.Rows, _people is null ? null : (_people.Means, _people.Of(batch.Items))));
        }

        probe.Backward(loss.Total);
        double norm;
        using (probe.Span(StepPart.Clipping)) norm = GradientClipping.Clip(_optimizers.SelectMany(one => one.Optimizer.Parameters), _lesson.Clip);
        using (probe.Span(StepPart.Optimizer))
        {
            foreach (var one in _optimizers) one.Optimizer.Step(learningRate * one.Rate);
            _average?.Follow(batch.Step);
        }

        _seen?.Remember(batch.Items, teacherEmbeddings);
        return new StepResult(loss.Total.item<float>(), loss.Parts(), norm);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var one in _optimizers) one.Optimizer.Dispose();
        _average?.Dispose();
        _seen?.Dispose();
        _people?.Dispose();
    }
}
