using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.Training.Randomness;

namespace BTNet.Training.Export;

/// <summary>Drawn pictures that are no faces; the same every time.</summary>
internal static class NonFaces
{
    private const int OfEach = 16;

    /// <summary>Sides of the noise that is enlarged: noise as it is, smooth noise, one colour.</summary>
    private static readonly int[] Sides = [Resolution.Full.Side, 8, 1];

    public static FaceImage[] Draw()
    {
        var random = new SeededRandom(1);
        return [.. Sides.SelectMany(side => Enumerable.Range(0, OfEach).Select(_ => FaceResizer.Resize(Noise(side), Resolution.Full.Side, Resolution.Full.Side)))];

        FaceImage Noise(int side)
        {
            var pixels = new byte[3 * side * side];
            for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next(256);
            return new FaceImage(side, side, pixels);
        }
    }
}
