using BTNet.Faces;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>Noise that differs from pixel to pixel, in part for each colour alone.</summary>
internal static class SensorNoise
{
    // Eight numbers from 0 to 255 sum to this on average, with a standard deviation of sqrt(8 (256^2 - 1) / 12).
    private const float Mean = 8 * 127.5f;
    private static readonly float Deviation = MathF.Sqrt(8 * 65535f / 12);

    /// <summary>The picture with each level multiplied and then changed at random. A grey one stays grey.</summary>
    /// <param name="image">Left as it is.</param>
    /// <param name="gain">Factor of each level.</param>
    /// <param name="levels">The noise's standard deviation in levels; levels beyond 0 and 255 become these.</param>
    /// <param name="colour">The share of its variance, 0 to 1, that red, green and blue of a pixel have each for itself.</param>
    /// <param name="random">Draws, four times for each pixel.</param>
    public static FaceImage Add(FaceImage image, double gain, double levels, double colour, SeededRandom random)
    {
        var from = image.Pixels;
        var pixels = GC.AllocateUninitializedArray<byte>(from.Length);
        if (IsGrey(from)) colour = 0;
        var (factor, unit) = ((float)gain, levels / Deviation);
        var (together, apart) = ((float)(unit * Math.Sqrt(1 - colour)), (float)(unit * Math.Sqrt(colour)));
        for (var at = 0; at < pixels.Length; at += 3)
        {
            var shared = (Draw(random) * together) + 0.5f;
            pixels[at] = Level((from[at] * factor) + (Draw(random) * apart) + shared);
            pixels[at + 1] = Level((from[at + 1] * factor) + (Draw(random) * apart) + shared);
            pixels[at + 2] = Level((from[at + 2] * factor) + (Draw(random) * apart) + shared);
        }

        return new FaceImage(image.Width, image.Height, pixels);
    }

    private static byte Level(float value) => (byte)Math.Clamp(value, 0, 255);

    private static bool IsGrey(ReadOnlySpan<byte> pixels)
    {
        for (var at = 0; at < pixels.Length; at += 3)
            if (pixels[at] != pixels[at + 1] || pixels[at] != pixels[at + 2]) return false;
        return true;
    }

    /// <summary>A sum of eight numbers is as good as Gaussian within four standard deviations.</summary>
    private static float Draw(SeededRandom random)
    {
        const ulong Even = 0x00ff00ff00ff00ff;
        var bits = random.NextUInt64();
        return ((((bits & Even) + ((bits >> 8) & Even)) * 0x0001000100010001) >> 48) - Mean;
    }
}
