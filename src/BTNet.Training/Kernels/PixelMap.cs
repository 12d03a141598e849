using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>Makes the first map of a network from the bytes of pictures in one pass: <c>x / 127.5 - 1</c>, in the layout and
/// precision that is wanted, each picture by one thread. The numbers are those of libtorch's operators, bit for bit.</summary>
internal static unsafe class PixelMap
{
    private const int Channels = 3;
    private const int Block = 16;

    // Which byte of each plane's sixteen comes where among 48 bytes of pixels side by side; 255 where another plane's comes.
    private static readonly Vector128<byte>[] Places = [.. Enumerable.Range(0, Channels * Channels).Select(at => PlaceOf(at / Channels, at % Channels))];

    /// <summary>A map <c>[N, 3, r, r]</c>; the caller disposes it.</summary>
    /// <param name="planar">At least N x 3 x r x r bytes, planes one behind the other.</param>
    /// <param name="count">N.</param>
    /// <param name="side">r.</param>
    /// <param name="form">What the map is like.</param>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public static Tensor Of(ReadOnlySpan<byte> planar, int count, int side, MapForm form)
    {
        var plane = side * side;
        if (planar.Length < (long)count * Channels * plane) throw new ArgumentException($"{planar.Length} bytes are no {count} pictures of {side} x {side}", nameof(planar));
        var kind = form.Precision == MapPrecision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var isLast = form.Layout == MapLayout.ChannelsLast;
        var dense = isLast ? empty(count, side, side, Channels, dtype: kind) : empty(count, Channels, side, side, dtype: kind);
        if (count > 0)
        {
            // The bytes of one picture: TorchSharp's span of a whole tensor ends at 2 GB. The memory is libtorch's and stays where it is.
            using var first = dense.narrow(0, 0, 1);
            var to = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
            fixed (byte* from = planar)
            {
                if (form.Precision == MapPrecision.Bf16) Fill<BrainNumber>((nint)from, to, count, plane, isLast);
                else Fill<SingleNumber>((nint)from, to, count, plane, isLast);
            }
        }

        if (!isLast) return dense;
        using (dense) return dense.permute(0, 3, 1, 2);
    }

    private static void Fill<T>(nint from, nint to, int count, int plane, bool isLast)
        where T : unmanaged, IMapNumber<T>
    {
        var parts = Math.Min(count, RowRanges.Parts((long)count * plane, Channels));
        RowRanges.Run(count, parts, (_, first, images) =>
        {
            for (var image = first; image < first + images; image++)
            {
                var pixels = (byte*)from + (image * Channels * plane);
                var numbers = (T*)to + (image * Channels * plane);
                if (isLast) SideBySide(pixels, numbers, plane);
                else InPlanes(pixels, numbers, Channels * plane);
            }
        });
    }

    private static void InPlanes<T>(byte* from, T* to, int count)
        where T : unmanaged, IMapNumber<T>
    {
        var at = 0;
        for (; at <= count - Block; at += Block) Put(Vector128.Load(from + at), to + at);
        for (; at < count; at++) T.Store(new One(Number(from[at])), to + at);
    }

    private static void SideBySide<T>(byte* red, T* to, int plane)
        where T : unmanaged, IMapNumber<T>
    {
        var green = red + plane;
        var blue = green + plane;
        var (r0, g0, b0) = (Places[0], Places[1], Places[2]);
        var (r1, g1, b1) = (Places[3], Places[4], Places[5]);
        var (r2, g2, b2) = (Places[6], Places[7], Places[8]);
        var at = 0;
        for (; at <= plane - Block; at += Block, to += Channels * Block)
        {
            var (r, g, b) = (Vector128.Load(red + at), Vector128.Load(green + at), Vector128.Load(blue + at));
            Put(Vector128.Shuffle(r, r0) | Vector128.Shuffle(g, g0) | Vector128.Shuffle(b, b0), to);
            Put(Vector128.Shuffle(r, r1) | Vector128.Shuffle(g, g1) | Vector128.Shuffle(b, b1), to + Block);
            Put(Vector128.Shuffle(r, r2) | Vector128.Shuffle(g, g2) | Vector128.Shuffle(b, b2), to + (2 * Block));
        }

        for (; at < plane; at++, to += Channels)
        {
            T.Store(new One(Number(red[at])), to);
            T.Store(new One(Number(green[at])), to + 1);
            T.Store(new One(Number(blue[at])), to + 2);
        }
    }

    /// <summary>Sixteen numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<T>(Vector128<byte> pixels, T* to)
        where T : unmanaged, IMapNumber<T>
    {
        var (lower, upper) = Vector128.Widen(pixels);
        T.Store(new Eight(Numbers(lower)), to);
        T.Store(new Eight(Numbers(upper)), to + (Block / 2));
    }

    // Divided and not multiplied by an inverse, which rounds otherwise.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Numbers(Vector128<ushort> levels) =>
        (Vector256.ConvertToSingle(Vector256.WidenLower(levels.ToVector256Unsafe()).AsInt32()) / Vector256.Create(127.5f)) - Vector256<float>.One;

    private static float Number(byte level) => (level / 127.5f) - 1;

    private static Vector128<byte> PlaceOf(int block, int channel)
    {
        Span<byte> places = stackalloc byte[Block];
        for (var at = 0; at < Block; at++)
        {
            var place = (block * Block) + at;
            places[at] = (byte)(place % Channels == channel ? place / Channels : 255);
        }

        return Vector128.Create<byte>(places);
    }
}
