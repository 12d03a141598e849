using BTNet.Faces;
using SkiaSharp;

namespace BTNet.Tests.Faces;

public sealed class FaceImageTests
{
    [Fact]
    public void Mirroring_swaps_columns_and_keeps_colours_and_rows()
    {
        var picture = new FaceImage(3, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
        var flipped = picture.Flipped();
        Assert.Equal([7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13], flipped.Pixels.ToArray());
        Assert.Equal((3, 2), (flipped.Width, flipped.Height));
    }

    [Fact]
    public void Mirroring_leaves_the_picture_and_undoes_itself()
    {
        var picture = SyntheticPixels.Blocky(37, 61);
        var before = picture.Pixels.ToArray();
        Assert.Equal(before, picture.Flipped().Flipped().Pixels.ToArray());
        Assert.Equal(before, picture.Pixels.ToArray());
        Assert.NotEqual(before, picture.Flipped().Pixels.ToArray());
    }

    [Fact]
    public void A_size_that_does_not_fit_the_bytes_is_a_programming_mistake()
    {
        Assert.Throws<ArgumentException>(() => new FaceImage(2, 2, new byte[11]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FaceImage(0, 2, []));
        // 3 x 65536 x 65536 is 0 in 32 bits.
        Assert.Throws<ArgumentException>(() => new FaceImage(65_536, 65_536, []));
    }

    [Fact]
    public void An_array_of_RGB_is_taken_without_a_copy()
    {
        byte[] pixels = [1, 2, 3];
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(in pixels[0], in new FaceImage(1, 1, pixels).Pixels[0]));
    }

    [Theory]
    [InlineData(PixelOrder.Rgb, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(PixelOrder.Bgr, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(PixelOrder.Rgba, new byte[] { 1, 2, 3, 255, 4, 5, 6, 255 })]
    [InlineData(PixelOrder.Bgra, new byte[] { 3, 2, 1, 255, 6, 5, 4, 255 })]
    public void Pixels_are_taken_in_any_order(PixelOrder order, byte[] pixels)
    {
        Assert.Equal([1, 2, 3, 4, 5, 6], FaceImage.FromPixels(pixels, 2, 1, order).Pixels.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], FaceImage.FromPixels(pixels, 1, 2, order).Pixels.ToArray());
    }

    [Fact]
    public void Grey_pixels_become_three_alike() =>
        Assert.Equal([7, 7, 7, 9, 9, 9], FaceImage.FromPixels([7, 9], 2, 1, PixelOrder.Gray).Pixels.ToArray());

    [Theory]
    [InlineData(PixelOrder.Rgb, 3)]
    [InlineData(PixelOrder.Bgra, 4)]
    [InlineData(PixelOrder.Gray, 1)]
    public void Padding_between_rows_is_passed_over_and_not_needed_behind_the_last(PixelOrder order, int bytes)
    {
        var tight = Enumerable.Range(0, 3 * 2 * bytes).Select(i => (byte)(i % bytes == 3 ? 255 : i + 1)).ToArray();
        byte[] padded = [.. tight[..(3 * bytes)], 99, 99, 99, .. tight[(3 * bytes)..]];
        Assert.True(FaceImage.FromPixels(padded, 3, 2, order, (3 * bytes) + 3).Pixels.SequenceEqual(FaceImage.FromPixels(tight, 3, 2, order).Pixels));
    }

    [Fact]
    public void Pixels_with_alpha_are_those_that_the_decoder_makes_of_them()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(256, 256, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var rgba = bitmap.GetPixelSpan().ToArray();
        for (var i = 0; i < rgba.Length; i += 4) (rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]) = ((byte)(i / 4), 200, (byte)(255 - (i / 4)), (byte)(i / 1024));
        rgba.CopyTo(bitmap.GetPixelSpan());
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        var decoded = FaceDecoder.Decode(png.ToArray(), "veiled");

        Assert.True(FaceImage.FromPixels(rgba, 256, 256, PixelOrder.Rgba).Pixels.SequenceEqual(decoded.Pixels));
    }

    [Fact]
    public void Pixels_that_do_not_fit_their_size_are_a_programming_mistake()
    {
        Assert.Throws<ArgumentException>(() => FaceImage.FromPixels(new byte[11], 2, 2, PixelOrder.Rgb));
        Assert.Throws<ArgumentException>(() => FaceImage.FromPixels(new byte[13], 2, 2, PixelOrder.Rgb, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceImage.FromPixels(new byte[12], 2, 2, PixelOrder.Rgb, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceImage.FromPixels(new byte[12], 2, 2, PixelOrder.Rgb, -6));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceImage.FromPixels(new byte[12], 2, 2, (PixelOrder)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceImage.FromPixels(new byte[12], 0, 2, PixelOrder.Rgb));
        Assert.Throws<ArgumentOutOfRangeException>(() => FaceImage.FromPixels(new byte[12], int.MaxValue, int.MaxValue, PixelOrder.Rgba));
    }
}
