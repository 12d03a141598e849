using BTNet.Faces;
using BTNet.TestSupport;
using SkiaSharp;

namespace BTNet.Tests.Faces;

public sealed class FaceDecoderTests
{
    public static TheoryData<string> ReferenceFiles() => [.. TestAssets.PillowDecode.Value.Select(one => one.File)];

    [Theory]
    [MemberData(nameof(ReferenceFiles))]
    public void Pixels_are_those_that_Pillow_decodes(string file)
    {
        var expected = TestAssets.PillowDecode.Value.Single(one => one.File == file);

        var decoded = FaceDecoder.DecodeFile(TestAssets.PathOf(file));

        Assert.Equal((expected.Width, expected.Height), (decoded.Width, decoded.Height));
        var difference = SyntheticPixels.GreatestDifference(TestAssets.Unpack(expected.Pixels), decoded.Pixels);
        Assert.InRange(difference, 0, file.EndsWith(".jpg", StringComparison.Ordinal) ? 3 : 0);
    }

    [Fact]
    public void A_png_named_jpg_is_judged_by_its_content()
    {
        using var folder = new TemporaryFolder();
        var picture = SyntheticPixels.Blocky(19, 23);
        var path = folder.WriteBytes("face.jpg", FaceEncoder.EncodePng(picture));
        Assert.True(FaceDecoder.DecodeFile(path).Pixels.SequenceEqual(picture.Pixels));
    }

    // Where the stored corners (top left red, top right green, bottom left blue, bottom right white) are when upright,
    // read from top left to bottom right; after the EXIF standard's drawing of the letter F.
    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void The_orientation_that_the_camera_noted_is_applied(byte orientation, string corners)
    {
        var stored = SyntheticPixels.Make(48, 32, (x, y, c) => (x < 24, y < 16) switch
        {
            (true, true) => c == 0 ? 255 : 0,
            (false, true) => c == 1 ? 255 : 0,
            (true, false) => c == 2 ? 255 : 0,
            _ => 255,
        });
        var file = CraftedFiles.JpegWithOrientation(FaceEncoder.EncodeJpeg(stored, 95), orientation);

        var upright = FaceDecoder.Decode(file, "turned");

        Assert.Equal(orientation >= 5 ? (32, 48) : (48, 32), (upright.Width, upright.Height));
        var (right, bottom) = (upright.Width - 3, upright.Height - 3);
        Assert.Equal(corners, string.Concat(Colour(upright, 2, 2), Colour(upright, right, 2), Colour(upright, 2, bottom), Colour(upright, right, bottom)));
    }

    [Fact]
    public void What_is_transparent_is_laid_on_black()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(3, 1, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.SetPixel(0, 0, new SKColor(200, 100, 50, 255));
        bitmap.SetPixel(1, 0, new SKColor(200, 100, 50, 128));
        bitmap.SetPixel(2, 0, new SKColor(200, 100, 50, 0));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);

        var decoded = FaceDecoder.Decode(png.ToArray(), "veiled");

        Assert.InRange(SyntheticPixels.GreatestDifference([200, 100, 50, 100, 50, 25, 0, 0, 0], decoded.Pixels), 0, 1);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(() => FaceDecoder.DecodeFile(folder.File("nobody.jpg")), "nobody.jpg", "no such file");
        AssertRefused(() => FaceDecoder.DecodeFile(Path.Combine(folder.Path, "nowhere", "x.jpg")), "nowhere", "no such file");
    }

    [Fact]
    public void A_folder_is_not_read_as_a_picture()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(() => FaceDecoder.DecodeFile(folder.Path), folder.Path, "cannot be read");
    }

    [Fact]
    public void An_empty_file_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(() => FaceDecoder.DecodeFile(folder.WriteBytes("void.jpg", [])), "void.jpg", "empty");
    }

    [Fact]
    public void A_text_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        AssertRefused(() => FaceDecoder.DecodeFile(folder.WriteText("notes.jpg", "this is no picture")), "notes.jpg", "not a picture");
    }

    [Theory]
    [InlineData("colour-420.jpg")]
    [InlineData("colour-444.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("odd-size.jpg")]
    [InlineData("grey.jpg")]
    [InlineData("grey.png")]
    [InlineData("palette.png")]
    [InlineData("tagged-gamma.png")]
    [InlineData("lossless.webp")]
    [InlineData("plain.bmp")]
    [InlineData("palette.gif")]
    public void A_file_that_is_cut_off_anywhere_in_its_pixels_is_refused_by_name(string file)
    {
        var whole = TestAssets.Bytes(file);
        // The last few bytes are padding, a checksum or the end marker: the pixels may be whole without them.
        // For a JPEG the end marker counts, since nothing else tells a progressive one's coarse scan from the whole.
        var end = whole.Length - (file.EndsWith(".jpg", StringComparison.Ordinal) ? 0 : 24);
        for (var length = 1; length < end; length++)
        {
            var cut = length;
            AssertRefused(() => FaceDecoder.Decode(whole.AsMemory(0, cut), "cut.bin"), "cut.bin", "");
        }
    }

    [Fact]
    public void A_truncated_jpeg_says_so()
    {
        var whole = TestAssets.Bytes("colour-420.jpg");
        AssertRefused(() => FaceDecoder.Decode(whole.AsMemory(0, whole.Length * 3 / 4), "half.jpg"), "half.jpg", "cut off");
    }

    [Fact]
    public void A_huge_png_header_is_refused_before_memory_is_taken() => AssertHugeIsRefused(CraftedFiles.PngClaiming(40_000, 40_000));

    [Fact]
    public void A_huge_jpeg_header_is_refused_before_memory_is_taken() =>
        AssertHugeIsRefused(CraftedFiles.JpegClaiming(TestAssets.Bytes("colour-420.jpg"), 40_000, 40_000));

    [Fact]
    public void A_header_just_within_the_limit_is_judged_by_its_pixels()
    {
        var within = CraftedFiles.PngClaiming(8192, 8192);
        AssertRefused(() => FaceDecoder.Decode(within, "within.png"), "within.png", "cut off");
        AssertRefused(() => FaceDecoder.Decode(CraftedFiles.PngClaiming(8193, 8192), "beyond.png"), "beyond.png", "8193 x 8192");
    }

    [Fact]
    public void Bytes_behind_the_end_of_a_jpeg_do_no_harm()
    {
        var jpeg = TestAssets.Bytes("colour-420.jpg");
        var alone = FaceDecoder.Decode(jpeg, "alone");
        var followed = FaceDecoder.Decode((byte[])[.. jpeg, .. new byte[100], 0xFF], "followed");
        Assert.True(followed.Pixels.SequenceEqual(alone.Pixels));
    }

    [Fact]
    public unsafe void Bytes_outside_of_managed_memory_are_read_where_they_lie()
    {
        var file = TestAssets.Bytes("odd-size.jpg");
        var memory = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)file.Length);
        try
        {
            var span = new Span<byte>(memory, file.Length);
            file.CopyTo(span);
            Assert.True(FaceDecoder.Decode((ReadOnlySpan<byte>)span, "span").Pixels.SequenceEqual(FaceDecoder.Decode(file.AsMemory(), "memory").Pixels));
        }
        finally
        {
            System.Runtime.InteropServices.NativeMemory.Free(memory);
        }
    }

    [Fact]
    public void A_slice_of_a_larger_buffer_is_read_where_it_lies()
    {
        var picture = SyntheticPixels.Blocky(5, 4);
        var png = FaceEncoder.EncodePng(picture);
        byte[] record = [1, 2, 3, .. png, 9, 9];
        Assert.True(FaceDecoder.Decode(record.AsMemory(3, png.Length), "record 1").Pixels.SequenceEqual(picture.Pixels));
    }

    private static void AssertHugeIsRefused(byte[] file)
    {
        var before = Environment.WorkingSet;
        AssertRefused(() => FaceDecoder.Decode(file, "bomb"), "bomb", "40000 x 40000");
        // Four bytes a pixel would be 6.4 GB; other tests run meanwhile and need some too.
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, 3L << 30);
    }

    private static void AssertRefused(Func<FaceImage> decode, string name, string reason)
    {
        var fault = Assert.Throws<InputException>(decode);
        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    private static char Colour(FaceImage image, int x, int y)
    {
        var pixel = image.Pixels.Slice(3 * ((y * image.Width) + x), 3);
        return (pixel[0] > 128, pixel[1] > 128, pixel[2] > 128) switch
        {
            (true, false, false) => 'R',
            (false, true, false) => 'G',
            (false, false, true) => 'B',
            (true, true, true) => 'W',
            _ => '?',
        };
    }
}
