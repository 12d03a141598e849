using SkiaSharp;

namespace BTNet.Faces;

/// <summary>Writes pictures as files.</summary>
public static class FaceEncoder
{
    /// <summary>The picture as a PNG file: lossless, 8-bit RGB.</summary>
    public static byte[] EncodePng(FaceImage image) => Encode(image, pixmap => pixmap.Encode(SKPngEncoderOptions.Default));

    /// <summary>The picture as a JPEG file.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="quality">1 (worst) to 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">A quality outside 1 to 100, or a side above 65,500, the most
    /// that the encoder takes.</exception>
    public static byte[] EncodeJpeg(FaceImage image, int quality)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(image.Width, image.Height), 65_500, nameof(image));
        var options = new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);
        return Encode(image, pixmap => pixmap.Encode(options));
    }

    private static unsafe byte[] Encode(FaceImage image, Func<SKPixmap, SKData?> encode)
    {
        ArgumentNullException.ThrowIfNull(image);
        var rgb = image.Pixels;
        var rgba = GC.AllocateUninitializedArray<byte>(checked(4 * image.Width * image.Height));
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
            (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (rgb[from], rgb[from + 1], rgb[from + 2], 255);

        // Opaque, so that the file has no alpha channel; no colour space, so that none is written.
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(info, (nint)pixels);
            using var data = encode(pixmap) ?? throw new InvalidOperationException($"Skia could not encode {image.Width} x {image.Height} pixels");
            return data.ToArray();
        }
    }
}
