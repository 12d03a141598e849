namespace BTNet.Training.Branches;

/// <summary>What of a recogniser's tail is a resolution's own.</summary>
public enum TailChange
{
    /// <summary>Nothing: the tail is the trunk's.</summary>
    None,

    /// <summary>A scale and a shift of each channel behind every layer with weights: what resolution-aware batch norms (the paper, section 3.3)
    /// are where norms were folded into convolutions.</summary>
    ScaleAndShift,

    /// <summary>Scales and shifts, and to the weights of convolutions and of matrices whose outputs lie along the first side (Gemm with transB, as torch writes it) the product of two thin ones
    /// (LoRA; Hu et al., ICLR 2022), where two of the rank are smaller than what they are added to. Other layers have scales and shifts alone.</summary>
    LowRank,

    /// <summary>The weights of every convolution and matrix, with scales and shifts. Slopes of PReLU, constants that maps are multiplied by or added to, and norms' statistics stay the recogniser's.</summary>
    Whole
}

/// <summary>How much of a recogniser's tail a resolution may have for its own.</summary>
public sealed record TailChoice
{
    /// <summary>What. Default <see cref="TailChange.LowRank"/>: as good as all of it (docs/experiments.md), in a part of its room.</summary>
    public TailChange Change { get; init; } = TailChange.LowRank;

    /// <summary>Rank of the matrices, 1 to 256, where they are of low rank. Default 16.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>The tail's learning rate as a share of the branch's, above 0 to 1. Default 1.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>What is wrong, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Change)) yield return $"change: {Change} is none of {string.Join(", ", Enum.GetNames<TailChange>())}";
        if (Rank is < 1 or > 256) yield return $"rank: {Rank} is not between 1 and 256";
        if (!(Rate is > 0 and <= 1)) yield return $"rate: {Rate} is not above 0 and up to 1";
    }
}
