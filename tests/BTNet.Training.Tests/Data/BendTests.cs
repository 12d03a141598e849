using BTNet.Faces;
using BTNet.Training.Data;
using BTNet.Training.Randomness;

namespace BTNet.Training.Tests.Data;

public sealed class BendTests
{
    private const double OnePixel = 65536;

    [Theory]
    [InlineData(112, 112)]
    [InlineData(56, 28)]
    [InlineData(1, 1)]
    public void No_place_moves_further_than_was_asked_and_neighbours_move_nearly_alike(int width, int height)
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var (right, down) = Offsets(Bend.Draw(6, new SeededRandom(seed))!, width, height);

            Assert.All(right, offset => Assert.InRange(offset / OnePixel, -6.0 * width / 112, 6.0 * width / 112));
            Assert.All(down, offset => Assert.InRange(offset / OnePixel, -6.0 * height / 112, 6.0 * height / 112));
            // From one point of the grid to the next is at most 12 pixels of 112 over a quarter of the side, half as steep again in the middle.
            for (var place = 1; place < width; place++) Assert.InRange((right[place] - right[place - 1]) / OnePixel, -12.0 * 4 * 1.5 / 112 - 0.01, (12.0 * 4 * 1.5 / 112) + 0.01);
        }
    }

    [Fact]
    public void Two_seeds_bend_differently_and_one_always_alike()
    {
        var (first, again, other) = (Offsets(Bend.Draw(4, new SeededRandom(1))!, 30, 30), Offsets(Bend.Draw(4, new SeededRandom(1))!, 30, 30), Offsets(Bend.Draw(4, new SeededRandom(2))!, 30, 30));

        Assert.Equal(first.Right, again.Right);
        Assert.Equal(first.Down, again.Down);
        Assert.NotEqual(first.Right, other.Right);
        Assert.NotEqual(first.Right, first.Down);
        Assert.Contains(first.Right, offset => Math.Abs(offset) > OnePixel / 4);
    }

    [Fact]
    public void Where_nothing_is_bent_as_much_is_drawn_so_that_what_is_drawn_next_stays()
    {
        var (without, with) = (new SeededRandom(3), new SeededRandom(3));

        Assert.Null(Bend.Draw(0, without));
        Assert.NotNull(Bend.Draw(5, with));
        Assert.Equal(without.NextDouble(), with.NextDouble());
    }

    [Fact]
    public void A_painted_pixel_comes_from_where_the_bend_says()
    {
        // Levels rise by two a pixel to the right in red and downwards in green.
        var pixels = new byte[3 * 112 * 112];
        for (var y = 0; y < 112; y++)
            for (var x = 0; x < 112; x++) (pixels[3 * ((y * 112) + x)], pixels[(3 * ((y * 112) + x)) + 1]) = ((byte)(2 * x), (byte)(2 * y));
        var bend = Bend.Draw(5, new SeededRandom(7))!;
        var (right, down) = Offsets(bend, 112, 112);

        var view = ViewPainter.Paint(new FaceImage(112, 112, pixels), ViewChange.None with { Bend = bend }).Pixels;

        for (var y = 0; y < 112; y++)
        {
            for (var x = 0; x < 112; x++)
            {
                var at = (y * 112) + x;
                Assert.InRange(view[3 * at], (2 * Math.Clamp(x + (right[at] / OnePixel), 0, 111)) - 0.6, (2 * Math.Clamp(x + (right[at] / OnePixel), 0, 111)) + 0.6);
                Assert.InRange(view[(3 * at) + 1], (2 * Math.Clamp(y + (down[at] / OnePixel), 0, 111)) - 0.6, (2 * Math.Clamp(y + (down[at] / OnePixel), 0, 111)) + 0.6);
            }
        }
    }

    [Fact]
    public void A_face_is_bent_before_it_is_mirrored()
    {
        var image = TestFaces.Pattern(112, 112, 3);
        var bent = ViewChange.None with { Bend = Bend.Draw(5, new SeededRandom(7)) };
        var mirrored = new FaceImage(112, 112, [.. ViewPainter.Paint(image, bent).Pixels]).Flipped().Pixels;

        Assert.Equal(mirrored, ViewPainter.Paint(image, bent with { Flip = true }).Pixels);
    }

    private static (int[] Right, int[] Down) Offsets(Bend bend, int width, int height)
    {
        var (right, down) = (new int[width * height], new int[width * height]);
        bend.Offsets(width, height, right, down);
        return (right, down);
    }
}
