namespace BTNet.Benchmarks;

/// <summary>
/// Predicts how long a training step takes on several ranks: computing, and what is exchanged over the slowest link, which each
/// rank's share of a sum passes twice (docs/scaling.md).
/// </summary>
internal sealed record StepModel
{
    /// <summary>Ranks, 2 or more.</summary>
    public required int Ranks { get; init; }

    /// <summary>Seconds in which a rank computes a step of its own images, if it need exchange nothing.</summary>
    public required double ComputeSeconds { get; init; }

    /// <summary>Bytes of the gradients, the classifier's not among them.</summary>
    public required double GradientBytes { get; init; }

    /// <summary>Images of a rank in a step.</summary>
    public required int Batch { get; init; }

    /// <summary>Numbers in an embedding.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Bytes a second over the slowest link while all ranks send.</summary>
    public required double BytesPerSecond { get; init; }

    /// <summary>Seconds until an exchange with nothing in it is done.</summary>
    public double ExchangeLatency { get; init; }

    /// <summary>Bytes of a bucket of gradients.</summary>
    public double BucketBytes { get; init; } = 4 << 20;

    /// <summary>The share of computing that is the backward pass, behind which gradients go.</summary>
    public double BackwardShare { get; init; } = 2 / 3.0;

    /// <summary>Bytes a second between an accelerator's memory and the host's, through which gradients go there and back; without
    /// bound where there is no accelerator.</summary>
    public double CopyBytesPerSecond { get; init; } = double.PositiveInfinity;

    /// <summary>Seconds of the gradients' exchange.</summary>
    public double GradientSeconds => SumSeconds(GradientBytes) + (2 * GradientBytes / CopyBytesPerSecond) + (Buckets * ExchangeLatency);

    /// <summary>Seconds of the other exchanges: embeddings and labels, their gradients, the softmax's sums, and those of a few bytes.</summary>
    public double OtherSeconds
    {
        get
        {
            var rows = 4.0 * Batch * EmbeddingSize;
            var labels = 8.0 * Batch;
            var images = (double)Ranks * Batch;
            // The target's cosine, the greatest logit, and the sum of exponentials with the target's logit.
            const int Exchanges = 8;
            return ((rows + labels) * (Ranks - 1) / BytesPerSecond) + SumSeconds(rows * Ranks) + SumSeconds(4 * 4 * images) + (Exchanges * ExchangeLatency);
        }
    }

    /// <summary>Seconds of a step that exchanges gradients when the backward pass is done.</summary>
    public double SecondsAfter => ComputeSeconds + OtherSeconds + GradientSeconds;

    /// <summary>Seconds of a step that exchanges them while it runs: the last bucket at least comes behind it.</summary>
    public double SecondsDuring => ComputeSeconds + OtherSeconds + Math.Max(GradientSeconds - (BackwardShare * ComputeSeconds), GradientSeconds / Buckets);

    private double Buckets => Math.Max(1, Math.Ceiling(GradientBytes / BucketBytes));

    private double SumSeconds(double bytes) => 2 * bytes * (Ranks - 1) / Ranks / BytesPerSecond;
}
