using System.Runtime.CompilerServices;

namespace BTNet.Training.Kernels;

/// <summary>Adds up <c>x - pivot</c> and its square, a channel each. The pivot, any value near the mean, keeps the difference of two
/// large numbers out of the variance. Sums are in single precision within a block of rows and in double beyond.</summary>
/// <typeparam name="T">How the map's numbers are stored.</typeparam>
internal readonly unsafe struct MomentsPass<T>(T* x, int channels, float* pivot, double* sum, double* squares) : IChannelPass
    where T : unmanaged, IMapNumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(long row, int rows, int channel)
        where V : unmanaged, ILanes<V>
    {
        var step = (long)channels;
        var from = x + (row * channels) + channel;
        var around = V.Load(pivot + channel);
        V s = default, q = default;
        for (var end = from + (rows * step); from < end; from += step)
        {
            var difference = T.Load<V>(from) - around;
            s += difference;
            q = V.MultiplyAdd(difference, difference, q);
        }

        s.AddTo(sum + channel);
        q.AddTo(squares + channel);
    }
}

/// <summary><c>y = x * factor + offset</c>, then PReLU where there are slopes, then the shortcut where there is one.</summary>
/// <typeparam name="T">How the map's numbers are stored.</typeparam>
internal readonly unsafe struct ApplyPass<T>(T* x, int channels, float* factor, float* offset, float* slope, T* shortcut, T* y, bool streams) : IChannelPass
    where T : unmanaged, IMapNumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(long row, int rows, int channel)
        where V : unmanaged, ILanes<V>
    {
        var step = (long)channels;
        var skip = (row * channels) + channel;
        var isAdded = shortcut is not null;
        T* from = x + skip, to = y + skip, beside = shortcut is null ? null : shortcut + skip;
        var (isSloped, isStreamed) = (slope is not null, streams);
        V f = V.Load(factor + channel), o = V.Load(offset + channel), k = slope is null ? default : V.Load(slope + channel);
        for (var end = from + (rows * step); from < end; from += step, to += step)
        {
            var z = V.MultiplyAdd(T.Load<V>(from), f, o);
            if (isSloped) z = V.WherePositive(z, z, z * k);
            if (isAdded)
            {
                z += T.Load<V>(beside);
                beside += step;
            }

            if (isStreamed) T.Stream(z, to);
            else T.Store(z, to);
        }
    }
}

/// <summary>Adds up what the backward pass needs of each channel: the gradient behind the norm, that times <c>x - mean</c>, and the
/// slope's own gradient. Sums as in <see cref="MomentsPass{T}"/>.</summary>
/// <typeparam name="T">How the numbers of map and gradient are stored.</typeparam>
internal readonly unsafe struct GradientsPass<T>(
    T* x, T* gradient, int channels, float* mean, float* factor, float* offset, float* slope, double* sum, double* product, double* slopes) : IChannelPass
    where T : unmanaged, IMapNumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(long row, int rows, int channel)
        where V : unmanaged, ILanes<V>
    {
        var step = (long)channels;
        var skip = (row * channels) + channel;
        T* from = x + skip, back = gradient + skip;
        var isSloped = slope is not null;
        V m = V.Load(mean + channel), f = V.Load(factor + channel), o = V.Load(offset + channel), k = slope is null ? default : V.Load(slope + channel);
        V s = default, p = default, a = default;
        for (var end = from + (rows * step); from < end; from += step, back += step)
        {
            V value = T.Load<V>(from), d = T.Load<V>(back);
            if (isSloped)
            {
                var z = V.MultiplyAdd(value, f, o);
                a += V.WherePositive(z, default, z * d);
                d = V.WherePositive(z, d, d * k);
            }

            s += d;
            p = V.MultiplyAdd(d, value - m, p);
        }

        s.AddTo(sum + channel);
        p.AddTo(product + channel);
        if (slope is not null) a.AddTo(slopes + channel);
    }
}

/// <summary>The gradient before the norm: <c>(gradient behind it) * factor + x * tilt + level</c>.</summary>
/// <typeparam name="T">How the numbers of map and gradient are stored.</typeparam>
internal readonly unsafe struct BackwardPass<T>(T* x, T* gradient, int channels, float* factor, float* offset, float* slope, float* tilt, float* level, T* result, bool streams) : IChannelPass
    where T : unmanaged, IMapNumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<V>(long row, int rows, int channel)
        where V : unmanaged, ILanes<V>
    {
        var step = (long)channels;
        var skip = (row * channels) + channel;
        T* from = x + skip, back = gradient + skip, to = result + skip;
        var (isSloped, isStreamed) = (slope is not null, streams);
        V f = V.Load(factor + channel), o = V.Load(offset + channel), k = slope is null ? default : V.Load(slope + channel);
        V t = V.Load(tilt + channel), l = V.Load(level + channel);
        for (var end = from + (rows * step); from < end; from += step, back += step, to += step)
        {
            V value = T.Load<V>(from), d = T.Load<V>(back);
            if (isSloped) d = V.WherePositive(V.MultiplyAdd(value, f, o), d, d * k);
            var before = V.MultiplyAdd(d, f, V.MultiplyAdd(value, t, l));
            if (isStreamed) T.Stream(before, to);
            else T.Store(before, to);
        }
    }
}
