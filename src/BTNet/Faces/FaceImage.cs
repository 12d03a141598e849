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

    /// <summary>
    /// Copies pixels of a camera or another library, in one pass. An array of RGB without padding that nobody else writes
    /// to needs no copy: give it to the constructor. What is transparent is laid on black, as <see cref="FaceDecoder"/> does.
    /// </summary>
    /// <param name="pixels">Rows from the top; bytes behind the last pixel are passed over.</param>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="order">What the bytes of a pixel are.</param>
    /// <param name="stride">Bytes from the start of a row to that of the next, at least those of its pixels; 0 where rows
    /// follow each other without padding.</param>
    /// <exception cref="ArgumentException">The size is not positive, there are too few bytes for it, the stride is too
    /// small, or the enumeration lacks the order.</exception>
    public static FaceImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelOrder order, int stride = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if ((long)width * height > Array.MaxLength / 3) throw new ArgumentOutOfRangeException(nameof(width), $"{width} x {height} RGB does not fit an array");
        var rowBytes = (long)width * PixelPacking.BytesOf(order);
        var step = stride == 0 ? rowBytes : stride;
        if (step < rowBytes) throw new ArgumentOutOfRangeException(nameof(stride), stride, $"a row of {width} pixels in {order} has {rowBytes} bytes");
        var needed = (step * (height - 1)) + rowBytes;
        if (pixels.Length < needed) throw new ArgumentException($"{width} x {height} in {order}, {step} bytes a row, needs {needed} bytes, not {pixels.Length}", nameof(pixels));
        var rgb = GC.AllocateUninitializedArray<byte>(3 * width * height);
        for (var y = 0; y < height; y++) PixelPacking.ToRgb(pixels.Slice((int)(y * step), (int)rowBytes), rgb.AsSpan(3 * width * y, 3 * width), order);
        return new FaceImage(width, height, rgb);
    }

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
