namespace BTNet.Training.Data;

/// <summary>A step's share of the work.</summary>
/// <param name="Step">The step, from 0 and running on over the epochs.</param>
/// <param name="Epoch">The epoch it is in, from 0.</param>
/// <param name="Items">The items, batch size of them.</param>
public sealed record PlannedBatch(long Step, int Epoch, int[] Items);

/// <summary>
/// Which items each step trains on. Every epoch goes through the items in an order of its own and leaves out those at the
/// end that fill no batch. Any step can be asked for at any time. Safe for use from several threads.
/// </summary>
public sealed class BatchPlan
{
    private readonly Lock _lock = new();
    private readonly int _items;
    private readonly ulong _seed;
    private (int Epoch, int[] Order) _last = (-1, []);

    /// <summary>Lays out the epochs.</summary>
    /// <param name="items">How many items there are.</param>
    /// <param name="batchSize">Items a step, at least 1.</param>
    /// <param name="seed">The run's.</param>
    /// <exception cref="InputException">There are fewer items than one batch needs.</exception>
    public BatchPlan(int items, int batchSize, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (items < batchSize) throw new InputException($"a batch of {batchSize} needs as many images, and there are {items}; lower the batch size or add images");
        (_items, _seed, BatchSize) = (items, seed, batchSize);
    }

    /// <summary>Items a step.</summary>
    public int BatchSize { get; }

    /// <summary>Steps an epoch: the items over the batch size, rounded down.</summary>
    public int StepsPerEpoch => _items / BatchSize;

    /// <summary>The epoch that a step is in, from 0.</summary>
    /// <param name="step">From 0.</param>
    public int EpochOf(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return checked((int)(step / StepsPerEpoch));
    }

    /// <summary>The items of a step.</summary>
    /// <param name="step">From 0.</param>
    public PlannedBatch Batch(long step)
    {
        var epoch = EpochOf(step);
        var start = (int)(step % StepsPerEpoch) * BatchSize;
        return new PlannedBatch(step, epoch, Order(epoch)[start..(start + BatchSize)]);
    }

    private int[] Order(int epoch)
    {
        lock (_lock)
        {
            if (_last.Epoch != epoch) _last = (epoch, EpochOrder.Permutation(_items, _seed, epoch));
            return _last.Order;
        }
    }
}
