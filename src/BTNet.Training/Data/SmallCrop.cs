using System.Buffers;
using System.Numerics.Tensors;
using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// A crop of a picture, blurred by a Gaussian, reduced by a kernel, in one: all three are linear along each side, so one set of weights
/// does for them, and a blur as wide as a small pixel costs little more than none.
/// </summary>
internal static class SmallCrop
{
    /// <summary>A Gaussian further out than so many standard deviations is left away: 0.3 % of it.</summary>
    private const double Reach = 3;

    /// <param name="image">Left as it is; its edge is repeated.</param>
    /// <param name="side">The small face's side in pixels.</param>
    /// <param name="kernel">What reduces.</param>
    /// <param name="right">How far right of the picture's centre the crop's is, as a share of the picture's width.</param>
    /// <param name="down">How far below, as a share of its height.</param>
    /// <param name="length">The crop's sides, as shares of the picture's: 1 for all of it.</param>
    /// <param name="blur">The Gaussian's standard deviation in pixels of the small face.</param>
    public static FaceImage Reduce(FaceImage image, int side, ResampleKernel kernel, double right, double down, double length, double blur) =>
        WeightedResampler.Resize(image, Weights(image.Width, side, kernel, 0.5 + right, length, blur), Weights(image.Height, side, kernel, 0.5 + down, length, blur));

    /// <param name="from">The picture's side.</param>
    /// <param name="to">The small face's.</param>
    /// <param name="kernel">What reduces.</param>
    /// <param name="centre">The crop's centre, as a share of the picture's side: 0.5 for the picture's own.</param>
    /// <param name="length">The crop's side, as such a share: 1 for all of it.</param>
    /// <param name="blur">The Gaussian's standard deviation in pixels of the small face.</param>
    private static ResampleWeights Weights(int from, int to, ResampleKernel kernel, double centre, double length, double blur)
    {
        var step = from * length / to;
        var stretch = Math.Max(step, 1);
        var support = kernel is ResampleKernel.Nearest or ResampleKernel.BilinearUnfiltered ? 1 : ResampleWeights.Support(kernel) * stretch;
        var gaussian = Gaussian(blur * step);
        var radius = gaussian.Length / 2;
        var most = (2 * ((int)Math.Ceiling(support) + radius)) + 2;
        var stride = Math.Min(most, from) + 2;
        var (first, counts) = (new int[to], new int[to]);
        var exact = ArrayPool<float>.Shared.Rent(to * stride);
        var pooled = ArrayPool<float>.Shared.Rent(most);
        exact.AsSpan(0, to * stride).Clear();
        for (var position = 0; position < to; position++)
        {
            // In this order exact where the crop is the picture: the nearest pixel must not hang on a last bit.
            var at = (centre * from) + (length * (((position + 0.5) * from / to) - (from / 2.0)));
            var start = (int)Math.Floor(at - support + 0.5);
            var taps = (int)Math.Floor(at + support + 0.5) - start;
            var line = pooled.AsSpan(0, taps + (2 * radius));
            line.Clear();
            for (var tap = 0; tap < taps; tap++)
            {
                var around = line.Slice(tap, gaussian.Length);
                TensorPrimitives.MultiplyAdd(gaussian, (float)Weight(kernel, start + tap + 0.5 - at, stretch), around, around);
            }

            TensorPrimitives.Divide(line, TensorPrimitives.Sum<float>(line), line);
            start -= radius;
            first[position] = Math.Clamp(start, 0, from - 1);
            counts[position] = Math.Clamp(start + line.Length - 1, 0, from - 1) - first[position] + 1;
            var weights = exact.AsSpan(position * stride, stride);
            for (var tap = 0; tap < line.Length; tap++) weights[Math.Clamp(start + tap, 0, from - 1) - first[position]] += line[tap];
        }

        var made = new ResampleWeights(first, counts, exact.AsSpan(0, to * stride), stride);
        ArrayPool<float>.Shared.Return(exact);
        ArrayPool<float>.Shared.Return(pooled);
        return made;
    }

    /// <param name="kernel">The kernel.</param>
    /// <param name="distance">From its centre to a pixel's, in source pixels.</param>
    /// <param name="stretch">How much wider than one source pixel a kernel is that does not alias.</param>
    private static double Weight(ResampleKernel kernel, double distance, double stretch) => kernel switch
    {
        ResampleKernel.Nearest => distance is > -0.5 and <= 0.5 ? 1 : 0,
        ResampleKernel.BilinearUnfiltered => Math.Max(1 - Math.Abs(distance), 0),
        _ => ResampleWeights.Weight(kernel, distance / stretch)
    };

    /// <summary>A Gaussian at whole pixels around its middle; one pixel where it is thinner than those are told apart.</summary>
    private static float[] Gaussian(double deviation)
    {
        var radius = (int)Math.Ceiling(Reach * deviation);
        var values = new float[(2 * radius) + 1];
        if (radius == 0) values[0] = 1;
        else
            for (var at = -radius; at <= radius; at++) values[at + radius] = (float)Math.Exp(-0.5 * at * at / (deviation * deviation));
        return values;
    }
}
