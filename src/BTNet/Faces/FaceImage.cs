using System.Runtime.InteropServices;

namespace BTNet.Faces;

/// <summary>A decoded picture: 8-bit RGB, rows from the top, no padding.</summary>
public sealed class FaceImage
{
    private readonly byte[] _pixels;

    /// <summary>Takes the pixels as they are, without a copy.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">Height x width x 3 bytes: red, green, blue of each pixel, row by row.</param>
    /// <exception cref="ArgumentException">The size is not positive or does not fit the number of bytes.</exception>
    public FaceImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (pixels.LongLength != 3L * width * height)
            throw new ArgumentException($"{width} x {height} RGB needs {3L * width * height} bytes, not {pixels.LongLength}", nameof(pixels));
        (Width, Height, _pixels) = (width, height, pixels);
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>Height x width x 3 bytes, 0-255: red, green, blue of each pixel, row by row from the top.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels;

    /// <summary>The same picture mirrored left to right.</summary>
    public FaceImage Flipped()
    {
        var flipped = (byte[])_pixels.Clone();
        var pixels = MemoryMarshal.Cast<byte, Rgb>(flipped.AsSpan());
        for (var y = 0; y < Height; y++) pixels.Slice(y * Width, Width).Reverse();
        return new FaceImage(Width, Height, flipped);
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Rgb(byte Red, byte Green, byte Blue);
}
