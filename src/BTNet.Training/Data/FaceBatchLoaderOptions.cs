namespace BTNet.Training.Data;

/// <summary>What a <see cref="FaceBatchLoader"/> prepares, and with how much of the machine.</summary>
public sealed record FaceBatchLoaderOptions
{
    /// <summary>What recipes call the share of broken pictures.</summary>
    internal const string BrokenShareKey = "data.greatestBrokenShare";

    /// <summary>What a batch shows of each picture. Default: the trunk's, every resolution as often.</summary>
    public FaceView View { get; init; } = TrunkView.Even;

    /// <summary>Pictures a step; over several ranks, for each of them. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Which part of each step's pictures is prepared here. Default: all.</summary>
    public BatchShare Share { get; init; } = BatchShare.Whole;

    /// <summary>From which the order of the items and all that is varied about them follow. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How pictures are varied and reduced.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Threads that decode and reduce. Default: one for each core.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Batches prepared ahead, at least 1; what memory they take is bounded by this. Default 3.</summary>
    public int PrefetchBatches { get; init; } = 3;

    /// <summary>Bytes of decoded pictures kept in memory, so that a small set is decoded once; 0 for none. Not
    /// for a <see cref="PictureCache"/>, which is one. Default 512 MiB.</summary>
    public long CacheBytes { get; init; } = 512L << 20;

    /// <summary>
    /// The share of the pictures, from 0 to 1, that may be broken; more stops the run. It is a share of those seen so far,
    /// counted as 1,000 at least, or as the whole of a smaller set, so that a few at the start stop nothing. Default 0.01.
    /// </summary>
    public double GreatestBrokenShare { get; init; } = 0.01;

    /// <summary>Views that the teacher knows, so that a branch's batches lack them at full size; null for none.</summary>
    internal IKnownViews? Known { get; init; }

    /// <summary>What is wrong with these options, a sentence each; empty where nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        List<string> faults = [.. View.Faults(), .. Augmentation.Faults()];
        if (BatchSize < 1) faults.Add($"BatchSize is {BatchSize}, expected 1 or more");
        if (Workers < 1) faults.Add($"Workers is {Workers}, expected 1 or more");
        if (PrefetchBatches < 1) faults.Add($"PrefetchBatches is {PrefetchBatches}, expected 1 or more");
        if (CacheBytes < 0) faults.Add($"CacheBytes is {CacheBytes}, expected 0 or more");
        if (!(GreatestBrokenShare is >= 0 and <= 1)) faults.Add($"GreatestBrokenShare is {GreatestBrokenShare}, expected 0 to 1");
        return faults;
    }
}
