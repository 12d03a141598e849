using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Nose, lips, teeth and moustache.</summary>
internal static class NoseAndMouthPainter
{
    public static void Nose(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var (nose, skin) = (who.Nose, who.Skin.Color);
        var shade = skin.Lit(0.45f);
        var tip = pose.Front(0, nose.Tip - 2.5f, 7);
        var root = pose.Front(0, who.Eyes.Height - 2, 0);
        var away = view.LightX >= 0 ? -1 : 1;
        // The bridge's flank away from the light carries the shadow, its ridge the shine.
        using var flank = Curve.Between(
            [root, new((root.X + tip.X) / 2, (root.Y + tip.Y) / 2), tip],
            [pose.Front(away * nose.HalfWidth, nose.Tip, 1), pose.Front(away * (nose.Bridge + 1.4f), (who.Eyes.Height + nose.Tip) / 2, 1), pose.Front(away * (nose.Bridge + 1), who.Eyes.Height - 3)]);
        sketch.Fill(flank, shade.Faint(nose.Shade * (0.6f + Math.Min(0.8f, MathF.Abs(view.LightX)))));
        foreach (var side in HeadPainter.Sides)
        {
            var wing = pose.Front(side * nose.HalfWidth, nose.Tip, 2);
            using var edge = Curve.Open(
                pose.Front(side * (nose.HalfWidth - 1), nose.Tip - 3.4f, 3), pose.Front(side * (nose.HalfWidth + 0.5f), nose.Tip - 0.8f, 2), pose.Front(side * (nose.HalfWidth - 1.4f), nose.Tip + 1.2f, 3));
            sketch.Line(edge, shade.Faint(0.7f), 0.9f);
            sketch.Glow(wing.X, wing.Y, 2.6f, 2.6f, shade.Faint(0.3f));
            var nostril = pose.Front(side * nose.HalfWidth * 0.5f, nose.Tip + 0.7f, 5);
            sketch.Oval(nostril.X, nostril.Y, nose.Nostril * 1.35f, nose.Nostril * 0.75f, skin.Lit(0.24f).Faint(0.85f));
        }

        var under = pose.Front(0, nose.Tip + 2.4f, 3);
        sketch.Glow(under.X, under.Y, nose.HalfWidth + 2, 3.2f, shade.Faint(0.5f));
        sketch.Glow(tip.X, tip.Y, nose.HalfWidth * 0.55f, 3.4f, skin.Lit(1.5f).Faint(0.55f));
        using var ridge = Curve.Open(root, tip);
        sketch.Line(ridge, skin.Lit(1.4f).Faint(0.22f), nose.Bridge);
    }

    public static void Mouth(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var mouth = who.Mouth;
        var y = who.Nose.Tip + mouth.Gap;
        var half = mouth.HalfWidth * (1 + (0.17f * view.Smile) - (0.1f * view.MouthOpen));
        var gap = 5.2f * view.MouthOpen;
        var corner = y - (2.3f * view.Smile);
        var (upper, lower) = (mouth.Upper * (1 - (0.2f * Math.Max(0, view.Smile))), mouth.Lower);
        SKPoint left = pose.Front(-half, corner), right = pose.Front(half, corner);
        SKPoint[] parting = [left, pose.Front(-half * 0.45f, y - (0.2f * gap), 1), pose.Front(0, y + 0.4f - (0.2f * gap), 1.5f), pose.Front(half * 0.45f, y - (0.2f * gap), 1), right];
        SKPoint[] bottom = [right, pose.Front(half * 0.5f, y + (0.75f * gap) + 0.4f, 1), pose.Front(0, y + gap + 0.6f, 1.5f), pose.Front(-half * 0.5f, y + (0.75f * gap) + 0.4f, 1), left];

        var chinShade = pose.Front(0, y + gap + lower + 2.6f);
        sketch.Glow(chinShade.X, chinShade.Y, half * 0.8f, 2.6f, who.Skin.Color.Lit(0.4f).Faint(0.4f));
        if (view.MouthOpen > 0) Inside(sketch, parting, bottom, gap, view.Smile);

        using var upperLip = Curve.Between(
            [left, pose.Front(-half * 0.5f, y - (upper * 0.75f), 1), pose.Front(-half * 0.2f, y - upper, 1.5f), pose.Front(0, y - upper + (0.7f * mouth.Bow), 1.5f), pose.Front(half * 0.2f, y - upper, 1.5f), pose.Front(half * 0.5f, y - (upper * 0.75f), 1), right],
            [right, parting[3], parting[2], parting[1], left]);
        sketch.Fill(upperLip, mouth.Color.Lit(0.86f));
        using var lowerLip = Curve.Between(
            bottom,
            [left, pose.Front(-half * 0.52f, y + gap + (lower * 0.72f), 1), pose.Front(0, y + gap + lower, 1.5f), pose.Front(half * 0.52f, y + gap + (lower * 0.72f), 1), right]);
        sketch.Fill(lowerLip, mouth.Color);
        var shine = pose.Front(0, y + gap + (lower * 0.45f), 1.5f);
        sketch.Glow(shine.X, shine.Y, half * 0.42f, lower * 0.42f, mouth.Color.Lit(1.5f).Faint(0.5f));
        using var line = Curve.Open(parting);
        sketch.Line(line, mouth.Color.Lit(0.4f), 0.8f);
        foreach (var end in (ReadOnlySpan<SKPoint>)[left, right]) sketch.Glow(end.X, end.Y, 2, 1.6f, who.Skin.Color.Lit(0.4f).Faint(0.6f));
        Moustache(scene, half, y - upper);
    }

    private static void Inside(Sketch sketch, SKPoint[] parting, SKPoint[] bottom, float gap, float smile)
    {
        using var hole = Curve.Between(parting, bottom);
        sketch.Fill(hole, new SKColor(62, 18, 20));
        sketch.Within(hole, () =>
        {
            var (x, y) = (parting[2].X, parting[2].Y);
            sketch.Oval(x, y - 0.6f, MathF.Abs(parting[4].X - parting[0].X) * 0.4f, (gap * 0.38f) + Math.Max(0, smile), new SKColor(238, 232, 224));
            sketch.Glow(x, y + gap + 1, 5, gap * 0.5f, new SKColor(190, 84, 84));
        });
    }

    private static void Moustache(FaceScene scene, float half, float lip)
    {
        var (who, _, pose, sketch) = scene;
        if (who.Beard.Moustache < 0.05f) return;
        using var area = Curve.Between(
            [pose.Front(-half - 1.5f, lip + 3.5f), pose.Front(-half * 0.6f, lip - 2.6f, 1), pose.Front(0, lip - 3, 2), pose.Front(half * 0.6f, lip - 2.6f, 1), pose.Front(half + 1.5f, lip + 3.5f)],
            [pose.Front(half + 0.5f, lip + 3.6f), pose.Front(half * 0.55f, lip + 0.9f, 1), pose.Front(0, lip + 0.3f, 2), pose.Front(-half * 0.55f, lip + 0.9f, 1), pose.Front(-half - 0.5f, lip + 3.6f)]);
        sketch.Fill(area, who.Hair.Color.Lit(0.8f).Faint(0.2f + (0.75f * who.Beard.Moustache)));
    }
}
