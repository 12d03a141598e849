namespace BTNet.Faces;

/// <summary>
/// Where the parts of a face are in a picture: five points, or the eyes only. Left and right are the viewer's: the left
/// eye of an upright face is the one with the smaller x, the person's right one. Immutable.
/// </summary>
public sealed class FaceLandmarks
{
    /// <summary>Beyond it, squares of coordinates are no longer exact, and no picture reaches that far.</summary>
    private const double GreatestCoordinate = 1e6;

    // The cosine between any five points and the template's, turned as fits best, is 1 for the template, 0.8 for a strict
    // profile, and 0.6 for points along a line.
    private const double LeastCosine = 0.3;

    /// <summary>In pixels; where the farthest point is nearer to the first than this, there is no face.</summary>
    private const double LeastReach = 1e-3;

    // A head turned until the points of its left side lie right of those of its right fits its mirror image better too,
    // but less than so.
    private const double ClearlyMirrored = 2;

    private readonly ImagePoint[] _points;

    /// <summary>Five points, by which a face is aligned best.</summary>
    /// <exception cref="InputException">A coordinate is no number or beyond 1,000,000 pixels; the points lie in one place
    /// or nothing like a face's; or left and right are clearly swapped.</exception>
    public FaceLandmarks(ImagePoint leftEye, ImagePoint rightEye, ImagePoint nose, ImagePoint mouthLeft, ImagePoint mouthRight)
        : this([leftEye, rightEye, nose, mouthLeft, mouthRight])
    {
    }

    /// <summary>The eyes only: turn and size of the face are theirs alone. Swapped eyes are an upside-down face.</summary>
    /// <exception cref="InputException">A coordinate is no number or beyond 1,000,000 pixels, or the eyes lie in one place.</exception>
    public FaceLandmarks(ImagePoint leftEye, ImagePoint rightEye)
        : this([leftEye, rightEye])
    {
    }

    internal FaceLandmarks(ImagePoint[] points)
    {
        if (FaultOf(points) is { } fault) throw new InputException($"the landmarks {string.Join(" ", points.Select(Text))}: {fault}");
        _points = points;
    }

    /// <summary>Left eye, right eye and, where they are known, nose, left and right corner of the mouth: two or five.</summary>
    public IReadOnlyList<ImagePoint> Points => _points;

    /// <summary>What is wrong with these two or five points, and what was expected; null where nothing is.</summary>
    internal static string? FaultOf(ReadOnlySpan<ImagePoint> points)
    {
        foreach (var point in points)
        {
            // Not a number compares as false.
            if (!(Math.Abs(point.X) <= GreatestCoordinate && Math.Abs(point.Y) <= GreatestCoordinate))
                return $"{Text(point)} is no place in a picture; expected two numbers of pixels, each at most {GreatestCoordinate:N0}";
        }

        if (Reach(points) < LeastReach) return "the points lie in one place; expected those of one face, apart from each other";
        if (points.Length == 2) return null;
        var template = FaceTemplate.Points(FaceTemplate.FullSide, points.Length);
        var scale = SimilarityTransform.Fit(points, template).Scale;
        if (SimilarityTransform.Fit(Mirrored(points), template).Scale > ClearlyMirrored * scale)
            return "left and right are swapped; expected the viewer's left, which is where x is smaller in an upright face";
        // A fit shrinks by the cosine, there as well as back.
        var cosine = Math.Sqrt(scale * SimilarityTransform.Fit(template, points).Scale);
        return cosine < LeastCosine ? "the points do not lie like a face's; expected left eye, right eye, nose, left and right corner of the mouth" : null;
    }

    private static double Reach(ReadOnlySpan<ImagePoint> points)
    {
        var reach = 0.0;
        foreach (var point in points) reach = Math.Max(reach, Math.Max(Math.Abs(point.X - points[0].X), Math.Abs(point.Y - points[0].Y)));
        return reach;
    }

    private static ImagePoint[] Mirrored(ReadOnlySpan<ImagePoint> points)
    {
        var mirrored = points.ToArray();
        for (var i = 0; i < mirrored.Length; i++) mirrored[i] = mirrored[i] with { X = -mirrored[i].X };
        return mirrored;
    }

    private static string Text(ImagePoint point) => $"({point.X}, {point.Y})";
}
