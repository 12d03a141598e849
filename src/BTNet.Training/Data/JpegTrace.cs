using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>What JPEG leaves of a small face that lies somewhere in a photograph.</summary>
internal static class JpegTrace
{
    /// <summary>Pixels that are compressed together along each side: 8 x 8 of luminance, and of colour at half the size.</summary>
    public const int Block = 16;

    /// <param name="face">Left as it is.</param>
    /// <param name="quality">1 (worst) to 100.</param>
    /// <param name="right">How far right in a block the face begins, 0 to 15; what is left of it repeats its edge.</param>
    /// <param name="down">How far down.</param>
    public static FaceImage Leave(FaceImage face, int quality, int right, int down)
    {
        var photograph = Part(face, -right, -down, face.Width + right, face.Height + down);
        var decoded = FaceDecoder.Decode(FaceEncoder.EncodeJpeg(photograph, quality), "a compressed face");
        return Part(decoded, right, down, face.Width, face.Height);
    }

    private static FaceImage Part(FaceImage image, int left, int top, int width, int height)
    {
        var pixels = GC.AllocateUninitializedArray<byte>(3 * width * height);
        for (var (y, to) = (0, 0); y < height; y++)
        {
            var row = image.Pixels.Slice(3 * image.Width * Math.Max(top + y, 0), 3 * image.Width);
            for (var x = 0; x < width; x++, to += 3) row.Slice(3 * Math.Max(left + x, 0), 3).CopyTo(pixels.AsSpan(to));
        }

        return new FaceImage(width, height, pixels);
    }
}
