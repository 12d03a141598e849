using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Hair behind the head, over the forehead and beside the face.</summary>
internal static class HairPainter
{
    public static void Behind(FaceScene scene)
    {
        var (who, view, pose, sketch) = scene;
        var hair = who.Hair;
        var color = Color(scene).Lit(0.72f);
        if (hair.Style == HairStyle.Bun)
        {
            var bun = pose.Rim(0, -1.12f * who.Head.HalfHeight, -0.6f);
            var radius = 7 + (6 * hair.Length);
            sketch.Oval(bun.X, bun.Y - (radius * 0.35f), radius * 1.1f, radius, Color(scene).Lit(0.85f));
            sketch.Glow(bun.X - 2, bun.Y - (radius * 0.7f), radius * 0.6f, radius * 0.45f, Color(scene).Lit(1.35f).Faint(0.6f));
        }

        if (hair.Style is not (HairStyle.Bob or HairStyle.Long)) return;
        var (width, height) = (who.Head.HalfWidth * (1.04f + (1.3f * hair.Volume)), who.Head.HalfHeight);
        var end = Ends(who);
        var flare = hair.Style == HairStyle.Bob ? 1 + (0.16f * hair.Wave) : 1.05f + (0.35f * hair.Wave);
        using var mass = Curve.Closed(
        [
            pose.Rim(0, -1.15f * height, -0.3f), pose.Rim(0.8f * width, -0.8f * height, -0.3f), pose.Rim(width, -0.1f * height, -0.3f), pose.Rim(width * flare, end * 0.7f, -0.3f),
            pose.Rim(width * flare * 0.8f, end, -0.3f), pose.Rim(0, end * 0.95f, -0.4f), pose.Rim(-width * flare * 0.8f, end, -0.3f),
            pose.Rim(-width * flare, end * 0.7f, -0.3f), pose.Rim(-width, -0.1f * height, -0.3f), pose.Rim(-0.8f * width, -0.8f * height, -0.3f),
        ]);
        sketch.Fill(mass, color);
    }

    public static void Front(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        var hair = who.Hair;
        if (hair.Style == HairStyle.Curly) Curls(scene);
        using var cap = hair.Style == HairStyle.Bald ? null : Cap(scene);
        if (cap is not null)
        {
            var top = pose.Rim(0, -1.2f * who.Head.HalfHeight, 0);
            var bottom = pose.Front(0, -0.35f * who.Head.HalfHeight);
            sketch.Fill(cap, top, Color(scene), bottom, Color(scene).Lit(0.74f));
            if (hair.Style != HairStyle.Curly) sketch.Within(cap, () => Strands(scene));
        }

        if (hair.Style == HairStyle.Bald) SideHair(scene);
        if (hair.Style is HairStyle.Bob or HairStyle.Long) Locks(scene);
    }

    private static SKColor Color(FaceScene scene) => scene.Who.Hair.Color.Lit(Math.Min(1.3f, scene.View.HairLight));

    /// <summary>How far down the ends of the hair hang.</summary>
    private static float Ends(RenderedIdentity who) => who.Hair.Style == HairStyle.Bob
        ? who.Head.HalfHeight * (0.55f + (0.55f * who.Hair.Length))
        : who.Head.HalfHeight * (1.25f + (0.5f * who.Hair.Length));

    /// <summary>What covers the skull from above: its outer edge, and the hairline with the fringe.</summary>
    private static SKPath Cap(FaceScene scene)
    {
        var (who, _, pose, _) = scene;
        var (hair, head) = (who.Hair, who.Head);
        var (width, height) = (head.HalfWidth, head.HalfHeight);
        var volume = hair.Style switch { HairStyle.Cropped => 0.35f * hair.Volume, HairStyle.Bun => 0.5f * hair.Volume, _ => hair.Volume };
        var side = hair.Style switch { HairStyle.Cropped or HairStyle.Bun => -0.06f, HairStyle.Short => 0.1f * hair.Length, _ => 0.05f } * height;
        var bulge = width * (1.01f + volume);
        Span<SKPoint> outer =
        [
            pose.Rim(-width, side, -0.05f), pose.Rim(-bulge * 1.02f, -0.35f * height, -0.12f), pose.Rim(-bulge * 0.84f, -0.86f * height * (1 + volume), -0.15f),
            pose.Rim(0.25f * hair.Parting * width, -1.13f * height * (1 + volume), -0.15f),
            pose.Rim(bulge * 0.84f, -0.86f * height * (1 + volume), -0.15f), pose.Rim(bulge * 1.02f, -0.35f * height, -0.12f), pose.Rim(width, side, -0.05f),
        ];
        var fringe = hair.Style is HairStyle.Bun or HairStyle.Cropped ? 0.25f * hair.Fringe : hair.Fringe;
        var random = new Dice(hair.StrandSeed);
        var inner = new SKPoint[9];
        for (var i = 0; i < 9; i++)
        {
            var u = 1 - (i / 4f);
            var recede = hair.Temples * MathF.Exp(-MathF.Pow((MathF.Abs(u) - 0.6f) / 0.22f, 2));
            var fall = fringe * MathF.Min(1, 0.35f + MathF.Abs(u - hair.Parting)) * (1 - MathF.Pow(MathF.Abs(u), 4));
            var y = (-hair.Hairline * (1 - (0.75f * MathF.Pow(MathF.Abs(u), 3.2f)))) - recede + fall + (0.03f * random.Bell() * (1 - MathF.Abs(u)));
            inner[i] = MathF.Abs(u) > 0.95f ? pose.Rim(u * 0.93f * width, side - (0.02f * height), 0.1f) : pose.Front(u * 0.93f * width, y * height);
        }

        return Curve.Between(outer, inner);
    }

    private static void Strands(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        var (width, height) = (who.Head.HalfWidth, who.Head.HalfHeight);
        var random = new Dice(who.Hair.StrandSeed, 1);
        var color = Color(scene);
        var crown = who.Hair.Parting * 0.7f * width;
        // All light ones in one path and all dark ones in another: a stroke each took most of the time of a picture.
        foreach (var (tint, thickness) in (ReadOnlySpan<(SKColor, float)>)[(color.Lit(1.16f), 1.4f), (color.Lit(0.6f), 1.1f)])
        {
            using var strands = new SKPathBuilder();
            for (var i = 0; i < 6; i++)
            {
                var u = -1 + ((i + random.Unit()) / 3f);
                SKPoint start = pose.Rim(crown + (3 * random.Bell()), -1.12f * height, 0), end = pose.Front(u * width * 1.08f, -0.25f * height);
                var bend = pose.Front(crown + (((u * width) - crown) * 1.05f), -0.98f * height);
                strands.MoveTo(start);
                strands.QuadTo(bend, end);
            }

            using var path = strands.Detach();
            sketch.Line(path, tint.Faint(0.45f), thickness);
        }
    }

    private static void Curls(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        var (hair, head) = (who.Hair, who.Head);
        var random = new Dice(hair.StrandSeed, 2);
        var color = Color(scene);
        var reach = 1.04f + (2.2f * hair.Volume * (0.4f + hair.Length));
        for (var i = 0; i < 26; i++)
        {
            var angle = (-0.03f + (1.06f * ((i + (0.5f * random.Unit())) / 25f))) * MathF.PI;
            var inward = random.Between(0.9f, 1f) * reach;
            var at = pose.Rim(MathF.Cos(angle) * head.HalfWidth * inward, (-MathF.Sin(angle) * head.HalfHeight * 1.06f * inward) - 1, -0.1f);
            var radius = random.Between(4.6f, 7.6f) * (0.8f + (1.6f * hair.Volume));
            sketch.Oval(at.X, at.Y, radius, radius, color.Lit(random.Between(0.7f, 1.12f)));
        }
    }

    /// <summary>What a bald head keeps above the ears.</summary>
    private static void SideHair(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        var (width, height) = (who.Head.HalfWidth, who.Head.HalfHeight);
        if (who.Hair.Length < 0.4f) return;
        foreach (var side in HeadPainter.Sides)
        {
            using var patch = Curve.Closed(
            [
                pose.Rim(side * width * 0.98f, 0.02f * height, -0.05f), pose.Rim(side * width * 1.03f, -0.2f * height, -0.1f), pose.Rim(side * width * 0.97f, -0.45f * height, -0.05f),
                pose.Front(side * width * 0.88f, -0.3f * height), pose.Front(side * width * 0.92f, -0.1f * height),
            ]);
            sketch.Fill(patch, Color(scene).Faint(0.8f));
        }
    }

    /// <summary>The locks that frame the face of longer hair.</summary>
    private static void Locks(FaceScene scene)
    {
        var (who, _, pose, sketch) = scene;
        var (hair, width, height) = (who.Hair, who.Head.HalfWidth, who.Head.HalfHeight);
        var color = Color(scene);
        var (end, outer) = (Ends(who), width * (1.04f + (1.2f * hair.Volume)));
        var swing = 3 * hair.Wave;
        foreach (var side in HeadPainter.Sides)
        {
            Span<SKPoint> outside = [pose.Rim(side * width * 0.6f, -0.95f * height, 0), pose.Rim(side * outer, -0.3f * height, -0.1f), pose.Rim(side * (outer + swing), 0.35f * height, -0.1f), pose.Rim(side * (outer + (2 * swing) - 1), end, -0.1f)];
            Span<SKPoint> inside = [pose.Rim(side * (width * 0.86f), end * 0.97f, 0), pose.Rim(side * (width * 0.98f), 0.4f * height, 0.1f), pose.Rim(side * width * 0.95f, -0.1f * height, 0.1f), pose.Front(side * width * 0.8f, -0.6f * height)];
            using var drop = Curve.Between(outside, inside);
            sketch.Fill(drop, pose.Rim(side * outer, 0, 0), color.Lit(0.78f), pose.Rim(side * width * 0.9f, 0, 0), color);
            using var strand = Curve.Open(pose.Rim(side * width * 0.8f, -0.75f * height, 0), pose.Rim(side * ((outer * 0.5f) + (width * 0.5f)), 0, 0), pose.Rim(side * ((outer * 0.5f) + (width * 0.5f) + swing), end * 0.9f, 0));
            sketch.Line(strand, color.Lit(1.15f).Faint(0.5f), 1.2f);
        }
    }
}
