using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BTNet.Training.Kernels;

/// <summary>
/// What batch norm, PReLU and the addition of a shortcut do to a map, in as few passes over memory as there can be. A map
/// is a matrix here, a row for each place of each image and a column for each channel, which is how channels-last lays it
/// out. libtorch makes a pass for each operator, and its PReLU several; these are bound by memory, not by arithmetic.
/// </summary>
/// <typeparam name="T">How the map's numbers are stored.</typeparam>
/// <remarks>Every method works on a range of rows, so that ranges may run side by side. Sums are kept in single precision
/// over <see cref="RowsPerSum"/> rows and in double beyond.</remarks>
internal static unsafe class ChannelPasses<T>
    where T : unmanaged, IMapNumber<T>
{
    /// <summary>Rows that are summed in single precision.</summary>
    internal const int RowsPerSum = 512;

    private static int Lanes => Vector256<float>.Count;

    /// <summary>Adds up <c>x - pivot</c> and its square, a channel each. The pivot, any value near the mean, keeps the
    /// difference of two large numbers out of the variance.</summary>
    public static void Moments(T* x, long rows, int channels, float* pivot, double* sum, double* squares)
    {
        using var scratch = new Scratch(2 * channels);
        float* s = scratch.Pointer, q = s + channels;
        for (var first = 0L; first < rows; first += RowsPerSum)
        {
            scratch.Clear();
            var last = Math.Min(rows, first + RowsPerSum);
            var row = first;
            for (; row + 4 <= last; row += 4)
            {
                T* x0 = x + (row * channels), x1 = x0 + channels, x2 = x1 + channels, x3 = x2 + channels;
                var c = 0;
                for (; c + Lanes <= channels; c += Lanes)
                {
                    var p = Vector256.Load(pivot + c);
                    Vector256<float> a = T.Load(x0 + c) - p, b = T.Load(x1 + c) - p, d = T.Load(x2 + c) - p, e = T.Load(x3 + c) - p;
                    (Vector256.Load(s + c) + ((a + b) + (d + e))).Store(s + c);
                    var square = Vector256.FusedMultiplyAdd(a, a, b * b) + Vector256.FusedMultiplyAdd(d, d, e * e);
                    (Vector256.Load(q + c) + square).Store(q + c);
                }

                for (; c < channels; c++)
                {
                    AddMoment(T.Get(x0 + c) - pivot[c], ref s[c], ref q[c]);
                    AddMoment(T.Get(x1 + c) - pivot[c], ref s[c], ref q[c]);
                    AddMoment(T.Get(x2 + c) - pivot[c], ref s[c], ref q[c]);
                    AddMoment(T.Get(x3 + c) - pivot[c], ref s[c], ref q[c]);
                }
            }

            for (; row < last; row++)
            {
                for (var c = 0; c < channels; c++) AddMoment(T.Get(x + (row * channels) + c) - pivot[c], ref s[c], ref q[c]);
            }

            for (var c = 0; c < channels; c++)
            {
                sum[c] += s[c];
                squares[c] += q[c];
            }
        }
    }

    /// <summary><c>y = x * factor + offset</c>, then PReLU where there are slopes, then the shortcut where there is one.</summary>
    public static void Apply(T* x, long rows, int channels, float* factor, float* offset, float* slope, T* shortcut, T* y)
    {
        for (var row = 0L; row < rows; row++)
        {
            T* from = x + (row * channels), to = y + (row * channels), beside = shortcut is null ? null : shortcut + (row * channels);
            var c = 0;
            for (; c + Lanes <= channels; c += Lanes)
            {
                var z = Vector256.FusedMultiplyAdd(T.Load(from + c), Vector256.Load(factor + c), Vector256.Load(offset + c));
                if (slope is not null) z = Vector256.ConditionalSelect(Vector256.GreaterThan(z, Vector256<float>.Zero), z, z * Vector256.Load(slope + c));
                if (beside is not null) z += T.Load(beside + c);
                T.Store(z, to + c);
            }

            for (; c < channels; c++)
            {
                var z = MathF.FusedMultiplyAdd(T.Get(from + c), factor[c], offset[c]);
                if (slope is not null && !(z > 0)) z *= slope[c];
                if (beside is not null) z += T.Get(beside + c);
                T.Put(z, to + c);
            }
        }
    }

    /// <summary>Adds up what the backward pass needs of each channel: the gradient behind the norm, that times
    /// <c>x - mean</c>, and the slope's own gradient.</summary>
    public static void Gradients(
        T* x, T* gradient, long rows, int channels, float* mean, float* factor, float* offset, float* slope, double* sum, double* product, double* slopes)
    {
        using var scratch = new Scratch(3 * channels);
        float* s = scratch.Pointer, p = s + channels, a = p + channels;
        for (var first = 0L; first < rows; first += RowsPerSum)
        {
            scratch.Clear();
            var last = Math.Min(rows, first + RowsPerSum);
            var row = first;
            for (; row + 2 <= last; row += 2)
            {
                T* x0 = x + (row * channels), x1 = x0 + channels, g0 = gradient + (row * channels), g1 = g0 + channels;
                var c = 0;
                for (; c + Lanes <= channels; c += Lanes)
                {
                    Vector256<float> v0 = T.Load(x0 + c), v1 = T.Load(x1 + c), d0 = T.Load(g0 + c), d1 = T.Load(g1 + c);
                    if (slope is not null)
                    {
                        Vector256<float> f = Vector256.Load(factor + c), o = Vector256.Load(offset + c), k = Vector256.Load(slope + c);
                        Vector256<float> z0 = Vector256.FusedMultiplyAdd(v0, f, o), z1 = Vector256.FusedMultiplyAdd(v1, f, o);
                        Vector256<float> up0 = Vector256.GreaterThan(z0, Vector256<float>.Zero), up1 = Vector256.GreaterThan(z1, Vector256<float>.Zero);
                        (Vector256.Load(a + c) + Vector256.AndNot(z0 * d0, up0) + Vector256.AndNot(z1 * d1, up1)).Store(a + c);
                        d0 = Vector256.ConditionalSelect(up0, d0, d0 * k);
                        d1 = Vector256.ConditionalSelect(up1, d1, d1 * k);
                    }

                    var m = Vector256.Load(mean + c);
                    (Vector256.Load(s + c) + (d0 + d1)).Store(s + c);
                    (Vector256.Load(p + c) + Vector256.FusedMultiplyAdd(d0, v0 - m, d1 * (v1 - m))).Store(p + c);
                }

                for (; c < channels; c++)
                {
                    AddGradient(T.Get(x0 + c), T.Get(g0 + c), c, mean, factor, offset, slope, s, p, a);
                    AddGradient(T.Get(x1 + c), T.Get(g1 + c), c, mean, factor, offset, slope, s, p, a);
                }
            }

            for (; row < last; row++)
            {
                for (var c = 0; c < channels; c++) AddGradient(T.Get(x + (row * channels) + c), T.Get(gradient + (row * channels) + c), c, mean, factor, offset, slope, s, p, a);
            }

            for (var c = 0; c < channels; c++)
            {
                sum[c] += s[c];
                product[c] += p[c];
                slopes[c] += a[c];
            }
        }
    }

    /// <summary>The gradient before the norm: <c>(gradient behind it) * factor + x * tilt + level</c>.</summary>
    public static void Backward(
        T* x, T* gradient, long rows, int channels, float* factor, float* offset, float* slope, float* tilt, float* level, T* result)
    {
        for (var row = 0L; row < rows; row++)
        {
            T* from = x + (row * channels), d = gradient + (row * channels), to = result + (row * channels);
            var c = 0;
            for (; c + Lanes <= channels; c += Lanes)
            {
                Vector256<float> v = T.Load(from + c), g = T.Load(d + c), f = Vector256.Load(factor + c);
                if (slope is not null)
                {
                    var z = Vector256.FusedMultiplyAdd(v, f, Vector256.Load(offset + c));
                    g = Vector256.ConditionalSelect(Vector256.GreaterThan(z, Vector256<float>.Zero), g, g * Vector256.Load(slope + c));
                }

                T.Store(Vector256.FusedMultiplyAdd(g, f, Vector256.FusedMultiplyAdd(v, Vector256.Load(tilt + c), Vector256.Load(level + c))), to + c);
            }

            for (; c < channels; c++)
            {
                var g = T.Get(d + c);
                if (slope is not null && !(MathF.FusedMultiplyAdd(T.Get(from + c), factor[c], offset[c]) > 0)) g *= slope[c];
                T.Put(MathF.FusedMultiplyAdd(g, factor[c], MathF.FusedMultiplyAdd(T.Get(from + c), tilt[c], level[c])), to + c);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddMoment(float difference, ref float sum, ref float square)
    {
        sum += difference;
        square = MathF.FusedMultiplyAdd(difference, difference, square);
    }

    private static void AddGradient(float value, float d, int c, float* mean, float* factor, float* offset, float* slope, float* s, float* p, float* a)
    {
        if (slope is not null)
        {
            var z = MathF.FusedMultiplyAdd(value, factor[c], offset[c]);
            if (!(z > 0))
            {
                a[c] += z * d;
                d *= slope[c];
            }
        }

        s[c] += d;
        p[c] = MathF.FusedMultiplyAdd(d, value - mean[c], p[c]);
    }

    /// <summary>A few floats for the time of a call.</summary>
    private readonly ref struct Scratch
    {
        private readonly float[] _rented;
        private readonly MemoryHandle _pinned;
        private readonly int _count;

        public Scratch(int count)
        {
            _count = count;
            _rented = ArrayPool<float>.Shared.Rent(count);
            _pinned = _rented.AsMemory().Pin();
        }

        public float* Pointer => (float*)_pinned.Pointer;

        public void Clear() => _rented.AsSpan(0, _count).Clear();

        public void Dispose()
        {
            _pinned.Dispose();
            ArrayPool<float>.Shared.Return(_rented);
        }
    }
}
