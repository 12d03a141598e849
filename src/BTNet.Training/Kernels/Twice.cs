using System.Runtime.CompilerServices;

namespace BTNet.Training.Kernels;

/// <summary>Two vectors beside each other: in bf16 a whole line of the cache, which is what can be written past it.</summary>
/// <typeparam name="V">One of them.</typeparam>
internal readonly unsafe struct Twice<V>(V lower, V upper) : ILanes<Twice<V>>
    where V : unmanaged, ILanes<V>
{
    private readonly V _lower = lower;
    private readonly V _upper = upper;

    public static int Count => 2 * V.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Load(float* from) => new(V.Load(from), V.Load(from + V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> LoadBrain(ushort* from) => new(V.LoadBrain(from), V.LoadBrain(from + V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* to)
    {
        _lower.Store(to);
        _upper.Store(to + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreBrain(ushort* to)
    {
        _lower.StoreBrain(to);
        _upper.StoreBrain(to + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Stream(float* to)
    {
        _lower.Stream(to);
        _upper.Stream(to + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StreamBrain(ushort* to)
    {
        _lower.StreamBrain(to);
        _upper.StreamBrain(to + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddTo(double* sums)
    {
        _lower.AddTo(sums);
        _upper.AddTo(sums + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Twice<V> Neighbours() => new(_lower.Neighbours(), _upper.Neighbours());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> MultiplyAdd(Twice<V> a, Twice<V> b, Twice<V> c) => new(V.MultiplyAdd(a._lower, b._lower, c._lower), V.MultiplyAdd(a._upper, b._upper, c._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> WherePositive(Twice<V> z, Twice<V> above, Twice<V> otherwise) =>
        new(V.WherePositive(z._lower, above._lower, otherwise._lower), V.WherePositive(z._upper, above._upper, otherwise._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator +(Twice<V> left, Twice<V> right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator -(Twice<V> left, Twice<V> right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator *(Twice<V> left, Twice<V> right) => new(left._lower * right._lower, left._upper * right._upper);
}
