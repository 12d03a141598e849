using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace BTNet.Training.Kernels;

/// <summary>Something that is done to some channels of some rows of a map.</summary>
internal interface IChannelPass
{
    /// <summary>Does it to as many channels as there are lanes.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="channel">The first channel.</param>
    void Run<V>(long row, int rows, int channel)
        where V : unmanaged, ILanes<V>;
}

/// <summary>
/// Leads a pass over a map, which is a matrix here, a row for each place of each image and a column for each channel. Rows are taken in
/// blocks that stay in the first level cache, and within a block a vector of channels at a time, so that what belongs to the
/// channels (scales, sums) is loaded once a block and stays in registers.
/// </summary>
internal static class ChannelSweep
{
    // Numbers of a block: what three maps in single precision have of it is 6 KB, where blocks of 24 KB were slower.
    private const int BlockNumbers = 512;
    private const int LeastRows = 8;
    private const int LineBytes = 64;
    private const long LargestCached = 32 << 20;

    /// <summary>Over all rows and channels. The order depends on nothing but the sizes and the processor.</summary>
    public static void Run<P>(P pass, long rows, int channels)
        where P : struct, IChannelPass
    {
        var most = Math.Max(LeastRows, BlockNumbers / channels);
        for (var row = 0L; row < rows; row += most)
        {
            var count = (int)Math.Min(most, rows - row);
            var channel = 0;
            if (Vector512.IsHardwareAccelerated)
            {
                for (; channel + Twice<Sixteen>.Count <= channels; channel += Twice<Sixteen>.Count) pass.Run<Twice<Sixteen>>(row, count, channel);
                for (; channel + Sixteen.Count <= channels; channel += Sixteen.Count) pass.Run<Sixteen>(row, count, channel);
            }

            for (; channel + Eight.Count <= channels; channel += Eight.Count) pass.Run<Eight>(row, count, channel);
            for (; channel < channels; channel++) pass.Run<One>(row, count, channel);
        }
    }

    /// <summary>Whether a result is better written past the caches: one that is larger than they are, so that nobody finds it there, and
    /// whose lines of 64 bytes are written whole. It saves reading what is overwritten.</summary>
    /// <typeparam name="T">How its numbers are stored.</typeparam>
    public static unsafe bool Streams<T>(nint result, long rows, int channels)
        where T : unmanaged, IMapNumber<T> =>
        Vector512.IsHardwareAccelerated && rows * channels * sizeof(T) > LargestCached && result % LineBytes == 0 && channels % Twice<Sixteen>.Count == 0;

    /// <summary>Ends what was written past the caches, before other threads are told of it.</summary>
    public static void EndStream()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}
