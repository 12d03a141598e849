using BTNet.Faces;

namespace BTNet.Tests.Faces;

public sealed class FaceEncoderTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 7)]
    [InlineData(112, 112)]
    [InlineData(37, 61)]
    public void A_png_comes_back_as_it_was(int width, int height)
    {
        var picture = SyntheticPixels.Blocky(width, height);
        var decoded = FaceDecoder.Decode(FaceEncoder.EncodePng(picture), "back");
        Assert.Equal((width, height), (decoded.Width, decoded.Height));
        Assert.True(decoded.Pixels.SequenceEqual(picture.Pixels));
    }

    [Fact]
    public void A_jpeg_comes_back_nearly_as_it_was_and_the_better_the_higher_its_quality()
    {
        var picture = SyntheticPixels.Smooth(112, 112);
        var (fine, coarse) = (FaceEncoder.EncodeJpeg(picture, 98), FaceEncoder.EncodeJpeg(picture, 10));
        var fineError = MeanError(picture, FaceDecoder.Decode(fine, "fine"));
        var coarseError = MeanError(picture, FaceDecoder.Decode(coarse, "coarse"));
        Assert.InRange(fineError, 0, 1.0);
        Assert.True(fineError < coarseError, $"{fineError} is not below {coarseError}");
        Assert.True(coarse.Length < fine.Length);
    }

    [Fact]
    public void Files_start_as_their_formats_ask()
    {
        var picture = SyntheticPixels.Blocky(9, 9);
        Assert.Equal([0x89, .. "PNG"u8], FaceEncoder.EncodePng(picture)[..4]);
        Assert.Equal([0xFF, 0xD8, 0xFF], FaceEncoder.EncodeJpeg(picture, 90)[..3]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void A_quality_that_cannot_be_is_a_programming_mistake(int quality) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceEncoder.EncodeJpeg(SyntheticPixels.Blocky(9, 9), quality));

    private static double MeanError(FaceImage expected, FaceImage actual)
    {
        var sum = 0L;
        for (var i = 0; i < expected.Pixels.Length; i++) sum += Math.Abs(expected.Pixels[i] - actual.Pixels[i]);
        return (double)sum / expected.Pixels.Length;
    }
}
