namespace BTNet.Training.Branches;

/// <summary>Of what a branch for a recogniser's join is built.</summary>
public enum BranchBlocks
{
    /// <summary>Two convolutions of 3x3 with a shortcut around both: what processors are quickest with for their multiply-accumulates.</summary>
    Residual,

    /// <summary>MobileFaceNet's: 1x1 to twice the channels, 3x3 of each channel alone, 1x1 back, with a shortcut.</summary>
    Inverted,

    /// <summary>The recogniser's own layers in front of the join, with its weights to begin with, stepping by one place at a time (the paper, section 3.3).</summary>
    Copied,

    /// <summary>The recogniser's own layers in front of the join, with its weights to begin with, on the face enlarged to the recogniser's size: to compare with, for it costs
    /// what the recogniser does. It is not packaged.</summary>
    Enlarged
}

/// <summary>How large a branch is.</summary>
public enum BranchSize
{
    /// <summary>Half the blocks.</summary>
    Light,

    /// <summary>As many multiply-accumulates as leave the path below the recogniser's own, as the paper's branches do.</summary>
    Paper,

    /// <summary>More blocks.</summary>
    Large
}

/// <summary>How a branch for a recogniser's join is built: a stem, blocks at stride 1, and a 1x1 convolution to the join's channels.</summary>
public sealed record BranchShape
{
    /// <summary>The side that copied layers find small faces interpolated to, unless told otherwise.</summary>
    private const int Interpolated = 28;

    /// <summary>Of what blocks. Default <see cref="BranchBlocks.Copied"/>, which learns quickest by far (docs/experiments.md).</summary>
    public BranchBlocks Blocks { get; init; } = BranchBlocks.Copied;

    /// <summary>How large, where width and depth are not stated. Default <see cref="BranchSize.Paper"/>.</summary>
    public BranchSize Size { get; init; } = BranchSize.Paper;

    /// <summary>Channels of a block, 8 to 512; null for 32 at 28 pixels and above, 64 at 14 and 128 at 7.</summary>
    public int? Width { get; init; }

    /// <summary>How many blocks, 0 to 64; null for what the size says: 2, 3 and 6 at 28 pixels and above, 3, 6 and 9 below.</summary>
    public int? Depth { get; init; }

    /// <summary>By what copied layers find a face interpolated, 1, 2 or 4: they then keep the last of their steps and see a face more as they saw one of 112 pixels, for more
    /// multiply-accumulates. Null, the default, for as much as brings faces to 28 pixels: 2 at 14, 4 at 7, else 1.</summary>
    public int? Oversampling { get; init; }

    /// <summary>With width, depth and oversampling stated.</summary>
    /// <param name="side">Side of the faces.</param>
    public BranchShape For(int side) => this with
    {
        Width = Width ?? (side >= 28 ? 32 : side >= 14 ? 64 : 128),
        Depth = Depth ?? (side >= 28
            ? Size switch { BranchSize.Light => 2, BranchSize.Paper => 3, _ => 6 }
            : Size switch { BranchSize.Light => 3, BranchSize.Paper => 6, _ => 9 }),
        Oversampling = Oversampling ?? (Blocks == BranchBlocks.Copied ? Math.Max(1, Interpolated / side) : 1)
    };

    /// <summary>What is wrong, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!Enum.IsDefined(Blocks)) yield return $"blocks: {Blocks} is none of {string.Join(", ", Enum.GetNames<BranchBlocks>())}";
        if (!Enum.IsDefined(Size)) yield return $"size: {Size} is none of {string.Join(", ", Enum.GetNames<BranchSize>())}";
        if (Oversampling is not (null or 1 or 2 or 4)) yield return $"oversampling: {Oversampling} is none of 1, 2 and 4";
        if (Width is < 8 or > 512) yield return $"width: {Width} is not between 8 and 512";
        if (Depth is < 0 or > 64) yield return $"depth: {Depth} is not between 0 and 64";
    }
}
