using BTNet.Faces;
using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>
/// Draws synthetic faces: stylised portraits whose geometry and colours are the person and whose pose, light,
/// expression, surroundings and camera are the occasion. Safe for use by several threads at once.
/// </summary>
public static class RenderedFaces
{
    /// <summary>One picture of one person.</summary>
    /// <param name="identity">The person.</param>
    /// <param name="instanceSeed">The occasion; the same person and seed give the same picture on the same machine.</param>
    /// <param name="side">Width and height in pixels, 1 to 2048.</param>
    /// <returns>A square picture with the eyes near (41, 54) and (71, 54) of 112 x 112.</returns>
    /// <exception cref="ArgumentException">The side is out of range.</exception>
    public static FaceImage Render(RenderedIdentity identity, ulong instanceSeed, int side = 112)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 2048);
        // Mixed with the person, or everyone's first picture would share pose, light and background.
        var view = new RenderedView(new Dice(identity.Seed ^ instanceSeed, (ulong)identity.Number).Next());
        // Skia has quick routines for this order of channels only: plain fills take a quarter of the time.
        using var bitmap = new SKBitmap(new SKImageInfo(side, side, SKColorType.Bgra8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        using (var sketch = new Sketch(canvas))
        {
            canvas.Scale(side / 112f);
            Portray(new FaceScene(identity, view, new HeadPose(identity.Head, view.Yaw, view.Pitch), sketch));
        }

        return Camera.Expose(bitmap.GetPixelSpan(), side, view);
    }

    private static void Portray(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        Backdrop.Paint(sketch, view.BackgroundSeed);
        // A face cropped by its eyes keeps them nearly in place when it turns: take back most of what the turn moved them.
        var eyes = pose.Front(0, who.Eyes.Height);
        sketch.Canvas.Translate(56 + view.Shift.X, 60 + view.Shift.Y);
        sketch.Canvas.RotateDegrees(view.Roll);
        sketch.Canvas.Scale(view.Scale);
        sketch.Canvas.Translate(-0.75f * eyes.X, -0.75f * (eyes.Y - who.Eyes.Height));
        HairPainter.Behind(scene);
        HeadPainter.Body(scene);
        HeadPainter.Ears(scene);
        HeadPainter.Face(scene);
        HeadPainter.Lines(scene);
        NoseAndMouthPainter.Nose(scene);
        NoseAndMouthPainter.Mouth(scene);
        EyePainter.Eyes(scene);
        EyePainter.Brows(scene);
        HairPainter.Front(scene);
        EyePainter.Glasses(scene);
    }
}
