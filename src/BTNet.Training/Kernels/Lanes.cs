using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BTNet.Training.Kernels;

/// <summary>Sixteen channels: AVX-512.</summary>
internal readonly unsafe struct Sixteen(Vector512<float> values) : ILanes<Sixteen>
{
    private readonly Vector512<float> _values = values;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen Load(float* from) => new(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen LoadBrain(ushort* from) => new((Vector512.WidenLower(Vector256.Load(from).ToVector512Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => _values.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBrain(ushort* to) => Rounded().Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Stream(float* to) => _values.StoreAlignedNonTemporal(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StreamBrain(ushort* to) => Rounded().StoreAlignedNonTemporal(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo(double* sums)
    {
        var (lower, upper) = Vector512.Widen(_values);
        (Vector512.Load(sums) + lower).Store(sums);
        (Vector512.Load(sums + 8) + upper).Store(sums + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Sixteen Neighbours() => new(Vector512.Shuffle(_values, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen MultiplyAdd(Sixteen a, Sixteen b, Sixteen c) => new(Vector512.FusedMultiplyAdd(a._values, b._values, c._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen WherePositive(Sixteen z, Sixteen above, Sixteen otherwise) => new(Vector512.ConditionalSelect(Vector512.GreaterThan(z._values, Vector512<float>.Zero), above._values, otherwise._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator +(Sixteen left, Sixteen right) => new(left._values + right._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator -(Sixteen left, Sixteen right) => new(left._values - right._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Sixteen operator *(Sixteen left, Sixteen right) => new(left._values * right._values);

    /// <summary>As bfloat16, to the nearest, ties to the even one; what is no number stays none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<ushort> Rounded()
    {
        var bits = _values.AsUInt32();
        var rounded = (bits + Vector512.Create(BrainNumber.HalfLess) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        var whole = Vector512.ConditionalSelect(Vector512.Equals(_values, _values).AsUInt32(), rounded, Vector512.Create(BrainNumber.QuietNaN));
        return Vector256.Narrow(whole.GetLower(), whole.GetUpper());
    }
}

/// <summary>Eight channels: AVX2, and two vectors of NEON.</summary>
internal readonly unsafe struct Eight(Vector256<float> values) : ILanes<Eight>
{
    private readonly Vector256<float> _values = values;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Load(float* from) => new(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight LoadBrain(ushort* from) => new((Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => _values.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBrain(ushort* to) => Rounded().Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Stream(float* to) => _values.StoreAlignedNonTemporal(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StreamBrain(ushort* to) => Rounded().StoreAlignedNonTemporal(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo(double* sums)
    {
        var (lower, upper) = Vector256.Widen(_values);
        (Vector256.Load(sums) + lower).Store(sums);
        (Vector256.Load(sums + 4) + upper).Store(sums + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Eight Neighbours() => new(Vector256.Shuffle(_values, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight MultiplyAdd(Eight a, Eight b, Eight c) => new(Vector256.FusedMultiplyAdd(a._values, b._values, c._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight WherePositive(Eight z, Eight above, Eight otherwise) => new(Vector256.ConditionalSelect(Vector256.GreaterThan(z._values, Vector256<float>.Zero), above._values, otherwise._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator +(Eight left, Eight right) => new(left._values + right._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator -(Eight left, Eight right) => new(left._values - right._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator *(Eight left, Eight right) => new(left._values * right._values);

    /// <summary>As bfloat16, to the nearest, ties to the even one; what is no number stays none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<ushort> Rounded()
    {
        var bits = _values.AsUInt32();
        var rounded = (bits + Vector256.Create(BrainNumber.HalfLess) + ((bits >> 16) & Vector256<uint>.One)) >> 16;
        var whole = Vector256.ConditionalSelect(Vector256.Equals(_values, _values).AsUInt32(), rounded, Vector256.Create(BrainNumber.QuietNaN));
        return Vector128.Narrow(whole.GetLower(), whole.GetUpper());
    }
}

/// <summary>A channel by itself: what is left of a map whose channels fill no vector.</summary>
internal readonly unsafe struct One(float value) : ILanes<One>
{
    private readonly float _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One Load(float* from) => new(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One LoadBrain(ushort* from) => new(BitConverter.UInt32BitsToSingle((uint)*from << 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to) => *to = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBrain(ushort* to)
    {
        var bits = BitConverter.SingleToUInt32Bits(_value);
        *to = (ushort)(float.IsNaN(_value) ? BrainNumber.QuietNaN : (bits + BrainNumber.HalfLess + ((bits >> 16) & 1)) >> 16);
    }

    public void Stream(float* to) => Store(to);

    public void StreamBrain(ushort* to) => StoreBrain(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo(double* sums) => *sums += _value;

    /// <summary>There is no neighbour to be had.</summary>
    public One Neighbours() => throw new NotSupportedException("a single channel has no pair");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One MultiplyAdd(One a, One b, One c) => new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One WherePositive(One z, One above, One otherwise) => z._value > 0 ? above : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One operator +(One left, One right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One operator -(One left, One right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static One operator *(One left, One right) => new(left._value * right._value);
}
