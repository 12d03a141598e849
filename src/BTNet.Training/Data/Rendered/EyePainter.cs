using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Eyes, eyebrows and spectacles.</summary>
internal static class EyePainter
{
    public static void Eyes(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var eyes = who.Eyes;
        foreach (var side in HeadPainter.Sides)
        {
            var at = pose.Front(side * eyes.Apart, eyes.Height);
            sketch.Glow(at.X - (side * 2), at.Y - 1.5f, eyes.HalfWidth * 1.7f, eyes.HalfHeight * 3f, who.Skin.Color.Lit(0.4f).Faint(eyes.Socket));
            // Drawn as a right eye, outer corner at +x, and mirrored for the other.
            sketch.At(at, side * pose.Stretch(side * eyes.Apart, eyes.Height), 1, () => Eye(scene, side));
        }
    }

    public static void Brows(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var brows = who.Brows;
        foreach (var side in HeadPainter.Sides)
        {
            var (x, y) = (side * (who.Eyes.Apart + 0.4f), who.Eyes.Height - who.Eyes.HalfHeight - brows.Gap + 1.2f - view.BrowRaise);
            sketch.At(pose.Front(x, y), side * pose.Stretch(x, y), 1, () =>
            {
                var (half, thick) = (brows.HalfLength, brows.Thickness);
                var (inner, peak) = (brows.Slope - (0.45f * brows.Arch), -brows.Arch - (0.3f * brows.Slope));
                using var path = Curve.Between(
                    [new(-half, inner - (0.5f * thick)), new(half * 0.35f, peak - thick), new(half, 0.6f - (0.3f * brows.Slope))],
                    [new(half, 0.9f - (0.3f * brows.Slope)), new(half * 0.3f, peak + (0.7f * thick)), new(-half, inner + thick)]);
                sketch.Fill(path, new SKPoint(-half, 0), brows.Color.Faint(0.75f), new SKPoint(half, 0), brows.Color);
            });
        }
    }

    public static void Glasses(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        if (who.Glasses is not { } glasses || !view.WearsGlasses) return;
        var y = who.Eyes.Height + 1.2f;
        foreach (var side in HeadPainter.Sides)
        {
            var x = side * Math.Max(who.Eyes.Apart, glasses.HalfWidth + 1.6f);
            sketch.At(pose.Front(x, y, 3), side * pose.Stretch(x, y), 1, () =>
            {
                var (half, tall) = (glasses.HalfWidth, glasses.HalfHeight);
                using var builder = new SKPathBuilder();
                var corner = 1.5f + (glasses.Round * (Math.Min(half, tall) - 1.5f));
                builder.AddRoundRect(new SKRect(-half, -tall, half, tall), corner, corner);
                using var lens = builder.Detach();
                sketch.Fill(lens, new SKColor(225, 235, 245).Faint(0.12f));
                sketch.Line(lens, glasses.Color, glasses.Thickness);
                using var arm = Curve.Open(new SKPoint(half, -1.5f), new SKPoint(half + 8, -2.5f));
                sketch.Line(arm, glasses.Color.Lit(0.8f), glasses.Thickness);
                using var glint = Curve.Open(new SKPoint(-half * 0.5f, tall * 0.3f), new SKPoint(-half * 0.1f, -tall * 0.5f));
                sketch.Line(glint, SKColors.White.Faint(0.25f), 1.2f);
            });
        }

        var inner = Math.Max(who.Eyes.Apart, glasses.HalfWidth + 1.6f) - glasses.HalfWidth;
        using var bridge = Curve.Open(pose.Front(-inner, y - 1, 3), pose.Front(0, y - 2.2f, 4), pose.Front(inner, y - 1, 3));
        sketch.Line(bridge, glasses.Color, glasses.Thickness);
    }

    private static void Eye(FaceScene scene, int side)
    {
        var (who, view, _, sketch) = scene;
        var eyes = who.Eyes;
        var (half, skin) = (eyes.HalfWidth, who.Skin.Color);
        var open = eyes.HalfHeight * view.EyesOpen;
        SKPoint inner = new(-half, eyes.Tilt * 0.6f), outer = new(half, -eyes.Tilt);
        // Lids meet near three quarters of the way down when the eye closes.
        SKPoint[] upper = [inner, new(-half * 0.45f, -open * 0.92f), new(half * 0.3f, -open * 1.05f), outer];
        SKPoint[] lower = [outer, new(half * 0.35f, open * 0.62f), new(-half * 0.4f, open * 0.6f), inner];
        using var almond = Curve.Between(upper, lower);
        sketch.Fill(almond, Tint.Mix(new SKColor(244, 240, 236), skin, 0.12f));
        sketch.Within(almond, () =>
        {
            var (x, y) = (view.Gaze.X * side, view.Gaze.Y - (0.15f * open));
            sketch.Oval(x, y, eyes.Iris + 0.25f, eyes.Iris + 0.25f, eyes.Color.Lit(0.5f));
            sketch.Oval(x, y, eyes.Iris - 0.3f, eyes.Iris - 0.3f, eyes.Color);
            sketch.Oval(x, y, 1.15f, 1.15f, new SKColor(12, 10, 12));
            sketch.Oval(x + (0.9f * side), y - 0.95f, 0.6f, 0.6f, SKColors.White.Faint(0.9f));
            sketch.Glow(0, -open, half * 1.1f, open * 0.75f, new SKColor(40, 20, 16).Faint(0.55f));
        });
        using var lid = Curve.Open(upper);
        sketch.Line(lid, Tint.Mix(skin.Lit(0.35f), new SKColor(20, 14, 14), 0.6f), 0.7f + eyes.Lashes);
        using var under = Curve.Open(lower);
        sketch.Line(under, skin.Lit(0.5f).Faint(0.6f), 0.6f);
        using var crease = Curve.Open(new(-half * 0.8f, (-open * 0.8f) - 0.6f), new(0, (-open * 1.25f) - 1.4f), new(half * 0.95f, (-open * 0.7f) - 1f));
        sketch.Line(crease, skin.Lit(0.5f).Faint(0.55f), 0.7f);
        if (eyes.Lashes < 0.55f) return;
        using var lash = Curve.Open(outer, new SKPoint(half + 1.6f, -eyes.Tilt - 1.3f));
        sketch.Line(lash, new SKColor(22, 16, 16), 0.8f * eyes.Lashes);
    }
}
