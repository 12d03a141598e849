namespace BTNet.Training.Distributed;

/// <summary>How gradients go over the ranks.</summary>
internal sealed record ExchangeOptions
{
    /// <summary>Whether a bucket goes as soon as it is complete, while the backward pass computes the gradients before it; otherwise
    /// all go when that is done, which is there to compare with. The sums are the same. True by default.</summary>
    public bool DuringBackward { get; init; } = true;

    /// <summary>Values of a bucket at most, unless a single gradient has more; 1 or more. By default 4 MiB of floats, enough for the
    /// exchange to be bound by bandwidth.</summary>
    public long BucketValues { get; init; } = 1 << 20;
}

/// <summary>What exchanges came to.</summary>
/// <param name="Values">Values that were added up.</param>
/// <param name="Buckets">In how many exchanges.</param>
/// <param name="Seconds">Seconds in them, those of waiting for slower ranks included.</param>
/// <param name="Waited">Seconds after the backward pass until all was done.</param>
internal readonly record struct ExchangeTotals(long Values, long Buckets, double Seconds, double Waited)
{
    public static ExchangeTotals operator +(ExchangeTotals one, ExchangeTotals other) =>
        new(one.Values + other.Values, one.Buckets + other.Buckets, one.Seconds + other.Seconds, one.Waited + other.Waited);

    public static ExchangeTotals operator -(ExchangeTotals one, ExchangeTotals other) =>
        new(one.Values - other.Values, one.Buckets - other.Buckets, one.Seconds - other.Seconds, one.Waited - other.Waited);
}
