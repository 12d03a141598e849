using System.Runtime.CompilerServices;

namespace BTNet.Training.Kernels;

/// <summary>The three rows of an input's map that a row of the output sees through a 3x3 kernel with a border of one. Some channels at a time, a
/// window slides along them in registers, so that each number is loaded once a row: the columns a, b and c, from above to below.</summary>
/// <typeparam name="T">How maps are stored.</typeparam>
internal readonly unsafe struct PairLines<T>
    where T : unmanaged, IMapNumber<T>
{
    private readonly T* _above;
    private readonly T* _at;
    private readonly T* _below;

    // Nothing where a row is outside of the map: it is one vector of zeros then.
    private readonly long _aboveStep;
    private readonly long _belowStep;
    private readonly int _width;
    private readonly long _channels;

    /// <param name="input">The input's map.</param>
    /// <param name="row">The row, counted through all images.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="zeros">A vector of them, for what is outside of the map.</param>
    public PairLines(T* input, int row, ConvolutionShape shape, T* zeros)
    {
        (_width, _channels) = (shape.Width, shape.Channels);
        var (line, top) = ((long)shape.Width * shape.Channels, row % shape.Height);
        _at = input + (row * line);
        _above = top > 0 ? _at - line : zeros;
        _below = top < shape.Height - 1 ? _at + line : zeros;
        _aboveStep = top > 0 ? shape.Channels : 0;
        _belowStep = top < shape.Height - 1 ? shape.Channels : 0;
    }

    /// <summary>Outputs of channels that see their own, and where they are paired their neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Convolve<V, P>(int c, float* own, float* crossed, T* to)
        where V : unmanaged, ILanes<V>
        where P : struct, IPairing
    {
        V w0 = V.Load(own), w1 = V.Load(own + (1 * _channels)), w2 = V.Load(own + (2 * _channels)), w3 = V.Load(own + (3 * _channels)), w4 = V.Load(own + (4 * _channels)), w5 = V.Load(own + (5 * _channels)), w6 = V.Load(own + (6 * _channels)), w7 = V.Load(own + (7 * _channels)), w8 = V.Load(own + (8 * _channels));
        V n0 = P.IsPaired ? V.Load(crossed) : default, n1 = P.IsPaired ? V.Load(crossed + (1 * _channels)) : default, n2 = P.IsPaired ? V.Load(crossed + (2 * _channels)) : default, n3 = P.IsPaired ? V.Load(crossed + (3 * _channels)) : default, n4 = P.IsPaired ? V.Load(crossed + (4 * _channels)) : default, n5 = P.IsPaired ? V.Load(crossed + (5 * _channels)) : default, n6 = P.IsPaired ? V.Load(crossed + (6 * _channels)) : default, n7 = P.IsPaired ? V.Load(crossed + (7 * _channels)) : default, n8 = P.IsPaired ? V.Load(crossed + (8 * _channels)) : default;
        T* above = Above(c), at = _at + c, below = Below(c);
        V a0 = default, a1 = default, a2 = default, b0 = T.Load<V>(above), b1 = T.Load<V>(at), b2 = T.Load<V>(below);
        for (var left = _width; left > 0; left--, to += _channels)
        {
            V c0 = default, c1 = default, c2 = default;
            if (left > 1)
            {
                above += _aboveStep;
                at += _channels;
                below += _belowStep;
                (c0, c1, c2) = (T.Load<V>(above), T.Load<V>(at), T.Load<V>(below));
            }

            var sum = a0 * w0;
            sum = V.MultiplyAdd(b0, w1, sum);
            sum = V.MultiplyAdd(c0, w2, sum);
            sum = V.MultiplyAdd(a1, w3, sum);
            sum = V.MultiplyAdd(b1, w4, sum);
            sum = V.MultiplyAdd(c1, w5, sum);
            sum = V.MultiplyAdd(a2, w6, sum);
            sum = V.MultiplyAdd(b2, w7, sum);
            sum = V.MultiplyAdd(c2, w8, sum);
            if (P.IsPaired)
            {
                var exchanged = a0 * n0;
                exchanged = V.MultiplyAdd(b0, n1, exchanged);
                exchanged = V.MultiplyAdd(c0, n2, exchanged);
                exchanged = V.MultiplyAdd(a1, n3, exchanged);
                exchanged = V.MultiplyAdd(b1, n4, exchanged);
                exchanged = V.MultiplyAdd(c1, n5, exchanged);
                exchanged = V.MultiplyAdd(a2, n6, exchanged);
                exchanged = V.MultiplyAdd(b2, n7, exchanged);
                exchanged = V.MultiplyAdd(c2, n8, exchanged);
                sum += exchanged.Neighbours();
            }

            T.Store(sum, to);
            (a0, a1, a2, b0, b1, b2) = (b0, b1, b2, c0, c1, c2);
        }
    }

    /// <summary>Adds to the gradient of kernels that see their own channel, and where they are paired its neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddGradient<V, P>(int c, float* own, float* crossed, T* gradient)
        where V : unmanaged, ILanes<V>
        where P : struct, IPairing
    {
        V w0 = V.Load(own), w1 = V.Load(own + (1 * _channels)), w2 = V.Load(own + (2 * _channels)), w3 = V.Load(own + (3 * _channels)), w4 = V.Load(own + (4 * _channels)), w5 = V.Load(own + (5 * _channels)), w6 = V.Load(own + (6 * _channels)), w7 = V.Load(own + (7 * _channels)), w8 = V.Load(own + (8 * _channels));
        V n0 = P.IsPaired ? V.Load(crossed) : default, n1 = P.IsPaired ? V.Load(crossed + (1 * _channels)) : default, n2 = P.IsPaired ? V.Load(crossed + (2 * _channels)) : default, n3 = P.IsPaired ? V.Load(crossed + (3 * _channels)) : default, n4 = P.IsPaired ? V.Load(crossed + (4 * _channels)) : default, n5 = P.IsPaired ? V.Load(crossed + (5 * _channels)) : default, n6 = P.IsPaired ? V.Load(crossed + (6 * _channels)) : default, n7 = P.IsPaired ? V.Load(crossed + (7 * _channels)) : default, n8 = P.IsPaired ? V.Load(crossed + (8 * _channels)) : default;
        T* above = Above(c), at = _at + c, below = Below(c);
        V a0 = default, a1 = default, a2 = default, b0 = T.Load<V>(above), b1 = T.Load<V>(at), b2 = T.Load<V>(below);
        for (var left = _width; left > 0; left--, gradient += _channels)
        {
            V c0 = default, c1 = default, c2 = default;
            if (left > 1)
            {
                above += _aboveStep;
                at += _channels;
                below += _belowStep;
                (c0, c1, c2) = (T.Load<V>(above), T.Load<V>(at), T.Load<V>(below));
            }

            var d = T.Load<V>(gradient);
            w0 = V.MultiplyAdd(a0, d, w0);
            w1 = V.MultiplyAdd(b0, d, w1);
            w2 = V.MultiplyAdd(c0, d, w2);
            w3 = V.MultiplyAdd(a1, d, w3);
            w4 = V.MultiplyAdd(b1, d, w4);
            w5 = V.MultiplyAdd(c1, d, w5);
            w6 = V.MultiplyAdd(a2, d, w6);
            w7 = V.MultiplyAdd(b2, d, w7);
            w8 = V.MultiplyAdd(c2, d, w8);
            if (P.IsPaired)
            {
                var e = d.Neighbours();
                n0 = V.MultiplyAdd(a0, e, n0);
                n1 = V.MultiplyAdd(b0, e, n1);
                n2 = V.MultiplyAdd(c0, e, n2);
                n3 = V.MultiplyAdd(a1, e, n3);
                n4 = V.MultiplyAdd(b1, e, n4);
                n5 = V.MultiplyAdd(c1, e, n5);
                n6 = V.MultiplyAdd(a2, e, n6);
                n7 = V.MultiplyAdd(b2, e, n7);
                n8 = V.MultiplyAdd(c2, e, n8);
            }

            (a0, a1, a2, b0, b1, b2) = (b0, b1, b2, c0, c1, c2);
        }

        Store(own, w0, w1, w2, w3, w4, w5, w6, w7, w8);
        if (P.IsPaired) Store(crossed, n0, n1, n2, n3, n4, n5, n6, n7, n8);
    }

    private void Store<V>(float* to, V k0, V k1, V k2, V k3, V k4, V k5, V k6, V k7, V k8)
        where V : unmanaged, ILanes<V>
    {
        k0.Store(to);
        k1.Store(to + (1 * _channels));
        k2.Store(to + (2 * _channels));
        k3.Store(to + (3 * _channels));
        k4.Store(to + (4 * _channels));
        k5.Store(to + (5 * _channels));
        k6.Store(to + (6 * _channels));
        k7.Store(to + (7 * _channels));
        k8.Store(to + (8 * _channels));
    }

    private T* Above(int c) => _aboveStep == 0 ? _above : _above + c;

    private T* Below(int c) => _belowStep == 0 ? _below : _below + c;
}

/// <summary>Whether a channel sees its neighbour: a constant to the compiler, so that what is not needed is not there.</summary>
internal interface IPairing
{
    static abstract bool IsPaired { get; }
}

/// <summary>Each channel sees itself alone.</summary>
internal readonly struct Alone : IPairing
{
    public static bool IsPaired => false;
}

/// <summary>Each channel sees its neighbour, too.</summary>
internal readonly struct Paired : IPairing
{
    public static bool IsPaired => true;
}
