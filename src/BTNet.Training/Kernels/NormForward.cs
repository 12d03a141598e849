using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>The forward pass of <see cref="FusedNorm"/>: one reading of the map for its statistics, one for the rest.</summary>
/// <typeparam name="T">How the map's numbers are stored.</typeparam>
internal static unsafe class NormForward<T>
    where T : unmanaged, IMapNumber<T>
{
    /// <inheritdoc cref="FusedNorm.Run" />
    /// <returns>The map, and the norm as it acted.</returns>
    public static (Tensor Output, NormMaps Maps) Run(Tensor input, NormParameters norm, bool byBatch, Tensor? slope, Tensor? shortcut)
    {
        using var x = new ChannelMap<T>(input);
        var maps = byBatch ? ByBatch(x, norm) : NormMaps.Of(norm, TensorMemory.Floats(norm.Mean).ToArray(), Array.ConvertAll(TensorMemory.Floats(norm.Variance).ToArray(), variance => (double)variance));
        var output = ChannelMap.EmptyLike(input);
        using var y = new ChannelMap<T>(output);
        var slopes = slope is null ? null : TensorMemory.Floats(slope).ToArray();
        if (shortcut is null)
        {
            Apply(x, maps, slopes, 0, y);
        }
        else
        {
            using var beside = new ChannelMap<T>(shortcut);
            Apply(x, maps, slopes, beside.Start, y);
        }

        return (output, maps);
    }

    private static void Apply(ChannelMap<T> x, NormMaps maps, float[]? slopes, nint shortcut, ChannelMap<T> y)
    {
        var (from, to, channels) = (x.Start, y.Start, x.Channels);
        var streams = ChannelSweep.Streams<T>(to, x.Rows, channels);
        RowRanges.Run(x.Rows, RowRanges.Parts(x.Rows, channels), (_, first, count) =>
        {
            fixed (float* factor = maps.Factor, offset = maps.Offset, slope = slopes)
            {
                var skip = first * channels;
                ChannelSweep.Run(new ApplyPass<T>((T*)from + skip, channels, factor, offset, slope, shortcut == 0 ? null : (T*)shortcut + skip, (T*)to + skip, streams), count, channels);
                if (streams) ChannelSweep.EndStream();
            }
        });
    }

    private static NormMaps ByBatch(ChannelMap<T> x, NormParameters norm)
    {
        var (from, channels, rows) = (x.Start, x.Channels, x.Rows);
        var pivots = new float[channels];
        fixed (float* pivot = pivots)
        {
            for (var c = 0; c < channels; c++) T.Load<One>((T*)from + c).Store(pivot + c);
        }

        var parts = RowRanges.Parts(rows, channels);
        var sums = new double[parts * 2 * channels];
        RowRanges.Run(rows, parts, (part, first, count) =>
        {
            fixed (float* pivot = pivots)
            fixed (double* sum = &sums[part * 2 * channels])
                ChannelSweep.Run(new MomentsPass<T>((T*)from + (first * channels), channels, pivot, sum, sum + channels), count, channels);
        });
        var (mean, variance) = (new float[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0;
            for (var part = 0; part < parts; part++)
            {
                sum += sums[(part * 2 * channels) + c];
                squares += sums[(part * 2 * channels) + channels + c];
            }

            var difference = sum / rows;
            mean[c] = (float)(pivots[c] + difference);
            variance[c] = Math.Max(0, (squares / rows) - (difference * difference));
        }

        norm.Follow(mean, variance, rows);
        return NormMaps.Of(norm, mean, variance);
    }
}
