using System.Runtime.Intrinsics.X86;

namespace BTNet.Inference;

/// <summary>How this processor adds up products of bytes.</summary>
internal static class ByteProducts
{
    /// <summary>Whether it does so in 16 bits, where sums of unsigned with signed bytes overflow: x86 without VNNI.</summary>
    public static bool Overflow { get; } = X86Base.IsSupported && !HasVnni();

    private static bool HasVnni()
    {
        const int StructuredFeatures = 7;
        if (X86Base.CpuId(0, 0).Eax < StructuredFeatures) return false;
        var (leaves, _, features, _) = X86Base.CpuId(StructuredFeatures, 0);
        // AVX-512's and AVX's.
        return (features & (1 << 11)) != 0 || (leaves >= 1 && (X86Base.CpuId(StructuredFeatures, 1).Eax & (1 << 4)) != 0);
    }
}
