using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Shoulders, neck, ears and the face's skin with its shading, lines and beard.</summary>
internal static class HeadPainter
{
    public static void Body(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var (head, skin) = (who.Head, who.Skin.Color);
        var chin = pose.Rim(0, head.HalfHeight * 0.6f, -0.1f);
        var half = head.HalfWidth * head.Neck;
        var foot = head.HalfHeight + 24;
        using var neck = Curve.Between(
            [new(chin.X - half, chin.Y), new(chin.X - half, chin.Y + 14), new(-half - 5, foot)],
            [new(half + 5, foot), new(chin.X + half, chin.Y + 14), new(chin.X + half, chin.Y)]);
        sketch.Fill(neck, new SKPoint(0, head.HalfHeight * 0.75f), skin.Lit(0.55f), new SKPoint(0, head.HalfHeight + 12), skin.Lit(0.86f));

        var collar = head.HalfHeight + 4 + (5 * view.Collar);
        using var shoulders = Curve.Between(
            [new(-80, 90), new(-62, collar + 10), new(-half - 8, collar - 2), new(-half * 0.7f, collar + 6)],
            [new(half * 0.7f, collar + 6), new(half + 8, collar - 2), new(62, collar + 10), new(80, 90)]);
        sketch.Fill(shoulders, new SKPoint(0, collar - 4), view.Clothes, new SKPoint(0, collar + 16), view.Clothes.Lit(0.65f));
    }

    public static void Ears(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        foreach (var side in Sides)
        {
            var at = pose.Rim(side * who.Head.HalfWidth * who.Head.EarOut, 1, -0.12f);
            var size = who.Head.EarSize;
            sketch.Oval(at.X, at.Y, size * 0.62f, size * 1.25f, who.Skin.Color.Lit(0.84f));
            sketch.Glow(at.X, at.Y, size * 0.45f, size * 0.95f, who.Skin.Color.Lit(0.5f).Faint(0.7f));
        }
    }

    public static void Face(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var (head, skin) = (who.Head, who.Skin.Color);
        using var outline = Outline(head, pose);
        sketch.Fill(outline, skin);
        sketch.Within(outline, () =>
        {
            var (width, height) = (head.HalfWidth, head.HalfHeight);
            var middle = pose.Front(0, 0);
            // The side away from the light, then the rim all round: what makes a disc look like a head.
            var dark = skin.Lit(0.42f);
            sketch.Glow(middle.X - (width * 1.25f * MathF.Sign(view.LightX)), middle.Y, width * 1.25f, height * 1.25f, dark.Faint(0.25f + Math.Min(0.45f, 0.5f * MathF.Abs(view.LightX))));
            foreach (var side in Sides)
            {
                var cheek = pose.Front(side * width * 0.55f, height * 0.26f);
                sketch.Glow(cheek.X, cheek.Y, 11, 9, Tint.Mix(new SKColor(214, 84, 76), skin, 0.25f).Faint(who.Skin.Flush * skin.Red / 255f));
                var rim = pose.Rim(side * width * 1.02f, height * 0.2f, 0.2f);
                sketch.Glow(rim.X, rim.Y, width * 0.36f, height * 0.95f, dark.Faint(0.5f));
                var hollow = pose.Front(side * width * 0.62f, height * 0.5f);
                sketch.Glow(hollow.X, hollow.Y, 9, 12, dark.Faint(0.1f + (0.3f * who.Skin.Age)));
            }

            var jaw = pose.Rim(0, height * 1.06f, 0.5f);
            sketch.Glow(jaw.X, jaw.Y, width * 0.9f, height * 0.2f, dark.Faint(0.5f));
            var brow = pose.Front(0, -height * 0.48f);
            sketch.Glow(brow.X, brow.Y, width * 0.62f, height * 0.24f, skin.Lit(1.45f).Faint(0.4f));
            var chin = pose.Front(0, height * 0.84f);
            sketch.Glow(chin.X, chin.Y, width * head.Chin * 0.7f, height * 0.1f, skin.Lit(1.4f).Faint(0.35f));
            Freckles(scene);
            Beard(scene);
        });
    }

    /// <summary>Folds beside the mouth, bags and furrows, as far as age has drawn them.</summary>
    public static void Lines(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var shade = who.Skin.Color.Lit(0.45f);
        var fold = Math.Min(1, (0.16f + (0.5f * who.Skin.Age)) * (1 + (0.7f * Math.Max(0, view.Smile))));
        var mouth = who.Nose.Tip + who.Mouth.Gap;
        foreach (var side in Sides)
        {
            using var crease = Curve.Open(
                pose.Front(side * (who.Nose.HalfWidth + 2.2f), who.Nose.Tip - 1.5f),
                pose.Front(side * (who.Mouth.HalfWidth + 1.8f), mouth - 4.5f),
                pose.Front(side * (who.Mouth.HalfWidth + 2.8f), mouth + 1.5f));
            sketch.Line(crease, shade.Faint(0.6f * fold), 0.9f);
            if (who.Skin.Age < 0.25f) continue;
            using var bag = Curve.Open(
                pose.Front(side * (who.Eyes.Apart - 5), who.Eyes.Height + 5), pose.Front(side * who.Eyes.Apart, who.Eyes.Height + 7), pose.Front(side * (who.Eyes.Apart + 5), who.Eyes.Height + 5.2f));
            sketch.Line(bag, shade.Faint(0.5f * who.Skin.Age), 0.8f);
        }

        for (var row = 0; row < 3 && who.Skin.Age > 0.3f; row++)
        {
            var y = (-who.Head.HalfHeight * 0.42f) - (4 * row);
            using var furrow = Curve.Open(pose.Front(-11, y + 0.8f), pose.Front(0, y), pose.Front(11, y + 0.8f));
            sketch.Line(furrow, shade.Faint(0.35f * who.Skin.Age), 0.7f);
        }
    }

    public static ReadOnlySpan<int> Sides => [-1, 1];

    private static SKPath Outline(HeadTraits head, HeadPose pose)
    {
        var (width, height) = (head.HalfWidth, head.HalfHeight);
        Span<(float X, float Y, float Depth)> half =
            [(0.46f, -1.05f, -0.1f), (0.84f * head.Forehead, -0.76f, 0f), (head.Forehead, -0.3f, 0.05f), (head.Cheek, 0.14f, 0.12f), (head.Jaw, 0.62f, 0.3f), (head.Chin, 0.94f, 0.5f)];
        var points = new SKPoint[14];
        points[0] = pose.Rim(0, -1.12f * height, -0.1f);
        points[7] = pose.Rim(0, 1.01f * height, 0.55f);
        for (var i = 0; i < half.Length; i++)
        {
            points[1 + i] = pose.Rim(half[i].X * width, half[i].Y * height, half[i].Depth);
            points[13 - i] = pose.Rim(-half[i].X * width, half[i].Y * height, half[i].Depth);
        }

        return Curve.Closed(points);
    }

    private static void Freckles(FaceScene scene)
    {
        var random = new Dice(scene.Who.Skin.FreckleSeed);
        for (var i = 0; i < scene.Who.Skin.Freckles; i++)
        {
            var at = scene.Pose.Front(15 * random.Bell(), 5 + (3.5f * random.Bell()));
            scene.Sketch.Oval(at.X, at.Y, random.Between(0.4f, 0.9f), random.Between(0.4f, 0.8f), new SKColor(150, 84, 50).Faint(0.5f));
        }
    }

    private static void Beard(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        if (who.Beard.Beard < 0.05f) return;
        var (width, height) = (who.Head.HalfWidth, who.Head.HalfHeight);
        var mouth = (who.Nose.Tip + who.Mouth.Gap) / height;
        Span<SKPoint> upper =
        [
            pose.Rim(-1.05f * width, 0.05f * height, 0.1f), pose.Front(-0.82f * width, (0.5f - who.Beard.Reach) * height), pose.Front(-0.5f * width, (0.66f - (0.3f * who.Beard.Reach)) * height),
            pose.Front(-0.2f * width, (mouth + 0.1f) * height), pose.Front(0, (mouth + 0.15f) * height), pose.Front(0.2f * width, (mouth + 0.1f) * height),
            pose.Front(0.5f * width, (0.66f - (0.3f * who.Beard.Reach)) * height), pose.Front(0.82f * width, (0.5f - who.Beard.Reach) * height), pose.Rim(1.05f * width, 0.05f * height, 0.1f),
        ];
        using var area = Curve.Between(upper, [pose.Rim(1.2f * width, 0.6f * height, 0.2f), pose.Rim(0, 1.3f * height, 0.5f), pose.Rim(-1.2f * width, 0.6f * height, 0.2f)]);
        sketch.Fill(area, who.Hair.Color.Lit(0.8f).Faint(0.25f + (0.65f * who.Beard.Beard)));
    }
}
