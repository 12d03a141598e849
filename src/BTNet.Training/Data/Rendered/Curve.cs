using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Smooth paths through points (Catmull-Rom splines as cubic Beziers).</summary>
internal static class Curve
{
    public static SKPath Closed(ReadOnlySpan<SKPoint> points)
    {
        using var builder = new SKPathBuilder();
        var count = points.Length;
        builder.MoveTo(points[0]);
        for (var i = 0; i < count; i++)
            Segment(builder, points[(i + count - 1) % count], points[i], points[(i + 1) % count], points[(i + 2) % count]);
        builder.Close();
        return builder.Detach();
    }

    public static SKPath Open(params ReadOnlySpan<SKPoint> points)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(points[0]);
        Follow(builder, points);
        return builder.Detach();
    }

    /// <summary>An area between two smooth edges, with a corner wherever they meet.</summary>
    public static SKPath Between(ReadOnlySpan<SKPoint> there, ReadOnlySpan<SKPoint> back)
    {
        using var builder = new SKPathBuilder();
        builder.MoveTo(there[0]);
        Follow(builder, there);
        builder.LineTo(back[0]);
        Follow(builder, back);
        builder.Close();
        return builder.Detach();
    }

    private static void Follow(SKPathBuilder builder, ReadOnlySpan<SKPoint> points)
    {
        for (var i = 0; i + 1 < points.Length; i++)
            Segment(builder, points[Math.Max(i - 1, 0)], points[i], points[i + 1], points[Math.Min(i + 2, points.Length - 1)]);
    }

    private static void Segment(SKPathBuilder builder, SKPoint before, SKPoint from, SKPoint to, SKPoint after) => builder.CubicTo(
        from.X + ((to.X - before.X) / 6), from.Y + ((to.Y - before.Y) / 6),
        to.X - ((after.X - from.X) / 6), to.Y - ((after.Y - from.Y) / 6),
        to.X, to.Y);
}
