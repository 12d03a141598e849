using BTNet.Embeddings;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Tests.Matching;

/// <summary>
/// Embeddings of people as they might be: each somewhere around a common middle, by an amount of the person's own, so that some are like many and others like nobody; images of a person near each other.
/// </summary>
internal static class Strangers
{
    public const int Size = 12;

    public static readonly string Networks = new('a', 64);

    public static readonly MatchedResolutions Pair = new(Resolution.Full, Resolution.Of(14));

    /// <param name="people">How many.</param>
    /// <param name="images">Of each.</param>
    /// <param name="seed">Of all that is drawn.</param>
    /// <param name="noise">How far an image is from its person.</param>
    public static (EmbeddingMatrix Gallery, EmbeddingMatrix Probes, int[] People) Draw(int people, int images, int seed, double noise = 0.3)
    {
        var random = new Random(seed);
        var (gallery, probes, whose) = (new List<float>(), new List<float>(), new List<int>());
        for (var person = 0; person < people; person++)
        {
            var pull = 0.6 * random.NextDouble();
            var place = Enumerable.Range(0, Size).Select(i => Normal() + (i == 0 ? pull * 2 : 0)).ToArray();
            for (var image = 0; image < images; image++)
            {
                foreach (var list in new[] { gallery, probes }) list.AddRange(place.Select(value => (float)(value + (noise * Normal()))));
                whose.Add(person);
            }
        }

        return (new EmbeddingMatrix(whose.Count, Size, [.. gallery]), new EmbeddingMatrix(whose.Count, Size, [.. probes]), [.. whose]);

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    public static ScoreCalibration Calibrate(int people, int images = 1, int seed = 1, int draws = 40)
    {
        var (gallery, probes, whose) = Draw(people, images, seed);
        var options = new CalibrationOptions { Draws = draws };
        return ScoreCalibrator.Calibrate(Pair, StrangerScores.Of(gallery, probes, whose, options), options);
    }

    public static QualityCalibration Quality(int side, double start = 1, double leastDetail = 0) => new(Resolution.Of(side), 50, 0.01, 1000, start, 2, 4, leastDetail);
}
