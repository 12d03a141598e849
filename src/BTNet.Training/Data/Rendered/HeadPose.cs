using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>
/// Where a place on the head lands in the picture when the head turns. The head is an ellipsoid as deep as it is wide;
/// places are pixels at 112 from its middle, as seen from the front, and the projection is parallel.
/// </summary>
internal sealed class HeadPose
{
    private readonly float _width;
    private readonly float _height;
    private readonly float _sinYaw;
    private readonly float _cosYaw;
    private readonly float _sinPitch;
    private readonly float _cosPitch;

    public HeadPose(HeadTraits head, float yaw, float pitch)
    {
        (_width, _height) = (head.HalfWidth, head.HalfHeight);
        (_sinYaw, _cosYaw) = MathF.SinCos(yaw * MathF.PI / 180);
        (_sinPitch, _cosPitch) = MathF.SinCos(pitch * MathF.PI / 180);
    }

    /// <summary>A place on the front of the head, lifted off it (the tip of the nose) or sunk into it by some pixels.</summary>
    public SKPoint Front(float x, float y, float lift = 0) => Turn(x, y, Depth(x, y) + lift);

    /// <summary>A place on the outline, whose depth is given as a share of the half width.</summary>
    public SKPoint Rim(float x, float y, float depth) => Turn(x, y, depth * _width);

    /// <summary>How much a small thing at this place is stretched across by the turn.</summary>
    public float Stretch(float x, float y) => Math.Clamp((Front(x + 2, y).X - Front(x - 2, y).X) / 4, 0.45f, 1.2f);

    private float Depth(float x, float y)
    {
        var (u, v) = (x / (1.12f * _width), y / (1.25f * _height));
        return _width * MathF.Sqrt(Math.Max(0.05f, 1 - (u * u) - (v * v)));
    }

    private SKPoint Turn(float x, float y, float z) =>
        new((x * _cosYaw) + (z * _sinYaw), (y * _cosPitch) + (((z * _cosYaw) - (x * _sinYaw)) * _sinPitch));
}
