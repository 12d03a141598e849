using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>
/// Convolutions whose outputs see one channel or a pair of them, over channels-last maps. They are bound by memory: MobileFaceNet's
/// are. oneDNN has quick ones for one channel, but for the gradient of its kernel, and none for pairs, where it takes five to ten
/// times as long. Sums are single precision, however maps are stored.
/// </summary>
internal static unsafe class PairConvolution
{
    /// <summary>Channels must be a multiple of this.</summary>
    public const int Lanes = 16;

    /// <summary>The convolution.</summary>
    /// <param name="input">Channels-last <c>[N, C, H, W]</c>.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="shape">The sizes.</param>
    public static Tensor Run(Tensor input, PairKernel kernel, ConvolutionShape shape) =>
        input.dtype == ScalarType.BFloat16 ? Run<BrainNumber>(input, kernel, shape) : Run<SingleNumber>(input, kernel, shape);

    /// <summary>The gradient of the kernel.</summary>
    /// <param name="input">Channels-last <c>[N, C, H, W]</c>.</param>
    /// <param name="gradient">Of the output, channels-last and stored as the input is.</param>
    /// <param name="pairs">Whether outputs see two channels.</param>
    /// <param name="shape">The sizes.</param>
    public static PairKernel KernelGradient(Tensor input, Tensor gradient, bool pairs, ConvolutionShape shape) =>
        input.dtype == ScalarType.BFloat16 ? KernelGradient<BrainNumber>(input, gradient, pairs, shape) : KernelGradient<SingleNumber>(input, gradient, pairs, shape);

    private static Tensor Run<T>(Tensor input, PairKernel kernel, ConvolutionShape shape)
        where T : unmanaged, IMapNumber<T>
    {
        using var rows = empty(shape.Images, shape.OutHeight, shape.OutWidth, shape.Channels, dtype: input.dtype);
        var result = rows.permute(0, 3, 1, 2);
        using var x = new ChannelMap<T>(input);
        using var y = new ChannelMap<T>(result);
        var (from, to) = (x.Start, y.Start);
        RowRanges.Run(shape.OutRows, RowRanges.Parts(shape.OutRows, shape.OutWidth * shape.Channels), (_, first, count) =>
        {
            fixed (float* own = kernel.Own, crossed = kernel.Crossed)
            {
                var rows = new PairRows<T>((T*)from, (T*)to, own, crossed, shape);
                for (var row = (int)first; row < first + count; row++)
                {
                    if (Vector512.IsHardwareAccelerated) rows.Convolve<Sixteen>(row);
                    else rows.Convolve<Eight>(row);
                }
            }
        });
        return result;
    }

    private static PairKernel KernelGradient<T>(Tensor input, Tensor gradient, bool pairs, ConvolutionShape shape)
        where T : unmanaged, IMapNumber<T>
    {
        using var x = new ChannelMap<T>(input);
        using var d = new ChannelMap<T>(gradient);
        var (from, back) = (x.Start, d.Start);
        var parts = RowRanges.Parts(shape.OutRows, shape.OutWidth * shape.Channels);
        var sums = new PairKernel[parts];
        RowRanges.Run(shape.OutRows, parts, (part, first, count) =>
        {
            var size = shape.Taps * shape.Channels;
            sums[part] = new PairKernel(new float[size], pairs ? new float[size] : null);
            fixed (float* own = sums[part].Own, crossed = sums[part].Crossed)
            {
                var rows = new PairRows<T>((T*)from, (T*)back, own, crossed, shape);
                for (var row = (int)first; row < first + count; row++)
                {
                    if (Vector512.IsHardwareAccelerated) rows.AddGradient<Sixteen>(row);
                    else rows.AddGradient<Eight>(row);
                }
            }
        });
        foreach (var sum in sums.Skip(1))
        {
            for (var i = 0; i < sum.Own.Length; i++) sums[0].Own[i] += sum.Own[i];
            for (var i = 0; i < (sum.Crossed?.Length ?? 0); i++) sums[0].Crossed![i] += sum.Crossed![i];
        }

        return sums[0];
    }
}
