using BTNet.Faces;
using BTNet.Training.Data;
using BTNet.Training.Randomness;

namespace BTNet.Training.Tests.Data;

public sealed class SensorNoiseTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0.5)]
    [InlineData(12, 1)]
    public void The_noise_has_the_stated_deviation_and_no_mean(double levels, double colour)
    {
        var differences = Differences(Coloured, SensorNoise.Add(Coloured, 1, levels, colour, new SeededRandom(1)));
        Assert.InRange(differences.Average(), -0.03 * levels, 0.03 * levels);
        // Rounding adds a twelfth.
        Assert.Equal(Math.Sqrt((levels * levels) + (1 / 12.0)), Math.Sqrt(differences.Average(value => value * value)), 0.02 * levels);
    }

    [Fact]
    public void It_is_nearly_Gaussian()
    {
        var differences = Differences(Coloured, SensorNoise.Add(Coloured, 1, 20, 1, new SeededRandom(1)));
        Assert.Equal(0.683, differences.Count(value => Math.Abs(value) <= 20) / (double)differences.Length, 0.02);
        Assert.Equal(0.0455, differences.Count(value => Math.Abs(value) > 40) / (double)differences.Length, 0.01);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_share_of_its_variance_is_each_colours_own(double colour)
    {
        var differences = Differences(Coloured, SensorNoise.Add(Coloured, 1, 12, colour, new SeededRandom(1)));
        var together = differences.Chunk(3).Average(pixel => pixel[0] * pixel[2]);
        Assert.Equal(1 - colour, together / (12 * 12), 0.05);
    }

    [Fact]
    public void A_grey_face_stays_grey()
    {
        var grey = new FaceImage(40, 40, [.. Enumerable.Repeat((byte)128, 4800)]);
        var noisy = SensorNoise.Add(grey, 0.8, 12, 1, new SeededRandom(1)).Pixels.ToArray();
        Assert.All(noisy.Chunk(3), pixel => Assert.Single(pixel.Distinct()));
        Assert.True(noisy.Distinct().Count() > 30);
    }

    [Fact]
    public void Levels_are_multiplied_and_stay_in_range()
    {
        var dark = SensorNoise.Add(Coloured, 0.5, 0, 1, new SeededRandom(1));
        Assert.Equal([55, 64, 73], dark.Pixels[..3].ToArray());
        Assert.Contains((byte)255, SensorNoise.Add(Coloured, 1.6, 60, 1, new SeededRandom(1)).Pixels.ToArray());
        Assert.Contains((byte)0, SensorNoise.Add(Coloured, 0.2, 60, 1, new SeededRandom(1)).Pixels.ToArray());
    }

    private static FaceImage Coloured { get; } = new(112, 112, [.. Enumerable.Range(0, 112 * 112).SelectMany(_ => new byte[] { 110, 128, 146 })]);

    private static double[] Differences(FaceImage before, FaceImage after) => [.. after.Pixels.ToArray().Zip(before.Pixels.ToArray(), (a, b) => (double)a - b)];
}
