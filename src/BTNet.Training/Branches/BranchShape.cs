namespace BTNet.Training.Branches;

/// <summary>Of what a branch for a recogniser's join is built.</summary>
public enum BranchBlocks
{
    /// <summary>Two convolutions of 3x3 with a shortcut around both: what processors are quickest with for their multiply-accumulates.</summary>
    Residual,

    /// <summary>MobileFaceNet's: 1x1 to twice the channels, 3x3 of each channel alone, 1x1 back, with a shortcut.</summary>
    Inverted
}

/// <summary>How a branch for a recogniser's join is built: a stem, blocks at stride 1, and a 1x1 convolution to the join's channels.</summary>
public sealed record BranchShape
{
    /// <summary>Of what blocks. Default <see cref="BranchBlocks.Residual"/>.</summary>
    public BranchBlocks Blocks { get; init; } = BranchBlocks.Residual;

    /// <summary>Channels of a block, 8 to 512. Default 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>How many blocks, 0 to 64. Default 6.</summary>
    public int Depth { get; init; } = 6;

    /// <summary>What is wrong, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Blocks)) yield return $"blocks: {Blocks} is none of {string.Join(", ", Enum.GetNames<BranchBlocks>())}";
        if (Width is < 8 or > 512) yield return $"width: {Width} is not between 8 and 512";
        if (Depth is < 0 or > 64) yield return $"depth: {Depth} is not between 0 and 64";
    }
}
