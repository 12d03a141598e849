namespace BTNet.Inference;

/// <summary>Pixels as the graphs take them: planes of red, green and blue, 0 to 255.</summary>
internal static class PixelPlanes
{
    /// <param name="pixels">Red, green, blue of each pixel, row by row.</param>
    /// <param name="planes">Gets as many numbers, plane by plane.</param>
    public static void Write(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        var count = pixels.Length / 3;
        var red = planes[..count];
        var green = planes.Slice(count, count);
        var blue = planes.Slice(2 * count, count);
        for (var i = 0; i < count; i++)
        {
            red[i] = pixels[3 * i];
            green[i] = pixels[(3 * i) + 1];
            blue[i] = pixels[(3 * i) + 2];
        }
    }
}
