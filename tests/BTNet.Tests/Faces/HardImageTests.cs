using System.Diagnostics;
using BTNet.Faces;
using SkiaSharp;

namespace BTNet.Tests.Faces;

/// <summary>Picture files of the kinds that simple decoders get wrong. Colours of the CMYK and animated ones are in <see cref="FaceDecoderTests"/>.</summary>
public sealed class HardImageTests
{
    private const byte Adobe = 0xEE;

    [Theory]
    [InlineData("cmyk.jpg")]
    [InlineData("ycck.jpg")]
    public void Printing_inks_are_no_negative_of_the_picture(string file)
    {
        var picture = FaceDecoder.Decode(TestAssets.Bytes("cmyk.jpg"), file);
        // As make_pillow_reference.py drew it: nearly black at the upper left, lighter to the lower right under a disc.
        Assert.InRange(Mean(picture, 0, 0, 4), 0, 40);
        Assert.InRange(Mean(picture, 20, 20, 4), 80, 200);
    }

    [Fact]
    public void Inks_without_the_marker_of_Adobe_are_read_as_if_it_were_there()
    {
        var marked = TestAssets.Bytes("cmyk.jpg");
        var bare = CraftedFiles.JpegWithout(marked, Adobe);
        Assert.True(bare.Length < marked.Length);
        Assert.True(FaceDecoder.Decode(bare, "bare").Pixels.SequenceEqual(FaceDecoder.Decode(marked, "marked").Pixels));
    }

    [Fact]
    public void Sixteen_bits_of_a_png_are_rounded_to_eight()
    {
        var (levels, rows) = SixteenBits(3);
        var picture = FaceDecoder.Decode(CraftedFiles.Png(16, 8, 16, 2, rows), "deep");
        Assert.InRange(SyntheticPixels.GreatestDifference(levels, picture.Pixels), 0, 1);
    }

    [Fact]
    public void Sixteen_bits_of_a_grey_png_are_rounded_to_eight()
    {
        var (levels, rows) = SixteenBits(1);
        var picture = FaceDecoder.Decode(CraftedFiles.Png(16, 8, 16, 0, rows), "deep");
        Assert.InRange(SyntheticPixels.GreatestDifference(Tripled(levels), picture.Pixels), 0, 1);
    }

    [Fact]
    public void Grey_with_alpha_is_laid_on_black()
    {
        var picture = FaceDecoder.Decode(CraftedFiles.Png(3, 1, 8, 4, [200, 255, 200, 128, 200, 0]), "veil");
        Assert.InRange(SyntheticPixels.GreatestDifference(Tripled([200, 100, 0]), picture.Pixels), 0, 1);
    }

    [Fact]
    public void A_palette_of_two_bits_with_a_transparent_colour_is_laid_on_black()
    {
        // Pixels 0, 1, 2, 3 in one byte; the third colour is transparent.
        var palette = ("PLTE", new byte[] { 10, 20, 30, 40, 50, 60, 70, 80, 90, 255, 254, 253 });
        var picture = FaceDecoder.Decode(CraftedFiles.Png(4, 1, 2, 3, [0b00_01_10_11], palette, ("tRNS", [255, 255, 0])), "palette");
        Assert.Equal([10, 20, 30, 40, 50, 60, 0, 0, 0, 255, 254, 253], picture.Pixels.ToArray());
    }

    [Fact]
    public void One_bit_of_grey_is_black_and_white()
    {
        var picture = FaceDecoder.Decode(CraftedFiles.Png(4, 1, 1, 0, [0b0110_0000]), "fax");
        Assert.Equal(Tripled([0, 255, 255, 0]), picture.Pixels.ToArray());
    }

    [Fact]
    public void A_single_pixel_is_a_picture()
    {
        var pixel = SyntheticPixels.Flat(1, 1, 200, 100, 50);
        Assert.Equal([200, 100, 50], FaceDecoder.Decode(FaceEncoder.EncodePng(pixel), "png").Pixels.ToArray());
        var jpeg = FaceDecoder.Decode(FaceEncoder.EncodeJpeg(pixel, 100), "jpeg");
        Assert.InRange(SyntheticPixels.GreatestDifference([200, 100, 50], jpeg.Pixels), 0, 4);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Webp)]
    [InlineData(SKEncodedImageFormat.Png)]
    public void Colours_under_no_alpha_do_not_show(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(8, 8, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(200, 100, 50, 0));
        using var encoded = bitmap.Encode(format, 100);
        Assert.False(FaceDecoder.Decode(encoded.ToArray(), "clear").Pixels.ContainsAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void An_orientation_that_does_not_exist_is_passed_over(byte orientation)
    {
        var jpeg = TestAssets.Bytes("odd-size.jpg");
        var noted = FaceDecoder.Decode(CraftedFiles.JpegWithOrientation(jpeg, orientation), "noted");
        Assert.True(noted.Pixels.SequenceEqual(FaceDecoder.Decode(jpeg, "plain").Pixels));
    }

    [Theory]
    [InlineData("gif")]
    [InlineData("webp")]
    [InlineData("bmp")]
    public void A_small_file_that_claims_a_hundred_megapixels_is_refused_at_once(string format) => AssertRefusedAtOnce(CraftedFiles.Claiming(format, 10_000, 10_000));

    [Fact]
    public void A_hundred_megapixels_that_are_really_there_are_refused_by_their_header()
    {
        // Black compresses a thousand times.
        var bomb = CraftedFiles.Png(10_000, 10_000, 1, 0, new byte[1250 * 10_000]);
        Assert.InRange(bomb.Length, 1, 100_000);
        AssertRefusedAtOnce(bomb);
    }

    [Theory]
    [InlineData("cmyk.jpg")]
    [InlineData("ycck.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    public void What_is_cut_off_at_any_tenth_is_a_picture_or_refused(string file)
    {
        var whole = TestAssets.Bytes(file);
        var expected = FaceDecoder.Decode(whole, file);
        for (var tenth = 0; tenth < 10; tenth++)
        {
            try
            {
                // Of an animation the first frame may be there.
                var picture = FaceDecoder.Decode(whole.AsMemory(0, whole.Length * tenth / 10), file);
                Assert.StartsWith("animated", file, StringComparison.Ordinal);
                Assert.True(picture.Pixels.SequenceEqual(expected.Pixels));
            }
            catch (InputException fault)
            {
                Assert.StartsWith(file, fault.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_deep_png_that_is_cut_off_at_any_tenth_is_refused()
    {
        var whole = CraftedFiles.Png(16, 8, 16, 2, SixteenBits(3).Rows);
        for (var tenth = 0; tenth < 10; tenth++)
            Assert.Throws<InputException>(() => FaceDecoder.Decode(whole.AsMemory(0, whole.Length * tenth / 10), "deep"));
    }

    private static void AssertRefusedAtOnce(byte[] file)
    {
        var clock = Stopwatch.StartNew();
        var fault = Assert.Throws<InputException>(() => FaceDecoder.Decode(file, "bomb"));
        Assert.Contains("10000 x 10000", fault.Message, StringComparison.Ordinal);
        Assert.Contains("its header claims", fault.Message, StringComparison.Ordinal);
        // Milliseconds, with room for a busy machine.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    /// <summary>Numbers of 16 bits, big-endian, and what they are in 8 bits.</summary>
    private static (byte[] Levels, byte[] Rows) SixteenBits(int channels)
    {
        var (levels, rows) = (new byte[16 * 8 * channels], new byte[2 * 16 * 8 * channels]);
        for (var i = 0; i < levels.Length; i++)
        {
            var level = i * 65_535 / (levels.Length - 1);
            levels[i] = (byte)Math.Round(level / 257.0);
            (rows[2 * i], rows[(2 * i) + 1]) = ((byte)(level >> 8), (byte)level);
        }

        return (levels, rows);
    }

    private static byte[] Tripled(byte[] grey) => [.. grey.SelectMany(level => Enumerable.Repeat(level, 3))];

    private static double Mean(FaceImage picture, int left, int top, int side)
    {
        var sum = 0;
        for (var y = top; y < top + side; y++)
        foreach (var level in picture.Pixels.Slice(3 * ((y * picture.Width) + left), 3 * side)) sum += level;
        return (double)sum / (3 * side * side);
    }
}
