using BTNet.Faces;
using BTNet.Training.Data;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Data;

public sealed class SmallCropTests
{
    public static TheoryData<ResampleKernel> Kernels => [.. Enum.GetValues<ResampleKernel>()];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Without_crop_and_blur_it_is_the_resizer_but_for_the_edge(ResampleKernel kernel)
    {
        var image = TestFaces.Pattern(112, 112, 2);
        // Sides that 112 can be divided by: elsewhere a centre on a border hangs on a last bit, as Pillow adds them up.
        foreach (var side in (int[])[28, 14, 8, 7])
        {
            var expected = FaceResizer.Resize(image, side, side, kernel);
            var actual = SmallCrop.Reduce(image, side, kernel, 0, 0, 1, 0);
            // A bicubic kernel reaches two small pixels far.
            for (var y = 2; y < side - 2; y++)
            for (var at = 3 * ((y * side) + 2); at < 3 * (((y + 1) * side) - 2); at++)
                Assert.InRange(actual.Pixels[at] - expected.Pixels[at], -1, 1);
        }
    }

    [Property]
    public void A_flat_picture_stays_flat_wherever_it_is_cropped(byte level, byte width, byte height, byte side, sbyte right, sbyte down, byte length, byte blur, ResampleKernel kernel)
    {
        var image = new FaceImage(width + 1, height + 1, [.. Enumerable.Repeat(level, 3 * (width + 1) * (height + 1))]);
        var small = SmallCrop.Reduce(image, (side % 60) + 1, kernel, right / 100.0, down / 100.0, (length + 1) / 128.0, blur / 64.0);
        Assert.Equal((side % 60) + 1, small.Width);
        foreach (var value in small.Pixels) Assert.Equal(level, value);
    }

    [Fact]
    public void A_crop_shows_what_is_there_at_its_size()
    {
        // A dot at (70.5, 49.5) of 112: seen from a crop that begins 5.6 pixels further right and 11.2 lower.
        var image = ViewPainterTests.Dot(71, 50);
        var (x, y) = ViewPainterTests.Centroid(SmallCrop.Reduce(image, 28, ResampleKernel.Bilinear, 0.05, 0.1, 1, 0));
        Assert.Equal(((70.5 + 0.5 - 5.6) / 4) - 0.5, x, 0.05);
        Assert.Equal(((49.5 + 0.5 - 11.2) / 4) - 0.5, y, 0.05);
        // Twice as large a crop, around the same centre.
        (x, y) = ViewPainterTests.Centroid(SmallCrop.Reduce(image, 28, ResampleKernel.Bilinear, 0, 0, 2, 0));
        Assert.Equal(((71 - 56) / 8.0) + 13.5, x, 0.05);
        Assert.Equal(((50 - 56) / 8.0) + 13.5, y, 0.05);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_blur_adds_its_variance_in_small_pixels(double blur)
    {
        var bar = new FaceImage(112, 112, [.. Enumerable.Range(0, 3 * 112 * 112).Select(at => (byte)(at / 3 % 112 is >= 50 and < 62 ? 255 : 0))]);
        var spread = Spread(SmallCrop.Reduce(bar, 28, ResampleKernel.Area, 0, 0, 1, blur));
        // The bar is three small pixels wide and an area one. What is cut off beyond three deviations has 3 % of the variance, and
        // rounding takes what is less than half a level.
        Assert.InRange((spread - (9 / 12.0) - (1 / 12.0)) / (blur * blur), 0.88, 1.02);
    }

    private static double Spread(FaceImage image)
    {
        var (centre, _) = ViewPainterTests.Centroid(image);
        var (sum, squares) = (0.0, 0.0);
        for (var at = 0; at < image.Pixels.Length; at += 3)
        {
            var away = (at / 3 % image.Width) - centre;
            sum += image.Pixels[at];
            squares += image.Pixels[at] * away * away;
        }

        return squares / sum;
    }
}
