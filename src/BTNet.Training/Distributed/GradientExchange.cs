using System.Diagnostics;
using BTNet.Training.Autograd;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>
/// Adds up the gradients of all ranks. Layers say what they use before they run (<see cref="Before"/>), so a mark there tells
/// when the gradients of it are complete; bucket by bucket they go to a thread that exchanges them, and are put back at the
/// end. Buckets follow from the order of the layers alone: they are the same on all ranks and at any speed, and so are the
/// sums. The loss's own exchanges in the backward pass come before the first mark is reached, so that all ranks make the same
/// exchanges in the same order.
/// </summary>
internal sealed class GradientExchange : IDisposable
{
    private readonly IProcessGroup _group;
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly HashSet<Tensor> _own;
    private readonly HashSet<Tensor> _done = new(ReferenceEqualityComparer.Instance);
    private readonly ExchangeOptions _options;
    private readonly BackwardMarks _marks;
    private readonly ExchangeThread _thread = new();
    private readonly List<(GradientBucket Bucket, Task? Exchanged)> _buckets = [];
    private readonly List<Parameter> _open = [];
    private long _openValues;
    private long _ticks;

    /// <param name="group">The ranks.</param>
    /// <param name="parameters">Whose gradients.</param>
    /// <param name="options">In what pieces and when; null for the defaults.</param>
    public GradientExchange(IProcessGroup group, IReadOnlyList<Parameter> parameters, ExchangeOptions? options = null)
    {
        (_group, _parameters, _options) = (group, parameters, options ?? new ExchangeOptions());
        _own = new HashSet<Tensor>(parameters, ReferenceEqualityComparer.Instance);
        _marks = new BackwardMarks(parameters.Count == 0 ? null : parameters[0].device);
    }

    /// <summary>The exchange of several ranks; null for one process, which needs none.</summary>
    public static GradientExchange? Of(IProcessGroup group, IReadOnlyList<Parameter> parameters, ExchangeOptions? options = null) =>
        group.Size == 1 ? null : new GradientExchange(group, parameters, options);

    /// <summary>What has been exchanged in all steps so far.</summary>
    public ExchangeTotals Totals { get; private set; }

    /// <summary>In the forward pass: these tensors are used from here on, and were not before.</summary>
    public void Before(IEnumerable<Tensor> used)
    {
        List<Parameter> own = [.. used.Where(_own.Contains).Cast<Parameter>()];
        if (own.Count > 0) _marks.Add(() => Complete(own));
    }

    /// <summary>The backward pass; behind it, each gradient is the sum over the ranks. All have gradients for the same parameters.</summary>
    public void Backward(Tensor loss)
    {
        _done.Clear();
        _marks.RunBackward(loss);
        var waiting = Stopwatch.GetTimestamp();
        // Those that no layer has told of.
        Complete(_parameters);
        Close();
        List<Task> exchanges = [.. _buckets.Select(held => held.Exchanged ?? Hand(held.Bucket))];
        foreach (var (held, exchanged) in _buckets.Zip(exchanges))
        {
            exchanged.GetAwaiter().GetResult();
            held.Bucket.PutBack();
        }

        Totals += new ExchangeTotals(_buckets.Sum(held => held.Bucket.Values.NumberOfElements), _buckets.Count, Seconds(Interlocked.Exchange(ref _ticks, 0)), Seconds(Stopwatch.GetTimestamp() - waiting));
        foreach (var (bucket, _) in _buckets) bucket.Dispose();
        _buckets.Clear();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _thread.Dispose();
        _marks.Dispose();
    }

    private static double Seconds(long ticks) => ticks / (double)Stopwatch.Frequency;

    private void Complete(IEnumerable<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            if (!_done.Add(parameter)) continue;
            using var gradient = parameter.grad;
            if (gradient is null) continue;
            if (_open.Count > 0 && _openValues + gradient.NumberOfElements > _options.BucketValues) Close();
            _open.Add(parameter);
            _openValues += gradient.NumberOfElements;
            if (_openValues >= _options.BucketValues) Close();
        }
    }

    private void Close()
    {
        if (_open.Count == 0) return;
        var bucket = new GradientBucket([.. _open]);
        _buckets.Add((bucket, _options.DuringBackward ? Hand(bucket) : null));
        _open.Clear();
        _openValues = 0;
    }

    private Task Hand(GradientBucket bucket) => _thread.Hand(() =>
    {
        var begun = Stopwatch.GetTimestamp();
        _group.Sum(bucket.Values);
        Interlocked.Add(ref _ticks, Stopwatch.GetTimestamp() - begun);
    });
}
