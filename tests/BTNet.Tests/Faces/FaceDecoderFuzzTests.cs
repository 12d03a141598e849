using System.Diagnostics;
using BTNet.Faces;

namespace BTNet.Tests.Faces;

/// <summary>Whatever the bytes: a picture of the size that its header claims, or an <see cref="InputException"/>.</summary>
public sealed class FaceDecoderFuzzTests
{
    [Theory]
    [InlineData("colour-420.jpg", 1)]
    [InlineData("progressive.jpg", 2)]
    [InlineData("grey.jpg", 3)]
    [InlineData("palette.png", 4)]
    [InlineData("tagged-gamma.png", 5)]
    [InlineData("grey.png", 6)]
    [InlineData("cmyk.jpg", 7)]
    [InlineData("animated.gif", 8)]
    [InlineData("animated.webp", 9)]
    public void Damaged_files_are_read_or_refused_and_nothing_else(string file, int seed)
    {
        var whole = TestAssets.Bytes(file);
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        var (read, refused) = (0, 0);
        for (var round = 0; round < 150; round++)
        {
            var damaged = Damage(whole, random);
            try
            {
                var image = FaceDecoder.Decode(damaged, file);
                Assert.InRange((long)image.Width * image.Height, 1, FaceDecoder.MaxPixels);
                read++;
            }
            catch (InputException fault)
            {
                Assert.StartsWith(file, fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.Equal(150, read + refused);
        Assert.True(refused > 0, "no damage was noticed");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Random_bytes_are_refused_whatever_their_length()
    {
        var random = new Random(7);
        for (var length = 1; length < 300; length++)
        {
            var noise = new byte[length];
            random.NextBytes(noise);
            Assert.Throws<InputException>(() => FaceDecoder.Decode(noise, "noise"));
        }
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var damaged = whole.ToList();
        switch (random.Next(4))
        {
            case 0:
                damaged = damaged[..random.Next(1, damaged.Count)];
                break;
            case 1:
                damaged.RemoveAt(random.Next(damaged.Count));
                break;
            case 2:
                damaged.InsertRange(random.Next(damaged.Count), Enumerable.Range(0, random.Next(1, 20)).Select(_ => (byte)random.Next(256)));
                break;
            default:
                for (var changes = random.Next(1, 9); changes > 0; changes--) damaged[random.Next(damaged.Count)] = (byte)random.Next(256);
                break;
        }

        return [.. damaged];
    }
}
