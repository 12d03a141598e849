using System.Buffers;
using System.Numerics.Tensors;

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
        var (rowBytes, rowLength) = (3 * image.Width, checked(3 * width));
        var result = GC.AllocateUninitializedArray<byte>(checked(rowLength * height));
        var columns = Pairs.Get((image.Width, width));
        var scratch = ArrayPool<float>.Shared.Rent(checked(3 * rowLength));
        var above = scratch.AsSpan(0, rowLength);
        var below = scratch.AsSpan(rowLength, rowLength);
        var mixed = scratch.AsSpan(2 * rowLength, rowLength);
        var (aboveRow, belowRow) = (-1, -1);
        var to = result.AsSpan();
        foreach (var y in Pairs.Get((image.Height, height)))
        {
            // Neighbouring rows of an enlargement lie between the same two source rows, or one further.
            if (y.First != aboveRow && y.First == belowRow)
            {
                var swapped = above;
                above = below;
                below = swapped;
                (aboveRow, belowRow) = (belowRow, aboveRow);
            }

            if (y.First != aboveRow) Across(image.Pixels.Slice(rowBytes * y.First, rowBytes), columns, above);
            if (y.Second != belowRow) Across(image.Pixels.Slice(rowBytes * y.Second, rowBytes), columns, below);
            (aboveRow, belowRow) = (y.First, y.Second);
            TensorPrimitives.Multiply(above, 1f - y.Share, mixed);
            TensorPrimitives.MultiplyAdd(below, y.Share, mixed, mixed);
            TensorPrimitives.Round(mixed, mixed);
            TensorPrimitives.ConvertSaturating<float, byte>(mixed, to[..rowLength]);
            to = to[rowLength..];
        }

        ArrayPool<float>.Shared.Return(scratch);
        return result;
    }

    private static void Across(ReadOnlySpan<byte> row, Neighbours[] columns, Span<float> target)
    {
        var to = 0;
        foreach (var (first, second, share) in columns)
        {
            var left = row.Slice(3 * first, 3);
            var right = row.Slice(3 * second, 3);
            target[to++] = ((1f - share) * left[0]) + (share * right[0]);
            target[to++] = ((1f - share) * left[1]) + (share * right[1]);
            target[to++] = ((1f - share) * left[2]) + (share * right[2]);
        }
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
