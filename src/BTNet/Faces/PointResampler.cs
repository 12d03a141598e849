namespace BTNet.Faces;

/// <summary>Resamples from one or four pixels around the centre, whatever the reduction, and so lets it alias.</summary>
internal static class PointResampler
{
    private static readonly BoundedCache<(int From, int To), int[]> Positions =
        new(256, key => NearestPositions(key.From, key.To), positions => positions.Length <= 1 << 14);

    private static readonly BoundedCache<(int From, int To), Neighbours[]> Pairs =
        new(256, key => NeighbourPairs(key.From, key.To), pairs => pairs.Length <= 1 << 13);

    /// <summary>Two source pixels side by side and how much of the second counts, 0 to 1.</summary>
    private readonly record struct Neighbours(int First, int Second, float Share);

    /// <summary>The pixel at the centre, as Pillow's NEAREST.</summary>
    public static byte[] Nearest(FaceImage image, int width, int height)
    {
        var result = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        var columns = Positions.Get((image.Width, width));
        var rows = Positions.Get((image.Height, height));
        var pixels = image.Pixels;
        var to = 0;
        foreach (var y in rows)
        {
            var row = pixels.Slice(3 * image.Width * y, 3 * image.Width);
            foreach (var x in columns)
            {
                row.Slice(3 * x, 3).CopyTo(result.AsSpan(to));
                to += 3;
            }
        }

        return result;
    }

    /// <summary>Bilinear between the four pixels around the centre, in single precision; halves round to even.</summary>
    public static byte[] Bilinear(FaceImage image, int width, int height)
    {
        var result = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        var columns = Pairs.Get((image.Width, width));
        var rows = Pairs.Get((image.Height, height));
        var pixels = image.Pixels;
        var rowBytes = 3 * image.Width;
        var to = 0;
        foreach (var y in rows)
        {
            var upper = pixels.Slice(rowBytes * y.First, rowBytes);
            var lower = pixels.Slice(rowBytes * y.Second, rowBytes);
            foreach (var x in columns)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var (left, right) = ((3 * x.First) + channel, (3 * x.Second) + channel);
                    var above = ((1f - x.Share) * upper[left]) + (x.Share * upper[right]);
                    var below = ((1f - x.Share) * lower[left]) + (x.Share * lower[right]);
                    result[to++] = (byte)MathF.Round(((1f - y.Share) * above) + (y.Share * below));
                }
            }
        }

        return result;
    }

    private static int[] NearestPositions(int from, int to)
    {
        // Added up rather than multiplied, because Pillow does so and the two may round to different pixels.
        var step = (double)from / to;
        var centre = step * 0.5;
        var positions = new int[to];
        for (var position = 0; position < to; position++, centre += step) positions[position] = Math.Min((int)centre, from - 1);
        return positions;
    }

    private static Neighbours[] NeighbourPairs(int from, int to)
    {
        var scale = (float)from / to;
        var pairs = new Neighbours[to];
        for (var position = 0; position < to; position++)
        {
            var source = Math.Max((scale * (position + 0.5f)) - 0.5f, 0f);
            var first = Math.Min((int)source, from - 1);
            pairs[position] = new Neighbours(first, Math.Min(first + 1, from - 1), source - first);
        }

        return pairs;
    }
}
