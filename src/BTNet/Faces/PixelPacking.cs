namespace BTNet.Faces;

/// <summary>Rows of pixels in any <see cref="PixelOrder"/> into RGB.</summary>
internal static class PixelPacking
{
    /// <summary>Bytes of a pixel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The enumeration lacks the order.</exception>
    public static int BytesOf(PixelOrder order) => order switch
    {
        PixelOrder.Gray => 1,
        PixelOrder.Rgb or PixelOrder.Bgr => 3,
        PixelOrder.Rgba or PixelOrder.Bgra => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "no such order"),
    };

    /// <param name="row">Pixels without padding.</param>
    /// <param name="rgb">Three bytes for each.</param>
    /// <param name="order">What the bytes of a pixel are.</param>
    public static void ToRgb(ReadOnlySpan<byte> row, Span<byte> rgb, PixelOrder order)
    {
        if (order == PixelOrder.Rgb)
        {
            row.CopyTo(rgb);
            return;
        }

        var bytes = BytesOf(order);
        var (red, green, blue) = order switch
        {
            PixelOrder.Gray => (0, 0, 0),
            PixelOrder.Rgba => (0, 1, 2),
            _ => (2, 1, 0),
        };
        for (int from = 0, to = 0; from < row.Length; from += bytes, to += 3)
        {
            var alpha = bytes == 4 ? row[from + 3] : byte.MaxValue;
            rgb[to] = OnBlack(row[from + red], alpha);
            rgb[to + 1] = OnBlack(row[from + green], alpha);
            rgb[to + 2] = OnBlack(row[from + blue], alpha);
        }
    }

    /// <summary>Level times alpha / 255, rounded to nearest.</summary>
    private static byte OnBlack(int level, int alpha) => (byte)(((level * alpha) + 127) / 255);
}
