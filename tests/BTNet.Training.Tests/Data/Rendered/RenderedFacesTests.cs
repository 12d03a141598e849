using BTNet.Faces;
using BTNet.Training.Data.Rendered;

namespace BTNet.Training.Tests.Data.Rendered;

public sealed class RenderedFacesTests
{
    [Fact]
    public void The_same_person_and_occasion_give_the_same_picture_on_any_thread()
    {
        var expected = Enumerable.Range(0, 24).Select(i => Picture(i, (ulong)i).Pixels.ToArray()).ToArray();
        Parallel.For(0, 96, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            Assert.Equal(expected[i % 24], Picture(i % 24, (ulong)(i % 24)).Pixels.ToArray()));
    }

    [Fact]
    public void Every_occasion_of_one_person_is_another_picture()
    {
        var pictures = Enumerable.Range(0, 20).Select(occasion => Convert.ToHexString(Picture(3, (ulong)occasion).Pixels));
        Assert.Equal(20, pictures.Distinct().Count());
    }

    [Fact]
    public void The_same_occasion_number_gives_two_people_another_background()
    {
        // The upper left corner shows wall, never the person.
        var corners = Enumerable.Range(0, 12).Select(number => Mean(Picture(number, 0), 0, 0, 6, 6)).ToArray();
        Assert.True(corners.Max() - corners.Min() > 30, $"corner brightness {string.Join(' ', corners)}");
    }

    [Theory]
    [InlineData(112)]
    [InlineData(56)]
    [InlineData(7)]
    [InlineData(1)]
    [InlineData(300)]
    public void A_picture_has_the_side_that_was_asked_for(int side)
    {
        var picture = RenderedFaces.Render(RenderedIdentity.Create(1, 2), 3, side);
        Assert.Equal((side, side), (picture.Width, picture.Height));
    }

    [Fact]
    public void A_small_side_shows_the_same_scene_as_a_large_one_reduced()
    {
        for (var person = 0; person < 10; person++)
        {
            var identity = RenderedIdentity.Create(5, person);
            var reduced = FaceResizer.Resize(RenderedFaces.Render(identity, 1, 112), 28, 28);
            var direct = RenderedFaces.Render(identity, 1, 28);
            Assert.True(Difference(reduced, direct) < 8, $"person {person}: mean difference {Difference(reduced, direct):F1}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(4096)]
    public void A_side_out_of_range_is_refused(int side) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RenderedFaces.Render(RenderedIdentity.Create(1, 1), 1, side));

    [Fact]
    public void No_picture_is_blank_or_burnt_out()
    {
        for (var person = 0; person < 200; person++)
        {
            var pixels = Picture(person, 11).Pixels.ToArray();
            var mean = pixels.Average(value => (double)value);
            var deviation = Math.Sqrt(pixels.Average(value => (value - mean) * (value - mean)));
            var burnt = pixels.Count(value => value == 255) / (double)pixels.Length;
            Assert.InRange(mean, 25, 235);
            Assert.True(deviation > 12, $"person {person}: deviation {deviation:F1}");
            Assert.True(burnt < 0.75, $"person {person}: {burnt:P0} at 255");
        }
    }

    [Fact]
    public void Skin_on_the_cheek_is_redder_than_blue_as_in_people()
    {
        var warm = Enumerable.Range(0, 60).Count(person =>
        {
            var picture = Picture(person, 2);
            return Mean(picture, 42, 66, 8, 6, 0) > Mean(picture, 42, 66, 8, 6, 2);
        });
        Assert.True(warm >= 54, $"only {warm} of 60");
    }

    [Fact]
    public void Two_pictures_of_one_person_are_nearer_than_of_two_but_not_always()
    {
        // The task: above chance for bare pixels, far from solved by them, at the largest and the smallest resolution.
        foreach (var side in (ReadOnlySpan<int>)[112, 7])
        {
            var source = new RenderedSource(21, 80, 4);
            var faces = Enumerable.Range(0, source.Count).Select(i => FaceResizer.Resize(source.Load(i), side, side)).ToArray();
            var pairs = RenderedPairs.Make(source, 400, 5);
            var distances = pairs.Select(pair => Difference(faces[pair.First], faces[pair.Second])).ToArray();
            var median = distances.Order().ElementAt(distances.Length / 2);
            var accuracy = pairs.Index().Count(pair => distances[pair.Index] < median == pair.Item.Same) / (double)pairs.Count;
            Assert.InRange(accuracy, 0.53, 0.85);
        }
    }

    private static FaceImage Picture(int person, ulong occasion) => RenderedFaces.Render(RenderedIdentity.Create(9, person), occasion);

    private static double Difference(FaceImage one, FaceImage other)
    {
        var sum = 0L;
        for (var i = 0; i < one.Pixels.Length; i++) sum += Math.Abs(one.Pixels[i] - other.Pixels[i]);
        return sum / (double)one.Pixels.Length;
    }

    private static double Mean(FaceImage picture, int left, int top, int width, int height, int? channel = null)
    {
        var values = new List<double>();
        for (var y = top; y < top + height; y++)
        for (var x = left; x < left + width; x++)
        for (var c = channel ?? 0; c <= (channel ?? 2); c++)
            values.Add(picture.Pixels[(3 * ((y * picture.Width) + x)) + c]);
        return values.Average();
    }
}
