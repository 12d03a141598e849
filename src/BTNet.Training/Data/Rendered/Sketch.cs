using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>The few drawing operations that a face is made of. Units are pixels of a 112 x 112 picture.</summary>
internal sealed class Sketch(SKCanvas canvas) : IDisposable
{
    private readonly SKPaint _paint = new() { IsAntialias = true, StrokeCap = SKStrokeCap.Round };

    public SKCanvas Canvas { get; } = canvas;

    public void Fill(SKPath path, SKColor color)
    {
        Use(SKPaintStyle.Fill, color);
        Canvas.DrawPath(path, _paint);
    }

    /// <summary>Fills the path with a colour that turns from one to the other between two points.</summary>
    public void Fill(SKPath path, SKPoint from, SKColor first, SKPoint to, SKColor second)
    {
        Use(SKPaintStyle.Fill, SKColors.Black);
        using var shader = SKShader.CreateLinearGradient(from, to, [first, second], SKShaderTileMode.Clamp);
        _paint.Shader = shader;
        Canvas.DrawPath(path, _paint);
        _paint.Shader = null;
    }

    public void Line(SKPath path, SKColor color, float width)
    {
        Use(SKPaintStyle.Stroke, color);
        _paint.StrokeWidth = width;
        Canvas.DrawPath(path, _paint);
    }

    public void Oval(float x, float y, float radiusX, float radiusY, SKColor color)
    {
        Use(SKPaintStyle.Fill, color);
        Canvas.DrawOval(x, y, radiusX, radiusY, _paint);
    }

    /// <summary>A spot that is full in the middle and fades to nothing at its radius: shade, blush and shine.</summary>
    public void Glow(float x, float y, float radiusX, float radiusY, SKColor color)
    {
        Use(SKPaintStyle.Fill, SKColors.Black);
        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(0, 0), 1, [color, color.WithAlpha((byte)(color.Alpha * 0.55f)), color.WithAlpha(0)], [0, 0.5f, 1], SKShaderTileMode.Clamp);
        _paint.Shader = shader;
        Canvas.Save();
        Canvas.Translate(x, y);
        Canvas.Scale(radiusX, radiusY);
        // The gradient is clear beyond its radius, so the square that holds it needs no smooth edge.
        _paint.IsAntialias = false;
        Canvas.DrawRect(-1, -1, 2, 2, _paint);
        _paint.IsAntialias = true;
        Canvas.Restore();
        _paint.Shader = null;
    }

    /// <summary>Runs the drawing with everything outside the path left as it is.</summary>
    public void Within(SKPath path, Action drawing)
    {
        Canvas.Save();
        Canvas.ClipPath(path, SKClipOperation.Intersect, antialias: true);
        drawing();
        Canvas.Restore();
    }

    /// <summary>Runs the drawing with the origin at a point and both axes stretched.</summary>
    public void At(SKPoint origin, float scaleX, float scaleY, Action drawing)
    {
        Canvas.Save();
        Canvas.Translate(origin.X, origin.Y);
        Canvas.Scale(scaleX, scaleY);
        drawing();
        Canvas.Restore();
    }

    public void Dispose() => _paint.Dispose();

    private void Use(SKPaintStyle style, SKColor color) => (_paint.Style, _paint.Color) = (style, color);
}
