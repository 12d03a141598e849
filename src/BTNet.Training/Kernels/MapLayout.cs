namespace BTNet.Training.Kernels;

/// <summary>How the numbers of a map <c>[N, C, H, W]</c> lie in memory. What is computed is the same but for the order of sums.</summary>
public enum MapLayout
{
    /// <summary>A plane for each channel, as torch lays them out of itself.</summary>
    Planar,

    /// <summary>The channels of a place side by side: what convolutions on CPUs like best, and what the fused passes over a
    /// map work on.</summary>
    ChannelsLast
}
