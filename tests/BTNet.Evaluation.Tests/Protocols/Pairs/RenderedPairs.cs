using BTNet.Evaluation.Protocols;
using BTNet.Evaluation.Protocols.Pairs;
using BTNet.Faces;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

/// <summary>
/// Pairs of rendered patterns: an identity is a set of waves, as far from those that all share as
/// <c>spread</c> says (1: nothing shared), and an instance shifts and disturbs them.
/// </summary>
internal static class RenderedPairs
{
    public static FaceImage Render(int identity, int instance, int side = 112, double noise = 60, double spread = 1)
    {
        var common = new Random(0);
        var (person, picture) = (new Random(identity), new Random((identity * 1000) + instance));
        var waves = Enumerable.Range(0, 9).Select(_ => (X: Mix(8), Y: Mix(8), Phase: Mix(6))).ToArray();
        var shift = picture.NextDouble() * .05;
        var pixels = new byte[3 * side * side];
        for (var y = 0; y < side; y++)
        for (var x = 0; x < side; x++)
        for (var channel = 0; channel < 3; channel++)
        {
            var value = 127.0;
            for (var wave = channel * 3; wave < (channel * 3) + 3; wave++)
                value += 35 * Math.Sin((waves[wave].X * (((double)x / side) + shift)) + (waves[wave].Y * y / side) + waves[wave].Phase);
            pixels[(((y * side) + x) * 3) + channel] = (byte)Math.Clamp(value + ((picture.NextDouble() - .5) * noise), 0, 255);
        }

        return new FaceImage(side, side, pixels);

        double Mix(double range) => range * (((1 - spread) * common.NextDouble()) + (spread * person.NextDouble()));
    }

    /// <summary>People of two instances each: one pair of each person, and as many of two, in folds by turns.</summary>
    public static PairSet Set(int people = 30, int folds = 3, double noise = 60, double spread = 1, Func<int, ListedImage>? image = null)
    {
        var images = Enumerable.Range(0, 2 * people).Select(image ?? (i => new ListedImage($"face {i}", () => Render(i / 2, i % 2, noise: noise, spread: spread)))).ToList();
        var pairs = new List<FacePair>();
        for (var person = 0; person < people; person++)
        {
            pairs.Add(new FacePair(2 * person, (2 * person) + 1, true, person % folds));
            pairs.Add(new FacePair(2 * person, ((2 * person) + 3) % (2 * people), false, person % folds));
        }

        return new PairSet("rendered patterns", images, pairs);
    }
}
