using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>Gradients of a <see cref="FusedNorm"/>; those of scale, shift and slope are null where nobody asks.</summary>
internal sealed record NormGradients(Tensor Input, Tensor? Scale, Tensor? Shift, Tensor? Slope);

/// <summary>The backward pass of <see cref="FusedNorm"/>: one reading of map and gradient for the sums, where there is need
/// of them, and one for the result. What the norm gave is computed again rather than kept.</summary>
/// <typeparam name="T">How the numbers of map and gradient are stored.</typeparam>
internal static unsafe class NormBackward<T>
    where T : unmanaged, IMapNumber<T>
{
    /// <summary>Gradients from that of the output.</summary>
    /// <param name="input">The map that came in.</param>
    /// <param name="gradient">Of the output, in the same layout.</param>
    /// <param name="maps">The norm as it acted.</param>
    /// <param name="slope">PReLU's slopes; null for none.</param>
    /// <param name="byBatch">Whether the statistics were the batch's and so depend on the input.</param>
    /// <param name="trained">Whether anybody asks for the gradients of scale, shift and slope.</param>
    public static NormGradients Run(Tensor input, Tensor gradient, NormMaps maps, Tensor? slope, bool byBatch, bool trained)
    {
        using var x = new ChannelMap<T>(input);
        using var d = new ChannelMap<T>(gradient);
        var slopes = slope is null ? null : TensorMemory.Floats(slope).ToArray();
        var sums = byBatch || trained ? Sums(x, d, maps, slopes) : null;
        var result = ChannelMap.EmptyLike(input);
        using var y = new ChannelMap<T>(result);
        Apply(x, d, maps, slopes, byBatch ? sums!.Line(maps, x.Rows) : Line.Flat(x.Channels), y);
        return trained
            ? new NormGradients(result, tensor(sums!.Scale(maps)), tensor(Single(sums.Gradient)), slope is null ? null : tensor(Single(sums.Slope)))
            : new NormGradients(result, null, null, null);
    }

    private static void Apply(ChannelMap<T> x, ChannelMap<T> d, NormMaps maps, float[]? slopes, Line line, ChannelMap<T> y)
    {
        var (from, back, to, channels) = (x.Start, d.Start, y.Start, x.Channels);
        var streams = ChannelSweep.Streams<T>(to, x.Rows, channels);
        RowRanges.Run(x.Rows, RowRanges.Parts(x.Rows, channels), (_, first, count) =>
        {
            fixed (float* factor = maps.Factor, offset = maps.Offset, slope = slopes, tilt = line.Tilt, level = line.Level)
            {
                var skip = first * channels;
                ChannelSweep.Run(new BackwardPass<T>((T*)from + skip, (T*)back + skip, channels, factor, offset, slope, tilt, level, (T*)to + skip, streams), count, channels);
                if (streams) ChannelSweep.EndStream();
            }
        });
    }

    private static ChannelSums Sums(ChannelMap<T> x, ChannelMap<T> d, NormMaps maps, float[]? slopes)
    {
        var (from, back, channels) = (x.Start, d.Start, x.Channels);
        var parts = RowRanges.Parts(x.Rows, channels);
        var sums = new double[parts * 3 * channels];
        RowRanges.Run(x.Rows, parts, (part, first, count) =>
        {
            fixed (float* mean = maps.Mean, factor = maps.Factor, offset = maps.Offset, slope = slopes)
            fixed (double* sum = &sums[part * 3 * channels])
            {
                var skip = first * channels;
                ChannelSweep.Run(new GradientsPass<T>((T*)from + skip, (T*)back + skip, channels, mean, factor, offset, slope, sum, sum + channels, sum + (2 * channels)), count, channels);
            }
        });
        double[] Total(int kind)
        {
            var total = new double[channels];
            for (var part = 0; part < parts; part++)
            {
                for (var c = 0; c < channels; c++) total[c] += sums[(((part * 3) + kind) * channels) + c];
            }

            return total;
        }

        return new ChannelSums(Total(0), Total(1), Total(2));
    }

    private static float[] Single(double[] values) => Array.ConvertAll(values, value => (float)value);

    /// <summary>Sums over all places, a number a channel.</summary>
    /// <param name="Gradient">Of the gradient behind the norm.</param>
    /// <param name="Product">Of that times what the mean was taken off.</param>
    /// <param name="Slope">Of the slope's gradient.</param>
    private sealed record ChannelSums(double[] Gradient, double[] Product, double[] Slope)
    {
        public float[] Scale(NormMaps maps) => [.. Product.Select((product, c) => (float)(product * maps.InverseDeviation[c]))];

        /// <summary>How the batch's own mean and variance answer to its values: that part of the gradient is a line in x.</summary>
        public Line Line(NormMaps maps, long rows)
        {
            var line = NormBackward<T>.Line.Flat(Product.Length);
            for (var c = 0; c < Product.Length; c++)
            {
                double inverse = maps.InverseDeviation[c], factor = maps.Factor[c];
                var tilt = -factor * inverse * inverse * Product[c] / rows;
                line.Tilt[c] = (float)tilt;
                line.Level[c] = (float)((-factor * Gradient[c] / rows) - (tilt * maps.Mean[c]));
            }

            return line;
        }
    }

    private sealed record Line(float[] Tilt, float[] Level)
    {
        public static Line Flat(int channels) => new(new float[channels], new float[channels]);
    }
}
