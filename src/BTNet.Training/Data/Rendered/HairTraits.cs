using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>The shapes that hair comes in; each has continuous lengths and volumes.</summary>
internal enum HairStyle
{
    /// <summary>None on top, some at the sides.</summary>
    Bald,

    /// <summary>A cap close to the skull.</summary>
    Cropped,

    /// <summary>Parted and combed to the sides.</summary>
    Short,

    /// <summary>Round locks all over.</summary>
    Curly,

    /// <summary>Falls beside the face to the jaw.</summary>
    Bob,

    /// <summary>Falls over the shoulders.</summary>
    Long,

    /// <summary>Drawn back into a bun.</summary>
    Bun,
}

/// <summary>
/// Hair. The hairline's height, the fringe and the volume are shares of the head's half height; the parting is a place
/// from -1 (left) to 1 (right); the length is 0-1 within the style.
/// </summary>
internal sealed record HairTraits(HairStyle Style, SKColor Color, float Hairline, float Temples, float Fringe, float Parting, float Volume, float Length, float Wave, ulong StrandSeed)
{
    private static readonly HairStyle[] Masculine = [HairStyle.Bald, HairStyle.Cropped, HairStyle.Cropped, HairStyle.Short, HairStyle.Short, HairStyle.Short, HairStyle.Curly, HairStyle.Long];
    private static readonly HairStyle[] Feminine = [HairStyle.Short, HairStyle.Curly, HairStyle.Bob, HairStyle.Bob, HairStyle.Long, HairStyle.Long, HairStyle.Bun, HairStyle.Bun];
    private static readonly SKColor[] Natural = [new(26, 22, 24), new(48, 34, 28), new(80, 54, 38), new(118, 82, 52), new(164, 124, 76), new(214, 182, 124)];

    public static HairTraits Draw(Dice random, float tone, float age, float masculine)
    {
        var styles = masculine > 0.5f ? Masculine : Feminine;
        var color = Tint.Along(Natural, random.Unit() * (1.1f - tone));
        if (random.Chance(0.1f)) color = Tint.Mix(color, new SKColor(166, 70, 34), random.Between(0.5f, 1f));
        if (age > 0.35f) color = Tint.Mix(color, new SKColor(196, 194, 192), Math.Min(1, (age - 0.35f) * 2.2f));
        return new HairTraits(
            styles[random.Below(styles.Length)],
            color.Jitter(random, 9),
            random.Between(0.58f, 0.8f),
            random.Between(0f, 0.2f),
            random.Chance(0.5f) ? random.Between(0f, 0.12f) : random.Between(0.1f, 0.34f),
            random.Between(-0.6f, 0.6f),
            random.Between(0.03f, 0.16f),
            random.Unit(),
            random.Unit(),
            random.Next());
    }
}
