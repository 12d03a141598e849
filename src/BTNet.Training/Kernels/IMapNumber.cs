using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BTNet.Training.Kernels;

/// <summary>How the numbers of a map are stored; they are computed with in single precision.</summary>
internal unsafe interface IMapNumber<TSelf>
    where TSelf : unmanaged, IMapNumber<TSelf>
{
    /// <summary>Eight of them.</summary>
    static abstract Vector256<float> Load(TSelf* from);

    /// <summary>Stores eight, rounded to the nearest.</summary>
    static abstract void Store(Vector256<float> values, TSelf* to);

    /// <summary>One of them.</summary>
    static abstract float Get(TSelf* from);

    /// <summary>Stores one, rounded to the nearest.</summary>
    static abstract void Put(float value, TSelf* to);
}

/// <summary>Stored in single precision.</summary>
internal readonly unsafe struct SingleNumber : IMapNumber<SingleNumber>
{
    private readonly float _value;

    private SingleNumber(float value) => _value = value;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(SingleNumber* from) => Vector256.Load((float*)from);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, SingleNumber* to) => values.Store((float*)to);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Get(SingleNumber* from) => from->_value;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(float value, SingleNumber* to) => *to = new SingleNumber(value);
}

/// <summary>Stored as bfloat16: the upper half of a single.</summary>
internal readonly unsafe struct BrainNumber : IMapNumber<BrainNumber>
{
    private const uint QuietNaN = 0x7FC0;

    private readonly ushort _bits;

    private BrainNumber(ushort bits) => _bits = bits;

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(BrainNumber* from)
    {
        var bits = Vector128.Load((ushort*)from);
        return (Vector256.WidenLower(bits.ToVector256Unsafe()) << 16).AsSingle();
    }

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, BrainNumber* to)
    {
        var bits = values.AsUInt32();
        // To the nearest, ties to the even one; what is no number must not be rounded into one.
        var rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        var whole = Vector256.ConditionalSelect(Vector256.Equals(values, values).AsUInt32(), rounded, Vector256.Create(QuietNaN));
        Vector128.Narrow(whole.GetLower(), whole.GetUpper()).Store((ushort*)to);
    }

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Get(BrainNumber* from) => BitConverter.UInt32BitsToSingle((uint)from->_bits << 16);

    /// <inheritdoc />
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Put(float value, BrainNumber* to)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *to = new BrainNumber((ushort)(float.IsNaN(value) ? QuietNaN : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }
}
