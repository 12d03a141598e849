using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>The order in which an epoch goes through the items: another for each epoch, the same for the same seed.</summary>
public static class EpochOrder
{
    private const ulong Purpose = 1;

    /// <summary>Every item once, in random order.</summary>
    /// <param name="items">How many items.</param>
    /// <param name="seed">The run's.</param>
    /// <param name="epoch">From 0.</param>
    public static int[] Permutation(int items, ulong seed, int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(items);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var order = new int[items];
        for (var i = 0; i < items; i++) order[i] = i;
        new SeededRandom(seed, Purpose, (ulong)epoch).Shuffle(order.AsSpan());
        return order;
    }
}
