using BTNet.Faces;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class ViewPainterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(5, 7)]
    [InlineData(17, 6)]
    [InlineData(112, 112)]
    public void A_picture_of_any_size_that_nothing_is_done_to_stays_and_mirrored_is_mirrored(int width, int height)
    {
        var image = TestFaces.Pattern(width, height, 3);
        Assert.Equal(image.Pixels, ViewPainter.Paint(image, ViewChange.None).Pixels);
        Assert.Equal(image.Flipped().Pixels, ViewPainter.Paint(image, ViewChange.None with { Flip = true }).Pixels);
    }

    [Fact]
    public void A_quarter_turn_takes_the_left_edge_to_the_top()
    {
        var image = TestFaces.Pattern(112, 112, 3);
        var turned = ViewPainter.Paint(image, ViewChange.None with { Turn = Math.PI / 2 });
        for (var y = 0; y < 112; y++)
        for (var x = 0; x < 112; x++)
        for (var channel = 0; channel < 3; channel++)
            Assert.InRange(Level(turned, x, y, channel) - Level(image, y, 111 - x, channel), -1, 1);
    }

    [Fact]
    public void A_face_is_mirrored_first_then_turned_and_scaled_then_moved()
    {
        // A dot left of the centre: mirrored it is to the right, turned a quarter clockwise below, at half the size nearer, and then moved.
        var image = Dot(26, 56);
        var view = ViewPainter.Paint(image, new ViewChange { Flip = true, Turn = Math.PI / 2, Scale = 0.5, Right = 10, Down = -3, Gain = 1, Contrast = 1, Saturation = 1, Channels = (1, 1, 1) });
        var (x, y) = Centroid(view);
        Assert.InRange(x, 55.5 + 10 - 0.8, 55.5 + 10 + 0.8);
        Assert.InRange(y, 55.5 + 15 - 3 - 0.8, 55.5 + 15 - 3 + 0.8);
    }

    [Fact]
    public void Half_a_pixel_to_the_right_is_the_mean_of_two_neighbours_and_the_edge_is_repeated()
    {
        var image = TestFaces.Pattern(112, 112, 3);
        var moved = ViewPainter.Paint(image, ViewChange.None with { Right = 0.5 });
        for (var x = 0; x < 112; x++)
            Assert.Equal((Level(image, Math.Max(x - 1, 0), 40, 1) + Level(image, x, 40, 1) + 1) / 2, Level(moved, x, 40, 1));
        var far = ViewPainter.Paint(image, ViewChange.None with { Right = 200, Down = 200 });
        Assert.All(Enumerable.Range(0, 112), at => Assert.Equal(Level(image, 0, 0, 2), Level(far, at, at, 2)));
    }

    [Fact]
    public void Pixels_that_are_moved_are_of_112_whatever_the_pictures_size()
    {
        var image = TestFaces.Pattern(56, 28, 3);
        var moved = ViewPainter.Paint(image, ViewChange.None with { Right = 8, Down = 8 });
        Assert.Equal(Level(image, 20, 10, 0), Level(moved, 24, 12, 0));
    }

    [Fact]
    public void Without_saturation_all_channels_are_the_luminance()
    {
        var image = TestFaces.Pattern(20, 20, 3);
        var grey = ViewPainter.Paint(image, ViewChange.None with { Saturation = 0 });
        for (var at = 0; at < 1200; at += 3)
        {
            var luminance = (0.299 * image.Pixels[at]) + (0.587 * image.Pixels[at + 1]) + (0.114 * image.Pixels[at + 2]);
            Assert.InRange(grey.Pixels[at], luminance - 0.51, luminance + 0.51);
            Assert.Equal((grey.Pixels[at], grey.Pixels[at]), (grey.Pixels[at + 1], grey.Pixels[at + 2]));
        }
    }

    [Theory]
    [InlineData(0.6)]
    [InlineData(1.2)]
    public void Contrast_and_saturation_leave_the_mean_luminance(double factor)
    {
        var image = TestFaces.Pattern(40, 40, 5);
        Assert.Equal(MeanLuminance(image), MeanLuminance(ViewPainter.Paint(image, ViewChange.None with { Contrast = factor })), 0.5);
        Assert.Equal(MeanLuminance(image), MeanLuminance(ViewPainter.Paint(image, ViewChange.None with { Saturation = factor })), 0.5);
    }

    [Fact]
    public void Levels_are_multiplied_channel_by_channel_and_stay_in_range()
    {
        var image = TestFaces.Pattern(20, 20, 3);
        var bright = ViewPainter.Paint(image, ViewChange.None with { Gain = 1.5, Channels = (1, 0.5, 2) });
        double[] factors = [1.5, 0.75, 3];
        for (var at = 0; at < 1200; at++) Assert.InRange(bright.Pixels[at] - Math.Min(image.Pixels[at] * factors[at % 3], 255), -0.51, 0.51);
    }

    private static byte Level(FaceImage image, int x, int y, int channel) => image.Pixels[(3 * ((y * image.Width) + x)) + channel];

    private static double MeanLuminance(FaceImage image)
    {
        var sum = 0.0;
        for (var at = 0; at < image.Pixels.Length; at += 3) sum += (0.299 * image.Pixels[at]) + (0.587 * image.Pixels[at + 1]) + (0.114 * image.Pixels[at + 2]);
        return 3 * sum / image.Pixels.Length;
    }

    internal static FaceImage Dot(int x, int y)
    {
        var pixels = new byte[3 * 112 * 112];
        for (var down = -6; down < 6; down++) pixels.AsSpan(3 * (((y + down) * 112) + x - 6), 36).Fill(255);
        return new FaceImage(112, 112, pixels);
    }

    internal static (double X, double Y) Centroid(FaceImage image)
    {
        var (sum, sumX, sumY) = (0.0, 0.0, 0.0);
        for (var y = 0; y < image.Height; y++)
        for (var x = 0; x < image.Width; x++)
        {
            var level = Level(image, x, y, 0);
            (sum, sumX, sumY) = (sum + level, sumX + (level * x), sumY + (level * y));
        }

        return (sumX / sum, sumY / sum);
    }
}
