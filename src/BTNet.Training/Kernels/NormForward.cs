using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>The forward pass of <see cref="FusedNorm"/>: one reading of the map for its statistics, one for the rest.</summary>
internal static unsafe class NormForward
{
    public static (Tensor Output, NormMaps Maps) Run(Tensor input, NormParameters norm, bool byBatch, Tensor? slope, Tensor? shortcut)
    {
        using var x = ChannelMap.Of(input);
        var maps = byBatch ? ByBatch(x, norm) : Maps(norm, norm.Mean.data<float>().ToArray(), [.. norm.Variance.data<float>().ToArray().Select(variance => (double)variance)]);
        var output = ChannelMap.EmptyLike(input);
        using var y = ChannelMap.Of(output);
        var slopes = slope?.data<float>().ToArray();
        if (shortcut is null)
        {
            Apply(x, maps, slopes, null, y);
        }
        else
        {
            using var beside = ChannelMap.Of(shortcut);
            Apply(x, maps, slopes, beside.Pointer, y);
        }

        return (output, maps);
    }

    private static void Apply(ChannelMap x, NormMaps maps, float[]? slopes, float* shortcut, ChannelMap y)
    {
        var (from, to, channels) = ((nint)x.Pointer, (nint)y.Pointer, x.Channels);
        var beside = (nint)shortcut;
        RowRanges.Run(x.Rows, RowRanges.Parts(x.Rows, channels), (_, first, count) =>
        {
            fixed (float* factor = maps.Factor, offset = maps.Offset, slope = slopes)
            {
                var skip = first * channels;
                ChannelPasses.Apply((float*)from + skip, count, channels, factor, offset, slope, beside == 0 ? null : (float*)beside + skip, (float*)to + skip);
            }
        });
    }

    private static NormMaps ByBatch(ChannelMap x, NormParameters norm)
    {
        var (channels, rows) = (x.Channels, x.Rows);
        var parts = RowRanges.Parts(rows, channels);
        var sums = new double[parts * 2 * channels];
        var from = (nint)x.Pointer;
        RowRanges.Run(rows, parts, (part, first, count) =>
        {
            fixed (double* sum = &sums[part * 2 * channels])
                ChannelPasses.Moments((float*)from + (first * channels), count, channels, pivot: (float*)from, sum, sum + channels);
        });
        var mean = new float[channels];
        var variance = new double[channels];
        for (var c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0;
            for (var part = 0; part < parts; part++)
            {
                sum += sums[(part * 2 * channels) + c];
                squares += sums[(part * 2 * channels) + channels + c];
            }

            var difference = sum / rows;
            mean[c] = (float)(x.Pointer[c] + difference);
            variance[c] = Math.Max(0, (squares / rows) - (difference * difference));
        }

        Follow(norm, mean, variance, rows);
        return Maps(norm, mean, variance);
    }

    /// <summary>Running statistics move towards the batch's; the variance is the unbiased one, as torch has it.</summary>
    private static void Follow(NormParameters norm, float[] mean, double[] variance, long rows)
    {
        var (runningMean, runningVariance) = (norm.Mean.data<float>(), norm.Variance.data<float>());
        var unbiased = rows / Math.Max(1.0, rows - 1);
        for (var c = 0; c < mean.Length; c++)
        {
            runningMean[c] = (float)(((1 - norm.Momentum) * runningMean[c]) + (norm.Momentum * mean[c]));
            runningVariance[c] = (float)(((1 - norm.Momentum) * runningVariance[c]) + (norm.Momentum * variance[c] * unbiased));
        }
    }

    private static NormMaps Maps(NormParameters norm, float[] mean, double[] variance)
    {
        var (scale, shift) = (norm.Scale.data<float>(), norm.Shift.data<float>());
        var inverse = Array.ConvertAll(variance, value => (float)(1 / Math.Sqrt(value + norm.Epsilon)));
        var factor = new float[mean.Length];
        var offset = new float[mean.Length];
        for (var c = 0; c < mean.Length; c++)
        {
            factor[c] = scale[c] * inverse[c];
            offset[c] = shift[c] - (mean[c] * factor[c]);
        }

        return new NormMaps(mean, inverse, factor, offset);
    }
}
