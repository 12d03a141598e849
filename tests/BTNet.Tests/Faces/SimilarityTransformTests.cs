using BTNet.Faces;
using FsCheck.Xunit;

namespace BTNet.Tests.Faces;

public sealed class SimilarityTransformTests
{
    [Property]
    public void It_is_recovered_from_points_that_it_moved_whatever_its_angle(int seed)
    {
        var random = new Random(seed);
        var transform = Any(random);
        ImagePoint[] from = [.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => AnyPoint(random))];

        var fit = SimilarityTransform.Fit(from, [.. from.Select(transform.Apply)]);

        AssertNear(transform, fit);
    }

    [Property]
    public void The_fit_there_is_the_inverse_of_the_fit_back(int seed)
    {
        var random = new Random(seed);
        var transform = Any(random);
        ImagePoint[] from = [.. Enumerable.Range(0, 5).Select(_ => AnyPoint(random))];
        ImagePoint[] to = [.. from.Select(transform.Apply)];
        AssertNear(SimilarityTransform.Fit(to, from), SimilarityTransform.Fit(from, to).Inverse());
    }

    [Property]
    public void What_goes_there_and_back_is_where_it_was(int seed)
    {
        var random = new Random(seed);
        var transform = Any(random);
        var point = AnyPoint(random);
        var back = transform.Inverse().Apply(transform.Apply(point));
        Assert.Equal(point.X, back.X, 1e-6);
        Assert.Equal(point.Y, back.Y, 1e-6);
    }

    [Property]
    public void No_transform_nearby_brings_noisy_points_nearer(int seed)
    {
        var random = new Random(seed);
        ImagePoint[] from = [.. Enumerable.Range(0, 5).Select(_ => AnyPoint(random))];
        ImagePoint[] to = [.. Enumerable.Range(0, 5).Select(_ => AnyPoint(random))];
        var fit = SimilarityTransform.Fit(from, to);
        var least = Distance(fit, from, to);
        foreach (var step in (double[])[-1e-3, 1e-3])
        {
            Assert.InRange(least, 0, Distance(fit with { A = fit.A + step }, from, to));
            Assert.InRange(least, 0, Distance(fit with { B = fit.B + step }, from, to));
            Assert.InRange(least, 0, Distance(fit with { X = fit.X + step }, from, to));
            Assert.InRange(least, 0, Distance(fit with { Y = fit.Y + step }, from, to));
        }
    }

    [Fact]
    public void Scale_and_angle_are_those_of_a_quarter_turn_clockwise()
    {
        // Right goes to down, three times as far.
        var turn = SimilarityTransform.Fit([new(0, 0), new(1, 0)], [new(0, 0), new(0, 3)]);
        Assert.Equal((3.0, Math.PI / 2), (turn.Scale, turn.Angle));
    }

    [Fact]
    public void Points_in_one_place_or_without_partners_are_a_programming_mistake()
    {
        Assert.Throws<ArgumentException>(() => SimilarityTransform.Fit([new(1, 1), new(1, 1)], [new(0, 0), new(0, 3)]));
        Assert.Throws<ArgumentException>(() => SimilarityTransform.Fit([new(1, 1)], [new(0, 0)]));
        Assert.Throws<ArgumentException>(() => SimilarityTransform.Fit([new(1, 1), new(2, 1)], [new(0, 0)]));
        Assert.Throws<InvalidOperationException>(() => new SimilarityTransform(0, 0, 1, 1).Inverse());
    }

    internal static SimilarityTransform Any(Random random)
    {
        var scale = Math.Exp((random.NextDouble() * 6) - 3);
        var angle = random.NextDouble() * 2 * Math.PI;
        return new SimilarityTransform(scale * Math.Cos(angle), scale * Math.Sin(angle), (random.NextDouble() * 1000) - 500, (random.NextDouble() * 1000) - 500);
    }

    private static ImagePoint AnyPoint(Random random) => new(random.NextDouble() * 500, random.NextDouble() * 500);

    private static double Distance(SimilarityTransform transform, ImagePoint[] from, ImagePoint[] to) => from.Zip(to)
        .Sum(pair => Math.Pow(transform.Apply(pair.First).X - pair.Second.X, 2) + Math.Pow(transform.Apply(pair.First).Y - pair.Second.Y, 2));

    private static void AssertNear(SimilarityTransform expected, SimilarityTransform actual)
    {
        Assert.Equal(expected.A, actual.A, 1e-6 * expected.Scale);
        Assert.Equal(expected.B, actual.B, 1e-6 * expected.Scale);
        Assert.Equal(expected.X, actual.X, 1e-3);
        Assert.Equal(expected.Y, actual.Y, 1e-3);
    }
}
