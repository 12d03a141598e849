using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace BTNet.Faces;

/// <summary>
/// Resamples with kernels of weights in two passes, first along the rows and then along the columns, rounding to 8
/// bits in between as Pillow does.
/// </summary>
internal static class WeightedResampler
{
    private const int Half = 1 << (ResampleWeights.FractionBits - 1);

    public static byte[] Resize(FaceImage image, int width, int height, ResampleKernel kernel)
    {
        var result = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        if (image.Width == width)
        {
            AlongColumns(image.Pixels, 3 * width, result, ResampleWeights.For(image.Height, height, kernel));
            return result;
        }

        var across = ResampleWeights.For(image.Width, width, kernel);
        if (image.Height == height)
        {
            AlongRows(image.Pixels, 3 * image.Width, result, across);
            return result;
        }

        var length = checked(3 * width * image.Height);
        var between = ArrayPool<byte>.Shared.Rent(length);
        AlongRows(image.Pixels, 3 * image.Width, between.AsSpan(0, length), across);
        AlongColumns(between.AsSpan(0, length), 3 * width, result, ResampleWeights.For(image.Height, height, kernel));
        ArrayPool<byte>.Shared.Return(between);
        return result;
    }

    private static void AlongRows(ReadOnlySpan<byte> source, int rowBytes, Span<byte> target, ResampleWeights weights)
    {
        var rows = source.Length / rowBytes;
        var targetBytes = target.Length / rows;
        for (var row = 0; row < rows - 1; row++)
            Row(source[(row * rowBytes)..], target.Slice(row * targetBytes, targetBytes), weights);

        // A pixel is read as four bytes; behind the very last one there is no fourth byte, so that row is copied.
        var padded = ArrayPool<byte>.Shared.Rent(rowBytes + 1);
        source[^rowBytes..].CopyTo(padded);
        Row(padded, target[^targetBytes..], weights);
        ArrayPool<byte>.Shared.Return(padded);
    }

    private static unsafe void Row(ReadOnlySpan<byte> source, Span<byte> target, ResampleWeights weights)
    {
        var (first, counts, stride) = (weights.First, weights.Counts, weights.Stride);
        fixed (byte* sourcePixels = source, targetPixels = target)
        fixed (int* values = weights.Values)
        {
            var to = targetPixels;
            for (var x = 0; x < first.Length; x++, to += 3)
            {
                var pixel = sourcePixels + (3 * first[x]);
                var weight = values + (x * stride);
                var sum = Vector128.Create(Half);
                for (var end = weight + counts[x]; weight < end; weight++, pixel += 3)
                    sum += FourInts(pixel) * Vector128.Create(*weight);
                var rounded = Rounded(sum);
                to[0] = (byte)rounded.GetElement(0);
                to[1] = (byte)rounded.GetElement(1);
                to[2] = (byte)rounded.GetElement(2);
            }
        }
    }

    private static unsafe void AlongColumns(ReadOnlySpan<byte> source, int rowBytes, Span<byte> target, ResampleWeights weights)
    {
        fixed (byte* sourcePixels = source, targetPixels = target)
        fixed (int* values = weights.Values)
        {
            for (var y = 0; y < weights.First.Length; y++)
            {
                var from = sourcePixels + ((nint)weights.First[y] * rowBytes);
                var to = targetPixels + ((nint)y * rowBytes);
                var weight = values + (y * weights.Stride);
                var count = weights.Counts[y];
                var at = 0;
                for (; at <= rowBytes - 16; at += 16) SixteenOfColumn(from + at, rowBytes, weight, count, to + at);
                for (; at < rowBytes; at++)
                {
                    var sum = Half;
                    for (var tap = 0; tap < count; tap++) sum += from[at + ((nint)tap * rowBytes)] * weight[tap];
                    to[at] = (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, 255);
                }
            }
        }
    }

    private static unsafe void SixteenOfColumn(byte* from, int rowBytes, int* weights, int count, byte* to)
    {
        var half = Vector128.Create(Half);
        var (sum0, sum1, sum2, sum3) = (half, half, half, half);
        for (var tap = 0; tap < count; tap++, from += rowBytes)
        {
            var weight = Vector128.Create(weights[tap]);
            var (low, high) = Vector128.Widen(Vector128.Load(from));
            var (ints0, ints1) = Vector128.Widen(low);
            var (ints2, ints3) = Vector128.Widen(high);
            sum0 += ints0.AsInt32() * weight;
            sum1 += ints1.AsInt32() * weight;
            sum2 += ints2.AsInt32() * weight;
            sum3 += ints3.AsInt32() * weight;
        }

        var lower = Vector128.Narrow(Rounded(sum0), Rounded(sum1)).AsUInt16();
        var upper = Vector128.Narrow(Rounded(sum2), Rounded(sum3)).AsUInt16();
        Vector128.Narrow(lower, upper).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<int> FourInts(byte* bytes) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(bytes)).AsByte())).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Rounded(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleWeights.FractionBits, Vector128<int>.Zero), Vector128.Create(255));
}
