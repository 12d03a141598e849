using System.Buffers;

namespace BTNet.Faces;

/// <summary>
/// Resamples a picture along a turned and scaled grid. Each pixel of the grid is a mean of source pixels, weighted by a
/// triangle along x times one along y, one source pixel wide to either side or, where the grid is coarser, as wide as its
/// step. The triangles lie along the source's axes, however the grid is turned, so that weights are few and a grid as fine
/// as the source is bilinear interpolation.
/// </summary>
internal static class SimilarityResampler
{
    /// <param name="image">The source; black beyond its borders.</param>
    /// <param name="toSource">From the grid's pixel centres to the source's.</param>
    /// <param name="side">Width and height of the grid.</param>
    /// <returns>Side x side x 3 bytes.</returns>
    public static byte[] Resample(FaceImage image, SimilarityTransform toSource, int side)
    {
        var result = new byte[checked(3 * side * side)];
        var stretch = Math.Max(toSource.Scale, 1);
        // No more pixels than fit under the triangle, and none outside of the picture.
        var most = (2 * Math.Ceiling(stretch)) + 1;
        var across = ArrayPool<float>.Shared.Rent((int)Math.Min(most, image.Width));
        var down = ArrayPool<float>.Shared.Rent((int)Math.Min(most, image.Height));
        var at = 0;
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++, at += 3)
            {
                var centre = toSource.Apply(new ImagePoint(x, y));
                var (left, columns) = Weigh(centre.X, stretch, image.Width, across);
                var (top, rows) = Weigh(centre.Y, stretch, image.Height, down);
                if (columns > 0 && rows > 0) Mean(image, left, across.AsSpan(0, columns), top, down.AsSpan(0, rows), result.AsSpan(at, 3));
            }
        }

        ArrayPool<float>.Shared.Return(across);
        ArrayPool<float>.Shared.Return(down);
        return result;
    }

    /// <summary>The pixels of a line that a triangle around the centre covers, and their shares of the whole triangle.</summary>
    private static (int First, int Count) Weigh(double centre, double stretch, int length, Span<float> weights)
    {
        var first = (int)Math.Max(Math.Ceiling(centre - stretch), 0);
        var count = (int)Math.Min(Math.Floor(centre + stretch), length - 1) - first + 1;
        if (count <= 0) return (0, 0);
        var share = 1 / (Sum(centre - Math.Floor(centre), stretch) * stretch);
        for (var tap = 0; tap < count; tap++) weights[tap] = (float)((stretch - Math.Abs(first + tap - centre)) * share);
        return (first, count);
    }

    /// <summary>What the triangle sums to over all pixels of an endless line, 1 at its tip.</summary>
    /// <param name="fraction">How far the tip is right of a pixel's centre, 0 to 1.</param>
    /// <param name="stretch">Half its width, at least 1.</param>
    private static double Sum(double fraction, double stretch)
    {
        // Pixels at and left of the tip are fraction, fraction + 1, ... away from it; those right of it 1 - fraction, ...
        var left = Math.Floor(stretch - fraction) + 1;
        var right = Math.Floor(stretch - (1 - fraction)) + 1;
        return left + right - (((left * fraction) + (left * (left - 1) / 2) + (right * (1 - fraction)) + (right * (right - 1) / 2)) / stretch);
    }

    private static void Mean(FaceImage image, int left, ReadOnlySpan<float> across, int top, ReadOnlySpan<float> down, Span<byte> target)
    {
        var (red, green, blue) = (0f, 0f, 0f);
        for (var y = 0; y < down.Length; y++)
        {
            var row = image.Pixels.Slice(3 * (((top + y) * image.Width) + left), 3 * across.Length);
            var (rowRed, rowGreen, rowBlue) = (0f, 0f, 0f);
            foreach (var weight in across)
            {
                rowRed += weight * row[0];
                rowGreen += weight * row[1];
                rowBlue += weight * row[2];
                row = row[3..];
            }

            red += down[y] * rowRed;
            green += down[y] * rowGreen;
            blue += down[y] * rowBlue;
        }

        // Shares add up to 1 at most, but for the last bit.
        target[0] = (byte)Math.Min(red + 0.5f, 255);
        target[1] = (byte)Math.Min(green + 0.5f, 255);
        target[2] = (byte)Math.Min(blue + 0.5f, 255);
    }
}
