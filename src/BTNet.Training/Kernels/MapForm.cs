using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>How precisely the numbers of maps are stored, and convolutions and linear layers computed. Weights, statistics of
/// batch norms, losses and the optimizer are single precision always.</summary>
public enum MapPrecision
{
    /// <summary>Single precision.</summary>
    Fp32,

    /// <summary>bfloat16: the range of a single with 8 bits of precision; half the memory, and more arithmetic a second where
    /// the processor has instructions for it.</summary>
    Bf16
}

/// <summary>How the numbers of a map <c>[N, C, H, W]</c> lie in memory. What is computed is the same but for the order of sums.</summary>
public enum MapLayout
{
    /// <summary>A plane for each channel, as torch lays them out of itself.</summary>
    Planar,

    /// <summary>The channels of a place side by side: what convolutions on CPUs like best, and what the fused passes over a
    /// map work on.</summary>
    ChannelsLast
}

/// <summary>The form that the input of a network has; every map behind it follows.</summary>
/// <param name="Layout">How numbers lie in memory.</param>
/// <param name="Precision">How precise they are.</param>
public readonly record struct MapForm(MapLayout Layout, MapPrecision Precision)
{
    /// <summary>Channels-last and single precision, which no CPU is slow at.</summary>
    public static MapForm Default { get; } = new(MapLayout.ChannelsLast, MapPrecision.Fp32);

    /// <summary>A tensor <c>[N, C, H, W]</c> in this form; the caller disposes it.</summary>
    public Tensor Of(Tensor map)
    {
        ArgumentNullException.ThrowIfNull(map);
        using var laid = Layout == MapLayout.ChannelsLast ? ChannelMap.Contiguous(map) : map.contiguous();
        return laid.to(Precision == MapPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
    }

    /// <inheritdoc />
    public override string ToString() => $"{(Precision == MapPrecision.Bf16 ? "bf16" : "fp32")}, {(Layout == MapLayout.ChannelsLast ? "channels-last" : "planar")}";
}
