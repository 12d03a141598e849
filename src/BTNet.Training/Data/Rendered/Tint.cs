using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Colour arithmetic in 8-bit sRGB, which is enough for a drawing.</summary>
internal static class Tint
{
    public static SKColor Mix(SKColor from, SKColor to, float share) =>
        new(Blend(from.Red, to.Red, share), Blend(from.Green, to.Green, share), Blend(from.Blue, to.Blue, share), Blend(from.Alpha, to.Alpha, share));

    /// <summary>Towards black below 1, towards white above.</summary>
    public static SKColor Lit(this SKColor color, float factor) => factor <= 1
        ? new SKColor((byte)(color.Red * factor), (byte)(color.Green * factor), (byte)(color.Blue * factor), color.Alpha)
        : Mix(color, SKColors.White.WithAlpha(color.Alpha), factor - 1);

    public static SKColor Faint(this SKColor color, float opacity) => color.WithAlpha((byte)Math.Clamp(255 * opacity, 0, 255));

    /// <summary>A place on a scale of colours, 0 at the first and 1 at the last.</summary>
    public static SKColor Along(ReadOnlySpan<SKColor> scale, float place)
    {
        var position = Math.Clamp(place, 0, 1) * (scale.Length - 1);
        var step = Math.Min((int)position, scale.Length - 2);
        return Mix(scale[step], scale[step + 1], position - step);
    }

    /// <summary>The same colour moved by up to the given number of levels in each channel.</summary>
    public static SKColor Jitter(this SKColor color, Dice random, float levels) =>
        new(Moved(color.Red, random, levels), Moved(color.Green, random, levels), Moved(color.Blue, random, levels));

    private static byte Moved(byte value, Dice random, float levels) => (byte)Math.Clamp(value + random.Between(-levels, levels), 0, 255);

    private static byte Blend(byte from, byte to, float share) => (byte)Math.Clamp(from + ((to - from) * share) + 0.5f, 0, 255);
}
