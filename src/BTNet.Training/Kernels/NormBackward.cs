using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>Gradients of a <see cref="FusedNorm"/>; those of scale, shift and slope are null where nobody asks.</summary>
internal sealed record NormGradients(Tensor Input, Tensor? Scale, Tensor? Shift, Tensor? Slope);

/// <summary>The backward pass of <see cref="FusedNorm"/>: one reading of map and gradient for the sums, where there is need
/// of them, and one for the result. What the norm gave is computed again rather than kept.</summary>
internal static unsafe class NormBackward
{
    public static NormGradients Run(Tensor input, Tensor gradient, NormMaps maps, Tensor? slope, bool byBatch, bool trained)
    {
        using var x = ChannelMap.Of(input);
        using var d = ChannelMap.Of(gradient);
        var (channels, rows) = (x.Channels, x.Rows);
        var slopes = slope?.data<float>().ToArray();
        var (tilt, level) = (new float[channels], new float[channels]);
        Tensor? scaleGradient = null, shiftGradient = null, slopeGradient = null;
        if (byBatch || trained)
        {
            var (sum, product, slopeSum) = Sums(x, d, maps, slopes);
            if (byBatch)
            {
                for (var c = 0; c < channels; c++)
                {
                    double inverse = maps.InverseDeviation[c], factor = maps.Factor[c];
                    var t = -factor * inverse * inverse * product[c] / rows;
                    tilt[c] = (float)t;
                    level[c] = (float)((-factor * sum[c] / rows) - (t * maps.Mean[c]));
                }
            }

            if (trained)
            {
                scaleGradient = tensor(Enumerable.Range(0, channels).Select(c => (float)(product[c] * maps.InverseDeviation[c])).ToArray());
                shiftGradient = tensor(Array.ConvertAll(sum, value => (float)value));
                if (slope is not null) slopeGradient = tensor(Array.ConvertAll(slopeSum, value => (float)value));
            }
        }

        var result = ChannelMap.EmptyLike(input);
        using var y = ChannelMap.Of(result);
        var (from, back, to) = ((nint)x.Pointer, (nint)d.Pointer, (nint)y.Pointer);
        RowRanges.Run(rows, RowRanges.Parts(rows, channels), (_, first, count) =>
        {
            fixed (float* factor = maps.Factor, offset = maps.Offset, a = slopes, t = tilt, l = level)
            {
                var skip = first * channels;
                ChannelPasses.Backward((float*)from + skip, (float*)back + skip, count, channels, factor, offset, a, t, l, (float*)to + skip);
            }
        });
        return new NormGradients(result, scaleGradient, shiftGradient, slopeGradient);
    }

    private static (double[] Sum, double[] Product, double[] Slope) Sums(ChannelMap x, ChannelMap d, NormMaps maps, float[]? slopes)
    {
        var (channels, rows) = (x.Channels, x.Rows);
        var parts = RowRanges.Parts(rows, channels);
        var sums = new double[parts * 3 * channels];
        var (from, back) = ((nint)x.Pointer, (nint)d.Pointer);
        RowRanges.Run(rows, parts, (part, first, count) =>
        {
            fixed (float* mean = maps.Mean, factor = maps.Factor, offset = maps.Offset, a = slopes)
            fixed (double* sum = &sums[part * 3 * channels])
            {
                var skip = first * channels;
                ChannelPasses.Gradients((float*)from + skip, (float*)back + skip, count, channels, mean, factor, offset, a, sum, sum + channels, sum + (2 * channels));
            }
        });
        double[] Total(int kind) => [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, parts).Sum(part => sums[(((part * 3) + kind) * channels) + c]))];
        return (Total(0), Total(1), Total(2));
    }
}
