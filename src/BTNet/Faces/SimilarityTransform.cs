namespace BTNet.Faces;

/// <summary>
/// A turn, an even scaling and a shift: (x, y) goes to (A x - B y + X, B x + A y + Y). Angles and shapes stay, and
/// nothing is mirrored. As complex numbers: z goes to (A + iB) z + (X + iY).
/// </summary>
/// <param name="A">Scale times the cosine of the angle.</param>
/// <param name="B">Scale times the sine of the angle.</param>
/// <param name="X">Shift to the right.</param>
/// <param name="Y">Shift downwards.</param>
public sealed record SimilarityTransform(double A, double B, double X, double Y)
{
    /// <summary>By how much lengths grow; 0 for a transform that puts everything in one place.</summary>
    public double Scale => Math.Sqrt((A * A) + (B * B));

    /// <summary>The turn in radians, from -pi to pi; clockwise as seen, because y points down.</summary>
    public double Angle => Math.Atan2(B, A);

    /// <summary>The transform that brings points nearest to others, by the least sum of squared distances.</summary>
    /// <param name="from">Two points or more, not all in one place.</param>
    /// <param name="to">Where each of them should go.</param>
    /// <exception cref="ArgumentException">Fewer than two points, not as many of one as of the other, or all of
    /// <paramref name="from"/> in one place.</exception>
    public static SimilarityTransform Fit(ReadOnlySpan<ImagePoint> from, ReadOnlySpan<ImagePoint> to)
    {
        if (from.Length < 2 || from.Length != to.Length) throw new ArgumentException($"{from.Length} points to {to.Length}; needs two or more, and as many", nameof(from));
        var (fromMean, toMean) = (Mean(from), Mean(to));
        var (a, b, spread) = (0.0, 0.0, 0.0);
        for (var i = 0; i < from.Length; i++)
        {
            // conj(p) q, of points as complex numbers from their means; its sum over that of |p|^2 is the best A + iB.
            var (px, py) = (from[i].X - fromMean.X, from[i].Y - fromMean.Y);
            var (qx, qy) = (to[i].X - toMean.X, to[i].Y - toMean.Y);
            a += (px * qx) + (py * qy);
            b += (px * qy) - (py * qx);
            spread += (px * px) + (py * py);
        }

        if (!(spread > 0)) throw new ArgumentException("the points lie in one place, so that no transform is theirs", nameof(from));
        (a, b) = (a / spread, b / spread);
        return new SimilarityTransform(a, b, toMean.X - (a * fromMean.X) + (b * fromMean.Y), toMean.Y - (b * fromMean.X) - (a * fromMean.Y));
    }

    /// <summary>Where a point goes.</summary>
    public ImagePoint Apply(ImagePoint point) => new((A * point.X) - (B * point.Y) + X, (B * point.X) + (A * point.Y) + Y);

    /// <summary>The transform that takes everything back.</summary>
    /// <exception cref="InvalidOperationException">The scale is 0.</exception>
    public SimilarityTransform Inverse()
    {
        var square = (A * A) + (B * B);
        if (!(square > 0)) throw new InvalidOperationException("a transform of scale 0 cannot be taken back");
        var (a, b) = (A / square, -B / square);
        return new SimilarityTransform(a, b, (b * Y) - (a * X), -(b * X) - (a * Y));
    }

    private static ImagePoint Mean(ReadOnlySpan<ImagePoint> points)
    {
        var (x, y) = (0.0, 0.0);
        foreach (var point in points) (x, y) = (x + point.X, y + point.Y);
        return new ImagePoint(x / points.Length, y / points.Length);
    }
}
