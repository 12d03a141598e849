using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BTNet.Training.Kernels;

/// <summary>How the numbers of a map are stored; they are computed with in single precision.</summary>
internal unsafe interface IMapNumber<TSelf>
    where TSelf : unmanaged, IMapNumber<TSelf>
{
    /// <summary>As many neighbouring ones as there are lanes.</summary>
    static abstract V Load<V>(TSelf* from)
        where V : unmanaged, ILanes<V>;

    /// <summary>Stores as many, rounded to the nearest.</summary>
    static abstract void Store<V>(V values, TSelf* to)
        where V : unmanaged, ILanes<V>;

    /// <summary>Stores as many past the caches.</summary>
    static abstract void Stream<V>(V values, TSelf* to)
        where V : unmanaged, ILanes<V>;
}

/// <summary>Stored in single precision.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(float))]
internal readonly unsafe struct SingleNumber : IMapNumber<SingleNumber>
{
    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(SingleNumber* from)
        where V : unmanaged, ILanes<V> => V.Load((float*)from);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V values, SingleNumber* to)
        where V : unmanaged, ILanes<V> => values.Store((float*)to);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream<V>(V values, SingleNumber* to)
        where V : unmanaged, ILanes<V> => values.Stream((float*)to);
}

/// <summary>Stored as bfloat16: the upper half of a single.</summary>
[StructLayout(LayoutKind.Sequential, Size = sizeof(ushort))]
internal readonly unsafe struct BrainNumber : IMapNumber<BrainNumber>
{
    /// <summary>What stands for no number.</summary>
    internal const uint QuietNaN = 0x7FC0;

    /// <summary>Half of the last place, less the least: with the last place's own bit it rounds ties to the even number.</summary>
    internal const uint HalfLess = 0x7FFF;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V>(BrainNumber* from)
        where V : unmanaged, ILanes<V> => V.LoadBrain((ushort*)from);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V>(V values, BrainNumber* to)
        where V : unmanaged, ILanes<V> => values.StoreBrain((ushort*)to);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Stream<V>(V values, BrainNumber* to)
        where V : unmanaged, ILanes<V> => values.StreamBrain((ushort*)to);
}
