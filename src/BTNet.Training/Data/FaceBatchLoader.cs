using System.Collections;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// Prepares batches ahead of the training on threads of its own. Batches come in the order of the steps, and their bytes
/// depend on the source, the seed and the step alone: neither on the number of workers nor on where the run was taken up.
/// One thread asks for batches. A broken picture is reported once, left out of its batch, and stops the run where there
/// are too many.
/// </summary>
public sealed class FaceBatchLoader : IDisposable
{
    private const int SmallestSample = 1000;
    private readonly IFaceSource _source;
    private readonly FaceBatchLoaderOptions _options;
    private readonly FaceAugmenter _augmenter;
    private readonly int _reducedSide;
    private readonly BlockingCollection<(BatchInWork Batch, int Place)> _work = [];
    private readonly Queue<BatchInWork> _ahead = new();
    private readonly ConcurrentBag<(byte[] Full, byte[]? Reduced)> _spare = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread[] _workers;
    private readonly SkippedItems? _skipped;
    private readonly SkippedItems _broken = new();
    private readonly BitArray _seen;
    private int _distinctSeen;
    private long _nextStep;
    private int _disposed;

    /// <summary>Starts the workers.</summary>
    /// <param name="source">Where the pictures are; stays the caller's to dispose of, after the loader.</param>
    /// <param name="options">What is prepared.</param>
    /// <param name="firstStep">The step to begin with: 0, or the one after the last that a stopped run finished.</param>
    /// <param name="skipped">Told of each broken picture; null for nobody.</param>
    /// <exception cref="InputException">The options are faulty, each fault in the message, or the source holds fewer
    /// pictures than a batch.</exception>
    public FaceBatchLoader(IFaceSource source, FaceBatchLoaderOptions options, long firstStep = 0, SkippedItems? skipped = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(firstStep);
        if (options.Faults() is { Count: > 0 } faults) throw new InputException("batch options", faults);
        Plan = new BatchPlan(source.Count, checked(options.BatchSize * options.Share.Parts), options.Seed);
        _source = options.CacheBytes > 0 && source is not PictureCache ? new CachedSource(source, options.CacheBytes) : source;
        (_options, _nextStep, _skipped) = (options, firstStep, skipped);
        _augmenter = new FaceAugmenter(options.Augmentation, options.View, options.Seed);
        _reducedSide = options.View is BranchView branch ? branch.Resolution.Side : 0;
        _seen = new BitArray(source.Count);
        for (var i = 0; i < options.PrefetchBatches; i++) Schedule();
        _workers = new Thread[options.Workers];
        for (var i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new Thread(Work) { IsBackground = true, Name = $"btnet faces {i}" };
            _workers[i].Start();
        }
    }

    /// <summary>Which items each step takes, over all ranks.</summary>
    public BatchPlan Plan { get; }

    /// <summary>The batch of the next step; waits for it where it is not ready.</summary>
    /// <param name="cancellation">Ends the wait; the batch stays the next one.</param>
    /// <exception cref="InputException">Too many pictures are broken; the message names some.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or the loader was disposed of meanwhile.</exception>
    public FaceBatch Next(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        _ahead.Peek().Done.Wait(either.Token);
        return Take();
    }

    /// <summary>The batches from the next step on, without end: the caller breaks off after the last step.</summary>
    /// <param name="cancellation">Ends the wait for a batch.</param>
    /// <exception cref="InputException">Too many pictures are broken; the message names some.</exception>
    public async IAsyncEnumerable<FaceBatch> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        while (true)
        {
            await _ahead.Peek().Done.WaitAsync(either.Token);
            yield return Take();
        }
    }

    /// <summary>Stops the workers and waits for them.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _stop.Cancel();
        foreach (var worker in _workers) worker.Join();
        _work.Dispose();
        _stop.Dispose();
        _spare.Clear();
    }

    private FaceBatch Take()
    {
        // Left in the queue where a worker failed, so that asking again fails again.
        _ahead.Peek().ThrowIfFailed();
        var batch = _ahead.Dequeue();
        Schedule();
        Judge(batch);
        return batch.Finish(_source, _augmenter.Views, Recycle);
    }

    private void Schedule()
    {
        var (full, reduced) = _spare.TryTake(out var spare)
            ? spare
            : (new byte[_options.BatchSize * BatchInWork.FullBytes], _reducedSide == 0 ? null : new byte[_options.BatchSize * 3 * _reducedSide * _reducedSide]);
        var batch = new BatchInWork(_options.Share.Of(Plan.Batch(_nextStep++)), full, reduced, _reducedSide);
        _ahead.Enqueue(batch);
        for (var place = 0; place < _options.BatchSize; place++) _work.Add((batch, place));
    }

    /// <summary>Counts here, in the order of the steps, and not in the workers, so that a run stops where it stopped before.</summary>
    private void Judge(BatchInWork batch)
    {
        foreach (var (place, item) in batch.Plan.Items.Index())
        {
            if (_seen[item]) continue;
            _seen[item] = true;
            _distinctSeen++;
            if (batch.BrokenAt(place) is not { } fault) continue;
            _broken.Add(_source.NameOf(item), fault.Message);
            _skipped?.Add(_source.NameOf(item), fault.Message);
        }

        var judgedAgainst = Math.Min(_source.Count, Math.Max(_distinctSeen, SmallestSample));
        if (_broken.Count > _options.GreatestBrokenShare * judgedAgainst) _broken.ThrowIfMoreThan(_options.GreatestBrokenShare, _distinctSeen, FaceBatchLoaderOptions.BrokenShareKey);
    }

    private void Recycle(byte[] full, byte[]? reduced)
    {
        if (_disposed == 0) _spare.Add((full, reduced));
    }

    private void Work()
    {
        try
        {
            foreach (var (batch, place) in _work.GetConsumingEnumerable(_stop.Token)) batch.Fill(place, _source, _augmenter, _options.Known);
        }
        catch (OperationCanceledException)
        {
            // The loader is being disposed of.
        }
    }
}
