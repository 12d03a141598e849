using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>
/// What differs from one picture of a person to the next: pose (degrees; pixels at 112), expression (0 neutral),
/// light, camera and surroundings.
/// </summary>
internal sealed record RenderedView
{
    public RenderedView(ulong seed)
    {
        var random = new Dice(seed, 0xFACE);
        Yaw = Math.Clamp(11 * random.Bell(), -27, 27);
        Pitch = Math.Clamp(5.5f * random.Bell(), -13, 13);
        Roll = 3.2f * random.Bell();
        Scale = 1 + (0.045f * random.Bell());
        Shift = new SKPoint(2.2f * random.Bell(), 2f * random.Bell());

        Smile = random.Chance(0.55f) ? random.Unit() : random.Between(-0.35f, 0.2f);
        MouthOpen = random.Chance(0.4f) ? random.Unit() : 0;
        EyesOpen = Math.Clamp(1 + (0.17f * random.Bell()) - (0.22f * Math.Max(0, Smile)), 0.3f, 1.3f);
        BrowRaise = 1.1f * random.Bell();
        Gaze = new SKPoint(0.9f * random.Bell(), 0.35f * random.Bell());

        LightX = 0.5f * random.Bell();
        LightY = -0.12f + (0.22f * random.Bell());
        Brightness = MathF.Exp(0.15f * random.Bell());
        Contrast = MathF.Exp(0.1f * random.Bell());
        Warmth = 0.07f * random.Bell();
        Greenness = 0.03f * random.Bell();
        Blur = random.Chance(0.5f) ? random.Between(0f, 1.3f) : 0;
        Noise = random.Between(1f, 6f);

        WearsGlasses = random.Chance(0.85f);
        HairLight = MathF.Exp(0.1f * random.Bell());
        var cloth = (byte)(30 + random.Below(180));
        Clothes = new SKColor(cloth, cloth, cloth).Jitter(random, 60);
        Collar = random.Unit();
        BackgroundSeed = random.Next();
        NoiseSeed = random.Next();
    }

    public float Yaw { get; }

    public float Pitch { get; }

    public float Roll { get; }

    public float Scale { get; }

    public SKPoint Shift { get; }

    public float Smile { get; }

    public float MouthOpen { get; }

    public float EyesOpen { get; }

    public float BrowRaise { get; }

    public SKPoint Gaze { get; }

    public float LightX { get; }

    public float LightY { get; }

    public float Brightness { get; }

    public float Contrast { get; }

    public float Warmth { get; }

    public float Greenness { get; }

    /// <summary>Standard deviation of the lens blur in pixels at 112.</summary>
    public float Blur { get; }

    /// <summary>Standard deviation of the sensor noise in grey levels.</summary>
    public float Noise { get; }

    public bool WearsGlasses { get; }

    public float HairLight { get; }

    public SKColor Clothes { get; }

    public float Collar { get; }

    public ulong BackgroundSeed { get; }

    public ulong NoiseSeed { get; }
}
