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

    /// <summary>Outputs of channels that see their own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Convolve<V>(int c, float* own, T* to)
        where V : unmanaged, ILanes<V>
    {
        V w0 = *(V*)own, w1 = *(V*)(own + (1 * _channels)), w2 = *(V*)(own + (2 * _channels)), w3 = *(V*)(own + (3 * _channels)), w4 = *(V*)(own + (4 * _channels)), w5 = *(V*)(own + (5 * _channels)), w6 = *(V*)(own + (6 * _channels)), w7 = *(V*)(own + (7 * _channels)), w8 = *(V*)(own + (8 * _channels));
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
            T.Store(sum, to);
            (a0, a1, a2, b0, b1, b2) = (b0, b1, b2, c0, c1, c2);
        }
    }

    /// <summary>Outputs of channels that see their own and their neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Convolve<V>(int c, float* own, float* crossed, T* to)
        where V : unmanaged, ILanes<V>
    {
        V w0 = *(V*)own, w1 = *(V*)(own + (1 * _channels)), w2 = *(V*)(own + (2 * _channels)), w3 = *(V*)(own + (3 * _channels)), w4 = *(V*)(own + (4 * _channels)), w5 = *(V*)(own + (5 * _channels)), w6 = *(V*)(own + (6 * _channels)), w7 = *(V*)(own + (7 * _channels)), w8 = *(V*)(own + (8 * _channels));
        V n0 = *(V*)crossed, n1 = *(V*)(crossed + (1 * _channels)), n2 = *(V*)(crossed + (2 * _channels)), n3 = *(V*)(crossed + (3 * _channels)), n4 = *(V*)(crossed + (4 * _channels)), n5 = *(V*)(crossed + (5 * _channels)), n6 = *(V*)(crossed + (6 * _channels)), n7 = *(V*)(crossed + (7 * _channels)), n8 = *(V*)(crossed + (8 * _channels));
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

            var straight = a0 * w0;
            straight = V.MultiplyAdd(b0, w1, straight);
            straight = V.MultiplyAdd(c0, w2, straight);
            straight = V.MultiplyAdd(a1, w3, straight);
            straight = V.MultiplyAdd(b1, w4, straight);
            straight = V.MultiplyAdd(c1, w5, straight);
            straight = V.MultiplyAdd(a2, w6, straight);
            straight = V.MultiplyAdd(b2, w7, straight);
            straight = V.MultiplyAdd(c2, w8, straight);
            var exchanged = a0 * n0;
            exchanged = V.MultiplyAdd(b0, n1, exchanged);
            exchanged = V.MultiplyAdd(c0, n2, exchanged);
            exchanged = V.MultiplyAdd(a1, n3, exchanged);
            exchanged = V.MultiplyAdd(b1, n4, exchanged);
            exchanged = V.MultiplyAdd(c1, n5, exchanged);
            exchanged = V.MultiplyAdd(a2, n6, exchanged);
            exchanged = V.MultiplyAdd(b2, n7, exchanged);
            exchanged = V.MultiplyAdd(c2, n8, exchanged);
            T.Store(straight + exchanged.Neighbours(), to);
            (a0, a1, a2, b0, b1, b2) = (b0, b1, b2, c0, c1, c2);
        }
    }

    /// <summary>Adds to the gradient of kernels that see their own channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddGradient<V>(int c, float* own, T* gradient)
        where V : unmanaged, ILanes<V>
    {
        V w0 = *(V*)own, w1 = *(V*)(own + (1 * _channels)), w2 = *(V*)(own + (2 * _channels)), w3 = *(V*)(own + (3 * _channels)), w4 = *(V*)(own + (4 * _channels)), w5 = *(V*)(own + (5 * _channels)), w6 = *(V*)(own + (6 * _channels)), w7 = *(V*)(own + (7 * _channels)), w8 = *(V*)(own + (8 * _channels));
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
            (a0, a1, a2, b0, b1, b2) = (b0, b1, b2, c0, c1, c2);
        }

        *(V*)own = w0;
        *(V*)(own + (1 * _channels)) = w1;
        *(V*)(own + (2 * _channels)) = w2;
        *(V*)(own + (3 * _channels)) = w3;
        *(V*)(own + (4 * _channels)) = w4;
        *(V*)(own + (5 * _channels)) = w5;
        *(V*)(own + (6 * _channels)) = w6;
        *(V*)(own + (7 * _channels)) = w7;
        *(V*)(own + (8 * _channels)) = w8;
    }

    /// <summary>Adds to the gradient of kernels that see their own channel and its neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddGradient<V>(int c, float* own, float* crossed, T* gradient)
        where V : unmanaged, ILanes<V>
    {
        V w0 = *(V*)own, w1 = *(V*)(own + (1 * _channels)), w2 = *(V*)(own + (2 * _channels)), w3 = *(V*)(own + (3 * _channels)), w4 = *(V*)(own + (4 * _channels)), w5 = *(V*)(own + (5 * _channels)), w6 = *(V*)(own + (6 * _channels)), w7 = *(V*)(own + (7 * _channels)), w8 = *(V*)(own + (8 * _channels));
        V n0 = *(V*)crossed, n1 = *(V*)(crossed + (1 * _channels)), n2 = *(V*)(crossed + (2 * _channels)), n3 = *(V*)(crossed + (3 * _channels)), n4 = *(V*)(crossed + (4 * _channels)), n5 = *(V*)(crossed + (5 * _channels)), n6 = *(V*)(crossed + (6 * _channels)), n7 = *(V*)(crossed + (7 * _channels)), n8 = *(V*)(crossed + (8 * _channels));
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
            var e = d.Neighbours();
            w0 = V.MultiplyAdd(a0, d, w0);
            w1 = V.MultiplyAdd(b0, d, w1);
            w2 = V.MultiplyAdd(c0, d, w2);
            w3 = V.MultiplyAdd(a1, d, w3);
            w4 = V.MultiplyAdd(b1, d, w4);
            w5 = V.MultiplyAdd(c1, d, w5);
            w6 = V.MultiplyAdd(a2, d, w6);
            w7 = V.MultiplyAdd(b2, d, w7);
            w8 = V.MultiplyAdd(c2, d, w8);
            n0 = V.MultiplyAdd(a0, e, n0);
            n1 = V.MultiplyAdd(b0, e, n1);
            n2 = V.MultiplyAdd(c0, e, n2);
            n3 = V.MultiplyAdd(a1, e, n3);
            n4 = V.MultiplyAdd(b1, e, n4);
            n5 = V.MultiplyAdd(c1, e, n5);
            n6 = V.MultiplyAdd(a2, e, n6);
            n7 = V.MultiplyAdd(b2, e, n7);
            n8 = V.MultiplyAdd(c2, e, n8);
            (a0, a1, a2, b0, b1, b2) = (b0, b1, b2, c0, c1, c2);
        }

        *(V*)own = w0;
        *(V*)(own + (1 * _channels)) = w1;
        *(V*)(own + (2 * _channels)) = w2;
        *(V*)(own + (3 * _channels)) = w3;
        *(V*)(own + (4 * _channels)) = w4;
        *(V*)(own + (5 * _channels)) = w5;
        *(V*)(own + (6 * _channels)) = w6;
        *(V*)(own + (7 * _channels)) = w7;
        *(V*)(own + (8 * _channels)) = w8;
        *(V*)crossed = n0;
        *(V*)(crossed + (1 * _channels)) = n1;
        *(V*)(crossed + (2 * _channels)) = n2;
        *(V*)(crossed + (3 * _channels)) = n3;
        *(V*)(crossed + (4 * _channels)) = n4;
        *(V*)(crossed + (5 * _channels)) = n5;
        *(V*)(crossed + (6 * _channels)) = n6;
        *(V*)(crossed + (7 * _channels)) = n7;
        *(V*)(crossed + (8 * _channels)) = n8;
    }

    private T* Above(int c) => _aboveStep == 0 ? _above : _above + c;

    private T* Below(int c) => _belowStep == 0 ? _below : _below + c;
}
