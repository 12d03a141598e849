using System.Diagnostics;
using BTNet.Training.Data;
using BTNet.Training.Devices;
using BTNet.Training.Kernels;
using BTNet.Training.Profiling;
using BTNet.Training.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>
/// Trains a few steps as <see cref="Trainer"/> does and measures where their time goes. Knows no folder, so that nothing can
/// be written; saving, judging and the log, which come once in many steps, are not in it.
/// </summary>
internal sealed class Profiler
{
    private readonly ProfileOptions _options;
    private readonly IProgress<WorkProgress>? _progress;

    /// <param name="options">How long to measure.</param>
    /// <param name="progress">Told after each step; null for nobody.</param>
    /// <exception cref="InputException">The options have faults.</exception>
    public Profiler(ProfileOptions options, IProgress<WorkProgress>? progress)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults().ToList() is { Count: > 0 } faults) throw new InputException("profile", faults);
        (_options, _progress) = (options, progress);
    }

    /// <summary>Sees to it that a profile runs on the processor: another device works on while this program goes ahead, so the
    /// times between its calls say nothing.</summary>
    /// <exception cref="InputException">It would run elsewhere.</exception>
    public static void RequireProcessor(string device)
    {
        if (DeviceChoice.Resolve(device) is { type: not DeviceType.CPU } other) throw new InputException($"a profile measures the processor and this would run on {other}; choose --device cpu, or look at {other.type} with its own tools");
    }

    /// <summary>Measures.</summary>
    /// <param name="learner">Whose steps; its weights are moved.</param>
    /// <param name="source">The faces.</param>
    /// <param name="loading">What the loader prepares.</param>
    /// <param name="optimization">Of the run; a profile may be longer than that.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public StepProfile Run(ILearner learner, IFaceSource source, FaceBatchLoaderOptions loading, OptimizationOptions optimization, CancellationToken cancellation)
    {
        // Before the loader's threads are there to take their share of the cores.
        var peak = _options.Peak ?? MachinePeak.Measure(learner.Form.Precision == MapPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
        using var probe = new StepProbe();
        learner.Probe = probe;
        using var loader = new FaceBatchLoader(source, loading);
        var schedule = optimization.Create(loader.Plan.StepsPerEpoch);
        var last = ((long)loader.Plan.StepsPerEpoch * optimization.Epochs) - 1;
        var total = _options.WarmUp + _options.Steps;
        List<double> seconds = [];
        var images = 0L;
        var before = ProcessMemory.Now();
        for (var step = 0; step < total; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (step == _options.WarmUp)
            {
                probe.Reset();
                (images, before) = (0, ProcessMemory.Now());
            }

            var begun = Stopwatch.GetTimestamp();
            probe.Begin();
            images += TrainOne(learner, loader, schedule.At(Math.Min(step, last)), cancellation);
            probe.End();
            if (step >= _options.WarmUp) seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            _progress?.Report(new WorkProgress($"profiling {learner.Name}", step + 1, total, "steps"));
        }

        learner.Probe = null;
        return new StepProfile(
            learner.Name, _options.Steps, _options.WarmUp, images / (double)_options.Steps, torch.get_num_threads(), seconds, StepProfile.PartsOf(probe, _options.Steps), peak,
            MemoryProfile.Between(before, ProcessMemory.Now(), _options.Steps));
    }

    private static int TrainOne(ILearner learner, FaceBatchLoader loader, double rate, CancellationToken cancellation)
    {
        FaceBatch batch;
        using (learner.Probe.Span(StepPart.DataWait)) batch = loader.Next(cancellation);
        using (batch)
        {
            // As in training: batch norm has no statistics of a single image.
            if (batch.Count < 2) return 0;
            learner.Step(batch, rate);
            return batch.Count;
        }
    }
}
