using BTNet.Faces;

namespace BTNet.Tests.Faces;

public sealed class FaceDecoderStreamTests
{
    private static readonly byte[] Jpeg = TestAssets.Bytes("colour-420.jpg");

    private static readonly FaceImage Expected = FaceDecoder.Decode(Jpeg, "expected");

    [Theory]
    [InlineData(true, int.MaxValue)]
    [InlineData(false, int.MaxValue)]
    [InlineData(false, 1)]
    [InlineData(false, 700)]
    public async Task A_stream_gives_what_its_bytes_give_however_they_come(bool seekable, int atOnce)
    {
        AssertExpected(FaceDecoder.Decode(new Pieces(Jpeg, seekable, atOnce), "upload"));
        AssertExpected(await FaceDecoder.DecodeAsync(new Pieces(Jpeg, seekable, atOnce), "upload"));
    }

    [Fact]
    public void A_large_stream_that_does_not_know_its_length_grows_as_it_comes()
    {
        var picture = Noise(300, 300);
        var png = FaceEncoder.EncodePng(picture);
        Assert.True(png.Length > 1 << 17);
        Assert.True(FaceDecoder.Decode(new Pieces(png, seekable: false, 5000), "upload").Pixels.SequenceEqual(picture.Pixels));
    }

    [Fact]
    public void A_stream_is_read_from_where_it_stands_and_left_open()
    {
        using var stream = new MemoryStream([1, 2, 3, .. Jpeg]) { Position = 3 };
        AssertExpected(FaceDecoder.Decode(stream, "upload"));
        Assert.Equal(stream.Length, stream.Position);
        Assert.True(stream.CanRead);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_without_a_byte_is_refused_by_name(bool seekable)
    {
        Assert.Contains("upload 7: is empty", Assert.Throws<InputException>(() => FaceDecoder.Decode(new Pieces([], seekable, 9), "upload 7")).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(() => FaceDecoder.DecodeAsync(new Pieces([], seekable, 9), "upload 7"));
    }

    [Fact]
    public void A_stream_that_does_not_end_is_refused_at_the_limit()
    {
        using var endless = new Endless();
        var fault = Assert.Throws<InputException>(() => FaceDecoder.Decode(endless, "flood"));
        Assert.Contains("flood: has more than the 268,435,456 bytes", fault.Message, StringComparison.Ordinal);
        Assert.Equal(FaceDecoder.MaxBytes + 1, endless.Given);
    }

    [Fact]
    public void A_stream_that_is_longer_than_a_picture_may_be_is_refused_although_it_says_so_itself()
    {
        using var file = new Endless { Claimed = 1L << 40 };
        Assert.Throws<InputException>(() => FaceDecoder.Decode(file, "disk"));
        Assert.InRange(file.Given, 0, FaceDecoder.MaxBytes + 1);
    }

    [Fact]
    public async Task Reading_can_be_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FaceDecoder.DecodeAsync(new MemoryStream(Jpeg), "upload", new CancellationToken(canceled: true)));

    [Fact]
    public async Task What_the_stream_throws_is_passed_on()
    {
        var broken = new Pieces(Jpeg, seekable: false, 100) { BreaksAt = 500 };
        Assert.Throws<IOException>(() => FaceDecoder.Decode(broken, "upload"));
        await Assert.ThrowsAsync<IOException>(() => FaceDecoder.DecodeAsync(broken, "upload"));
    }

    private static void AssertExpected(FaceImage image) => Assert.True(image.Pixels.SequenceEqual(Expected.Pixels));

    private static FaceImage Noise(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        new Random(1).NextBytes(pixels);
        return new FaceImage(width, height, pixels);
    }

    /// <summary>Bytes that come a few at a time, as from a network.</summary>
    private sealed class Pieces(byte[] bytes, bool seekable, int atOnce) : MemoryStream(bytes)
    {
        public int BreaksAt { get; init; } = int.MaxValue;

        public override bool CanSeek => seekable;

        public override long Length => seekable ? base.Length : throw new NotSupportedException();

        public override int Read(Span<byte> buffer)
        {
            if (Position >= BreaksAt) throw new IOException("the line is dead");
            return base.Read(buffer[..Math.Min(buffer.Length, atOnce)]);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));
    }

    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public long? Claimed { get; init; }

        public override bool CanRead => true;

        public override bool CanSeek => Claimed is not null;

        public override bool CanWrite => false;

        public override long Length => Claimed ?? throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            Given += buffer.Length;
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
