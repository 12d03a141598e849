using BTNet.Faces;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>Noise that differs from level to level.</summary>
internal static class SensorNoise
{
    // Eight numbers from 0 to 255 sum to this on average, with a standard deviation of sqrt(8 (256^2 - 1) / 12).
    private const float Mean = 8 * 127.5f;
    private static readonly float Deviation = MathF.Sqrt(8 * 65535f / 12);

    /// <summary>The picture with each level multiplied and then changed at random.</summary>
    /// <param name="image">Left as it is.</param>
    /// <param name="gain">Factor of each level.</param>
    /// <param name="levels">The noise's standard deviation in levels; levels beyond 0 and 255 become these.</param>
    /// <param name="random">Draws, once for each level where there is noise.</param>
    public static FaceImage Add(FaceImage image, double gain, double levels, SeededRandom random)
    {
        var from = image.Pixels;
        var pixels = GC.AllocateUninitializedArray<byte>(from.Length);
        var (factor, unit) = ((float)gain, (float)levels / Deviation);
        for (var at = 0; at < pixels.Length; at++)
        {
            var noise = levels > 0 ? SumOfBytes(random.NextUInt64()) - Mean : 0;
            pixels[at] = (byte)Math.Clamp((from[at] * factor) + (noise * unit) + 0.5f, 0, 255);
        }

        return new FaceImage(image.Width, image.Height, pixels);
    }

    /// <summary>A sum of eight numbers is as good as Gaussian within four standard deviations.</summary>
    private static int SumOfBytes(ulong bits)
    {
        const ulong Even = 0x00ff00ff00ff00ff;
        return (int)((((bits & Even) + ((bits >> 8) & Even)) * 0x0001000100010001) >> 48);
    }
}
