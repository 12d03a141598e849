using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>What lies behind a face: a two-coloured wall with some soft and some hard-edged clutter.</summary>
internal static class Backdrop
{
    public static void Paint(Sketch sketch, ulong seed)
    {
        var random = new Dice(seed);
        var wall = Any(random);
        using var everything = new SKPathBuilder();
        everything.AddRect(new SKRect(0, 0, 112, 112));
        using var area = everything.Detach();
        sketch.Fill(area, new SKPoint(random.Between(0, 112), 0), wall, new SKPoint(random.Between(0, 112), 112), Tint.Mix(wall, Any(random), random.Unit()));
        for (var clutter = random.Below(6); clutter > 0; clutter--)
        {
            var (x, y) = (random.Between(0, 112), random.Between(-10, 100));
            var (width, height) = (random.Between(4, 34), random.Between(4, 44));
            var color = Tint.Mix(wall, Any(random), random.Between(0.2f, 0.9f));
            if (random.Chance(0.5f))
            {
                sketch.Glow(x, y, width, height, color);
                continue;
            }

            using var builder = new SKPathBuilder();
            builder.AddRect(new SKRect(x - (width / 2), y - height, x + (width / 2), y + height));
            using var block = builder.Detach();
            sketch.Fill(block, color);
        }
    }

    private static SKColor Any(Dice random)
    {
        var grey = random.Between(50, 210);
        return new SKColor((byte)grey, (byte)grey, (byte)grey).Jitter(random, 40);
    }
}
