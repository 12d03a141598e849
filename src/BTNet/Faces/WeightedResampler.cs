using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BTNet.Faces;

/// <summary>
/// Resamples with kernels of weights in two passes, first along the rows and then along the columns, rounding to 8
/// bits in between as Pillow does.
/// </summary>
internal static class WeightedResampler
{
    private const int Half = 1 << (ResampleWeights.FractionBits - 1);

    /// <summary>Pixels are read in pairs of eight bytes, of which the last pair may have three and no more.</summary>
    private const int ReadBeyond = 5;

    private const byte Nothing = 0x80;

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

    /// <summary>The picture by weights of any making, along both sides.</summary>
    public static FaceImage Resize(FaceImage image, ResampleWeights across, ResampleWeights down)
    {
        var (width, height) = (across.First.Length, down.First.Length);
        var result = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        var length = checked(3 * width * image.Height);
        var between = ArrayPool<byte>.Shared.Rent(length);
        AlongRows(image.Pixels, 3 * image.Width, between.AsSpan(0, length), across);
        AlongColumns(between.AsSpan(0, length), 3 * width, result, down);
        ArrayPool<byte>.Shared.Return(between);
        return new FaceImage(width, height, result);
    }

    private static void AlongRows(ReadOnlySpan<byte> source, int rowBytes, Span<byte> target, ResampleWeights weights)
    {
        var rows = source.Length / rowBytes;
        var targetBytes = target.Length / rows;
        var padded = ArrayPool<byte>.Shared.Rent(rowBytes + ReadBeyond);
        for (var row = 0; row < rows; row++)
        {
            var from = source[(row * rowBytes)..];
            // Only the last rows have too few bytes behind them to be read where they are.
            if (from.Length < rowBytes + ReadBeyond)
            {
                from[..rowBytes].CopyTo(padded);
                from = padded;
            }

            Row(from, target.Slice(row * targetBytes, targetBytes), weights);
        }

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
                var rounded = Rounded(Avx2.IsSupported ? SumOfPairs(pixel, weight, counts[x]) : Sum(pixel, weight, counts[x]));
                to[0] = (byte)rounded.GetElement(0);
                to[1] = (byte)rounded.GetElement(1);
                to[2] = (byte)rounded.GetElement(2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<int> Sum(byte* pixel, int* weight, int count)
    {
        var sum = Vector128.Create(Half);
        for (var end = weight + count; weight < end; weight++, pixel += 3)
            sum += FourInts(pixel) * Vector128.Create(*weight);
        return sum;
    }

    /// <summary>The same, two pixels at a time; the weight behind the last one is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<int> SumOfPairs(byte* pixel, int* weight, int count)
    {
        var apart = Vector128.Create(0, 1, 2, Nothing, 3, 4, 5, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing, Nothing);
        var each = Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1);
        var sum = Vector256<int>.Zero;
        for (var end = weight + count; weight < end; weight += 2, pixel += 6)
        {
            var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(pixel)).AsByte();
            var pair = Vector256.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(weight)).AsInt32();
            sum += Avx2.ConvertToVector256Int32(Ssse3.Shuffle(bytes, apart)) * Avx2.PermuteVar8x32(pair, each);
        }

        return Vector128.Create(Half) + sum.GetLower() + sum.GetUpper();
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
