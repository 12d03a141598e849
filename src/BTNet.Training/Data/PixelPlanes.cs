using System.Runtime.Intrinsics;

namespace BTNet.Training.Data;

/// <summary>Takes pixels apart into a plane of red, one of green and one of blue.</summary>
internal static unsafe class PixelPlanes
{
    private const int Channels = 3;
    private const int Block = 16;

    // Which byte of each sixteen of 48 belongs where in a channel's sixteen; 255 where another sixteen's does.
    private static readonly Vector128<byte>[] Places = [.. Enumerable.Range(0, Channels * Channels).Select(at => PlaceOf(at / Channels, at % Channels))];

    /// <param name="pixels">Red, green and blue of each pixel.</param>
    /// <param name="planes">Gets all reds, all greens and all blues; as long.</param>
    public static void Write(ReadOnlySpan<byte> pixels, Span<byte> planes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, pixels.Length);
        var plane = pixels.Length / Channels;
        fixed (byte* from = pixels, to = planes)
        {
            for (var channel = 0; channel < Channels; channel++) Channel(from, to + (channel * plane), plane, channel);
        }
    }

    private static void Channel(byte* from, byte* to, int plane, int channel)
    {
        var (first, second, third) = (Places[channel * Channels], Places[(channel * Channels) + 1], Places[(channel * Channels) + 2]);
        var at = 0;
        for (; at <= plane - Block; at += Block)
        {
            var pixels = from + (Channels * at);
            var values = Vector128.Shuffle(Vector128.Load(pixels), first)
                | Vector128.Shuffle(Vector128.Load(pixels + Block), second)
                | Vector128.Shuffle(Vector128.Load(pixels + (2 * Block)), third);
            values.Store(to + at);
        }

        for (; at < plane; at++) to[at] = from[(Channels * at) + channel];
    }

    private static Vector128<byte> PlaceOf(int channel, int block)
    {
        Span<byte> places = stackalloc byte[Block];
        for (var at = 0; at < Block; at++)
        {
            var place = (Channels * at) + channel - (block * Block);
            places[at] = (byte)(place is >= 0 and < Block ? place : 255);
        }

        return Vector128.Create<byte>(places);
    }
}
