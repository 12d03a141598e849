using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>
/// Convolutions whose outputs see one channel or a pair of them, over channels-last maps in single precision. They are bound
/// by memory: MobileFaceNet's are. oneDNN has quick ones for one channel, but for the gradient of its kernel, and none for pairs,
/// where it takes five to ten times as long.
/// </summary>
internal static unsafe class PairConvolution
{
    /// <summary>Channels must be a multiple of this.</summary>
    public const int Lanes = 16;

    /// <summary>The convolution.</summary>
    /// <param name="input">Channels-last <c>[N, C, H, W]</c>.</param>
    /// <param name="kernel">The kernel, of pairs.</param>
    /// <param name="shape">The sizes.</param>
    public static Tensor Run(Tensor input, PairKernel kernel, ConvolutionShape shape)
    {
        using var rows = empty(shape.Images, shape.OutHeight, shape.OutWidth, shape.Channels);
        var result = rows.permute(0, 3, 1, 2);
        using var x = new ChannelMap<SingleNumber>(input);
        using var y = new ChannelMap<SingleNumber>(result);
        var (from, to) = (x.Start, y.Start);
        RowRanges.Run(shape.OutRows, RowRanges.Parts(shape.OutRows, shape.OutWidth * shape.Channels), (_, first, count) =>
        {
            fixed (float* own = kernel.Own, other = kernel.Other)
            {
                for (var row = (int)first; row < first + count; row++) Row((float*)from, (float*)to, own, other, row, shape);
            }
        });
        return result;
    }

    /// <summary>The gradient of the kernel.</summary>
    /// <param name="input">Channels-last <c>[N, C, H, W]</c>.</param>
    /// <param name="gradient">Of the output, channels-last.</param>
    /// <param name="pairs">Whether outputs see two channels.</param>
    /// <param name="shape">The sizes.</param>
    public static PairKernel KernelGradient(Tensor input, Tensor gradient, bool pairs, ConvolutionShape shape)
    {
        using var x = new ChannelMap<SingleNumber>(input);
        using var d = new ChannelMap<SingleNumber>(gradient);
        var (from, back) = (x.Start, d.Start);
        var parts = RowRanges.Parts(shape.OutRows, shape.OutWidth * shape.Channels);
        var sums = new PairKernel[parts];
        RowRanges.Run(shape.OutRows, parts, (part, first, count) =>
        {
            var size = shape.Taps * shape.Channels;
            sums[part] = new PairKernel(new float[size], pairs ? new float[size] : null);
            fixed (float* own = sums[part].Own, other = sums[part].Other)
            {
                for (var row = (int)first; row < first + count; row++) AddRow((float*)from, (float*)back, own, other, row, shape);
            }
        });
        foreach (var sum in sums.Skip(1))
        {
            for (var i = 0; i < sum.Own.Length; i++) sums[0].Own[i] += sum.Own[i];
            for (var i = 0; i < (sum.Other?.Length ?? 0); i++) sums[0].Other![i] += sum.Other![i];
        }

        return sums[0];
    }

    private static void Row(float* input, float* output, float* own, float* other, int row, ConvolutionShape shape)
    {
        var (image, top) = (row / shape.OutHeight, (row % shape.OutHeight * shape.Stride) - shape.Padding);
        var to = output + ((long)row * shape.OutWidth * shape.Channels);
        for (var place = 0; place < shape.OutWidth; place++, to += shape.Channels)
        {
            var left = (place * shape.Stride) - shape.Padding;
            for (var c = 0; c < shape.Channels; c += Lanes)
            {
                Vector256<float> a = default, b = default;
                for (var down = Math.Max(0, -top); down < shape.Side && top + down < shape.Height; down++)
                {
                    var at = input + (((((long)image * shape.Height) + top + down) * shape.Width) + left) * shape.Channels + c;
                    for (var right = Math.Max(0, -left); right < shape.Side && left + right < shape.Width; right++)
                    {
                        var weight = (((down * shape.Side) + right) * shape.Channels) + c;
                        Vector256<float> x = Vector256.Load(at + (right * shape.Channels)), z = Vector256.Load(at + (right * shape.Channels) + 8);
                        a = Vector256.FusedMultiplyAdd(x, Vector256.Load(own + weight), a);
                        b = Vector256.FusedMultiplyAdd(z, Vector256.Load(own + weight + 8), b);
                        if (other is null) continue;
                        a = Vector256.FusedMultiplyAdd(Neighbours(x), Vector256.Load(other + weight), a);
                        b = Vector256.FusedMultiplyAdd(Neighbours(z), Vector256.Load(other + weight + 8), b);
                    }
                }

                a.Store(to + c);
                b.Store(to + c + 8);
            }
        }
    }

    private static void AddRow(float* input, float* gradient, float* own, float* other, int row, ConvolutionShape shape)
    {
        var (image, top) = (row / shape.OutHeight, (row % shape.OutHeight * shape.Stride) - shape.Padding);
        var back = gradient + ((long)row * shape.OutWidth * shape.Channels);
        for (var down = Math.Max(0, -top); down < shape.Side && top + down < shape.Height; down++)
        {
            var line = input + (((long)image * shape.Height) + top + down) * shape.Width * shape.Channels;
            for (var right = 0; right < shape.Side; right++)
            {
                // Places whose input column is inside the map.
                var first = Math.Max(0, (shape.Padding - right + shape.Stride - 1) / shape.Stride);
                var last = Math.Min(shape.OutWidth - 1, (shape.Width - 1 + shape.Padding - right) / shape.Stride);
                if (last < first || right > shape.Width - 1 + shape.Padding) continue;
                var x = line + ((first * shape.Stride) - shape.Padding + right) * shape.Channels;
                var weight = ((down * shape.Side) + right) * shape.Channels;
                for (var c = 0; c < shape.Channels; c += Lanes)
                {
                    var d = back + (first * shape.Channels) + c;
                    if (other is null) AddPlaces(x + c, d, last - first + 1, shape, own + weight + c);
                    else AddPlaces(x + c, d, last - first + 1, shape, own + weight + c, other + weight + c);
                }
            }
        }
    }

    private static void AddPlaces(float* x, float* d, int places, ConvolutionShape shape, float* own)
    {
        Vector256<float> a = Vector256.Load(own), b = Vector256.Load(own + 8), a2 = default, b2 = default;
        var (step, back) = (shape.Stride * shape.Channels, shape.Channels);
        for (; places >= 2; places -= 2, x += 2 * step, d += 2 * back)
        {
            a = Vector256.FusedMultiplyAdd(Vector256.Load(x), Vector256.Load(d), a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(x + 8), Vector256.Load(d + 8), b);
            a2 = Vector256.FusedMultiplyAdd(Vector256.Load(x + step), Vector256.Load(d + back), a2);
            b2 = Vector256.FusedMultiplyAdd(Vector256.Load(x + step + 8), Vector256.Load(d + back + 8), b2);
        }

        if (places > 0)
        {
            a = Vector256.FusedMultiplyAdd(Vector256.Load(x), Vector256.Load(d), a);
            b = Vector256.FusedMultiplyAdd(Vector256.Load(x + 8), Vector256.Load(d + 8), b);
        }

        (a + a2).Store(own);
        (b + b2).Store(own + 8);
    }

    private static void AddPlaces(float* x, float* d, int places, ConvolutionShape shape, float* own, float* other)
    {
        Vector256<float> a = Vector256.Load(own), b = Vector256.Load(own + 8), e = Vector256.Load(other), f = Vector256.Load(other + 8);
        var (step, back) = (shape.Stride * shape.Channels, shape.Channels);
        for (; places > 0; places--, x += step, d += back)
        {
            Vector256<float> p = Vector256.Load(x), q = Vector256.Load(x + 8), g = Vector256.Load(d), h = Vector256.Load(d + 8);
            a = Vector256.FusedMultiplyAdd(p, g, a);
            b = Vector256.FusedMultiplyAdd(q, h, b);
            e = Vector256.FusedMultiplyAdd(Neighbours(p), g, e);
            f = Vector256.FusedMultiplyAdd(Neighbours(q), h, f);
        }

        a.Store(own);
        b.Store(own + 8);
        e.Store(other);
        f.Store(other + 8);
    }

    /// <summary>Each channel's neighbour in its pair.</summary>
    private static Vector256<float> Neighbours(Vector256<float> channels) => Vector256.Shuffle(channels, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
}
