using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>Outline of the head. Half width and half height in pixels at 112; the rest as shares of them.</summary>
internal sealed record HeadTraits(float HalfWidth, float HalfHeight, float Forehead, float Cheek, float Jaw, float Chin, float EarSize, float EarOut, float Neck)
{
    public static HeadTraits Draw(Dice random, float masculine) => new(
        random.Between(28.5f, 35f) + (masculine * 1.5f),
        random.Between(37f, 44f),
        random.Between(0.84f, 0.97f),
        random.Between(0.92f, 1.03f),
        random.Between(0.62f, 0.78f) + (masculine * 0.14f),
        random.Between(0.24f, 0.36f) + (masculine * 0.12f),
        random.Between(4.2f, 7.2f),
        random.Between(0.96f, 1.06f),
        random.Between(0.46f, 0.58f) + (masculine * 0.12f));
}

/// <summary>Skin: its colour, how red the cheeks are, how old it is (0-1) and how many freckles it bears.</summary>
internal sealed record SkinTraits(SKColor Color, float Flush, float Age, int Freckles, ulong FreckleSeed)
{
    private static readonly SKColor[] Tones =
        [new(250, 220, 200), new(240, 200, 168), new(224, 174, 138), new(196, 142, 104), new(152, 100, 70), new(104, 68, 50)];

    public static SkinTraits Draw(Dice random, float tone) => new(
        Tint.Along(Tones, tone).Jitter(random, 10),
        random.Between(0.05f, 0.4f),
        random.Unit() * random.Unit() * 1.2f,
        tone < 0.4f && random.Chance(0.3f) ? 12 + random.Below(26) : 0,
        random.Next());
}

/// <summary>One eye of the pair: distance from the middle, height, half sizes in pixels, tilt and colours.</summary>
internal sealed record EyeTraits(float Apart, float Height, float HalfWidth, float HalfHeight, float Tilt, float Iris, SKColor Color, float Lashes, float Socket)
{
    private static readonly SKColor[] Irises =
        [new(46, 28, 18), new(84, 52, 28), new(112, 84, 44), new(92, 112, 76), new(92, 132, 164), new(132, 152, 164)];

    public static EyeTraits Draw(Dice random, HeadTraits head, float tone, float masculine) => new(
        head.HalfWidth * random.Between(0.41f, 0.5f),
        random.Between(-8.5f, -4f),
        random.Between(4.9f, 7.1f),
        random.Between(2.1f, 3.9f) - (masculine * 0.3f),
        random.Between(-0.6f, 1.5f),
        random.Between(2.4f, 3.1f),
        Tint.Along(Irises, random.Unit() * (1.15f - tone)).Jitter(random, 8),
        random.Between(0.2f, 1f) * (1.15f - (0.8f * masculine)),
        random.Between(0.08f, 0.4f));
}

/// <summary>Eyebrows: gap above the eye, half length and thickness in pixels, slope, arch and colour.</summary>
internal sealed record BrowTraits(float Gap, float HalfLength, float Thickness, float Slope, float Arch, SKColor Color)
{
    public static BrowTraits Draw(Dice random, SKColor hair, float masculine) => new(
        random.Between(4.4f, 7.4f) - (masculine * 0.9f),
        random.Between(5.6f, 8.4f),
        random.Between(0.8f, 2.1f) + (masculine * 0.8f),
        random.Between(-1.1f, 0.7f) + (masculine * 0.3f),
        random.Between(0.2f, 1.8f),
        Tint.Mix(hair, new SKColor(40, 28, 22), random.Between(0.35f, 0.8f)));
}

/// <summary>Nose: where the tip is below the middle, half width of the wings, width of the bridge, size of the nostrils.</summary>
internal sealed record NoseTraits(float Tip, float HalfWidth, float Bridge, float Nostril, float Shade)
{
    public static NoseTraits Draw(Dice random) => new(
        random.Between(9f, 16f), random.Between(4f, 7.4f), random.Between(1.6f, 3.4f), random.Between(0.7f, 1.5f), random.Between(0.16f, 0.42f));
}

/// <summary>Mouth: gap below the nose tip, half width, thickness of both lips, depth of Cupid's bow, colour.</summary>
internal sealed record MouthTraits(float Gap, float HalfWidth, float Upper, float Lower, float Bow, SKColor Color)
{
    public static MouthTraits Draw(Dice random, SKColor skin, float masculine) => new(
        random.Between(8f, 11.5f),
        random.Between(8f, 12.6f),
        random.Between(1.2f, 3.3f) - (masculine * 0.4f),
        random.Between(1.8f, 4.3f) - (masculine * 0.4f),
        random.Between(0.2f, 1.2f),
        Tint.Mix(skin.Lit(0.82f), random.Chance(0.5f) ? new SKColor(176, 48, 62) : new SKColor(166, 84, 78), random.Between(0.2f, 0.75f) * (1.1f - (0.65f * masculine))));
}

/// <summary>Beard and moustache, 0 (none) to 1 (full), and how far up the cheeks it grows.</summary>
internal sealed record BeardTraits(float Beard, float Moustache, float Reach)
{
    public static BeardTraits Draw(Dice random, float masculine)
    {
        var grows = masculine > 0.5f && random.Chance(0.5f);
        var beard = random.Between(-0.3f, 1f);
        var moustache = random.Between(-0.3f, 1f);
        return new BeardTraits(grows ? Math.Max(0, beard) : 0, grows ? Math.Max(0, moustache) : 0, random.Between(0.1f, 0.42f));
    }
}

/// <summary>Spectacles: half width and half height of a lens, how round it is (0-1), how thick the frame, its colour.</summary>
internal sealed record GlassesTraits(float HalfWidth, float HalfHeight, float Round, float Thickness, SKColor Color)
{
    public static GlassesTraits? Draw(Dice random)
    {
        var wears = random.Chance(0.22f);
        var glasses = new GlassesTraits(
            random.Between(8f, 10.5f), random.Between(5.4f, 8.2f), random.Unit(), random.Between(0.6f, 1.7f),
            Tint.Along([new(24, 22, 24), new(92, 52, 30), new(150, 40, 44), new(60, 78, 120), new(168, 160, 140)], random.Unit()));
        return wears ? glasses : null;
    }
}
