using System.Diagnostics;
using BTNet.Faces;
using BTNet.Training.Checkpoints;
using BTNet.Training.Data;
using BTNet.Training.Distributed;
using BTNet.Training.Recipes;
using BTNet.Training.Schedules;
using TorchSharp;

namespace BTNet.Training;

/// <summary>How far a training is.</summary>
/// <param name="What">What is trained: <c>trunk</c>, <c>branch-14</c>.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Loss">The last step's.</param>
/// <param name="ImagesPerSecond">Since this run began.</param>
/// <param name="Left">Time left at that rate.</param>
public sealed record TrainingProgress(string What, long Step, long Steps, int Epoch, double Loss, double ImagesPerSecond, TimeSpan Left);

/// <summary>How a training ended.</summary>
/// <param name="Finished">False where it was interrupted; its state is saved to resume from.</param>
/// <param name="Steps">Steps done, over all runs.</param>
/// <param name="Seconds">Seconds taken, over all runs.</param>
/// <param name="Skipped">Broken images left out in this run.</param>
/// <param name="Validation">The last judgement, by name; empty where there was none.</param>
public sealed record TrainingOutcome(bool Finished, long Steps, double Seconds, int Skipped, IReadOnlyDictionary<string, double> Validation);

/// <summary>Who is told of a training while it runs.</summary>
/// <param name="Progress">Told after each step; null for nobody.</param>
/// <param name="Message">Told what a person should know, a line each; null for nobody.</param>
public sealed record TrainingObserver(IProgress<TrainingProgress>? Progress = null, Action<string>? Message = null)
{
    /// <summary>Tells nobody.</summary>
    public static TrainingObserver None { get; } = new();
}

/// <summary>Judges networks on held-out pairs: accuracies by name.</summary>
/// <param name="embedder">The networks in their present state.</param>
/// <param name="cancellation">Ends it early.</param>
public delegate IReadOnlyDictionary<string, double> Validation(Embeddings.IEmbedder embedder, CancellationToken cancellation);

/// <summary>
/// The loop around a learner's steps: batches, schedule, log, judgement, saving. A run that is killed at any moment and
/// started again ends with the same weights, bit for bit, as one that was not: everything a step depends on is in the
/// saved state or follows from the seed and the step's number. Over several ranks, each runs this loop on its share of every
/// step's images; rank 0 alone judges and writes.
/// </summary>
internal sealed class Trainer(ILearner learner, ModelDirectory model, OptimizationOptions optimization, RunOptions run, string identity, IProcessGroup? ranks = null, RunOrigin? origin = null)
{
    private readonly IProcessGroup _group = ranks ?? OneProcess.Instance;

    private bool IsFirst => _group.Rank == 0;

    /// <summary>Trains to the end, or until cancelled, after which the state is saved.</summary>
    /// <param name="source">The faces.</param>
    /// <param name="options">What the loader prepares.</param>
    /// <param name="validate">Judges; null for no judgement.</param>
    /// <param name="observer">Who is told.</param>
    /// <param name="cancellation">Asks to save and stop.</param>
    public TrainingOutcome Run(IFaceSource source, FaceBatchLoaderOptions options, Validation? validate, TrainingObserver observer, CancellationToken cancellation)
    {
        RankRun.Check(_group, identity, run);
        _group.Together(() =>
        {
            if (IsFirst) model.Make();
        });
        var progress = new TrainingState(learner, model.ProgressFile(learner.Name), identity, _group, origin);
        var start = progress.Restore();
        if (start.Step > 0) Tell(observer, $"{learner.Name}: resuming at step {start.Step}");
        if (start.Ranks is { } before && before != _group.Size)
            Tell(observer, $"{learner.Name}: begun on {before} rank(s), now on {_group.Size}: the images of a step are the same, but batch norm sees {optimization.Batch} of them at once, so the weights will come near an unbroken run's and not equal them");
        if (start.Threads.Count > 0 && start.AllThreads.Count > 1) Tell(observer, OtherThreads(start.Threads));
        using var log = IsFirst ? new TrainingLog(model.Path, learner.Name, start.Step) : null;
        var step = start.Step;
        var skipped = new SkippedItems(line =>
        {
            log?.Skipped(step + 1, line);
            observer.Message?.Invoke(line);
        });
        using var loader = _group.Together(() => new FaceBatchLoader(source, options, start.Step, skipped));
        var steps = (long)loader.Plan.StepsPerEpoch * optimization.Epochs;
        var schedule = optimization.Create(loader.Plan.StepsPerEpoch);
        var clock = Stopwatch.StartNew();
        IReadOnlyDictionary<string, double> judged = new Dictionary<string, double>();
        double Seconds() => start.Seconds + clock.Elapsed.TotalSeconds;

        for (; step < steps && !_group.Any(cancellation.IsCancellationRequested); step++)
        {
            TrainOne(source, loader, schedule, observer, log, step, steps, start.Step, clock);
            if ((step + 1) % run.SaveEvery == 0 && step + 1 < steps) Save(step + 1);
            if (validate is null || run.EvaluateEvery == 0 || (step + 1) % run.EvaluateEvery != 0 || step + 1 == steps) continue;
            judged = Judge(step + 1) ?? judged;
        }

        Save(step);
        var last = step < steps || validate is null ? judged : Judge(steps);
        var leftOut = _group.Gather(skipped.Count).Sum();
        if (step < steps || _group.Any(last is null))
        {
            Tell(observer, $"{learner.Name}: interrupted at step {step} of {steps}; the state is saved, and the same command resumes it");
            return new TrainingOutcome(false, step, Seconds(), leftOut, judged);
        }

        judged = last!;
        learner.Publish(model, Provenance.Json(identity, source.Description, steps, Seconds(), leftOut, judged, start.AllThreads, learner.Form, learner.State.First().Tensor.device.ToString(), origin));
        progress.Delete();
        log?.DrawCurves();
        return new TrainingOutcome(true, steps, Seconds(), leftOut, judged);

        void Save(long done)
        {
            log?.Flush();
            learner.Flush();
            progress.Save(done, Seconds(), start.AllThreads);
        }

        // Null where it was cancelled: that ends the training as between two steps. The other ranks wait at their next exchange.
        IReadOnlyDictionary<string, double>? Judge(long done)
        {
            if (log is null) return judged;
            IReadOnlyDictionary<string, double> result;
            try
            {
                result = validate!(learner.Embedder, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return null;
            }

            log.Judged(done, result);
            log.DrawCurves();
            Tell(observer, $"{learner.Name}: step {done}: " + string.Join(", ", result.Select(entry => $"{entry.Key} {entry.Value:P2}")));
            return result;
        }
    }

    private string OtherThreads(IReadOnlyList<int> before) =>
        $"{learner.Name}: the steps so far ran with {string.Join(" and ", before)} torch threads, this process has {torch.get_num_threads()}: sums are added in another order, so the weights will equal an unbroken run's to rounding only"
        + (before.Count == 1 ? $". For the same bits stop it now, before the state is saved again, and start it with OMP_NUM_THREADS={before[0]}" : "");

    /// <summary>Says once what is so on all ranks.</summary>
    private void Tell(TrainingObserver observer, string message)
    {
        if (IsFirst) observer.Message?.Invoke(message);
    }

    private void TrainOne(IFaceSource source, FaceBatchLoader loader, ISchedule schedule, TrainingObserver observer, TrainingLog? log, long step, long steps, long first, Stopwatch clock)
    {
        using var batch = loader.Next();
        // Batch norm has no statistics of a single image.
        if (_group.Any(batch.Count < 2)) return;
        var rate = schedule.At(step);
        var result = learner.Step(batch, rate);
        if (_group.Any(!result.IsFinite))
            throw RankRun.NotFinite(_group, source, batch, result, $"{learner.Name}: the loss is {result.Total} and the gradients' norm {result.GradientNorm} at step {step}; lower optimization.learningRate (now {optimization.LearningRate}) or lengthen its warm-up, and start again");
        var done = step + 1 - first;
        var imagesPerSecond = done * optimization.Batch * _group.Size / clock.Elapsed.TotalSeconds;
        if ((step + 1) % run.LogEvery == 0) log?.Step(step + 1, batch.Epoch + 1, rate, imagesPerSecond, result);
        observer.Progress?.Report(new TrainingProgress(
            learner.Name, step + 1, steps, batch.Epoch + 1, result.Total, imagesPerSecond, clock.Elapsed / done * (steps - step - 1)));
    }
}
