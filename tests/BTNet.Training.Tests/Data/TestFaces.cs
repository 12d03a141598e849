using BTNet.Faces;

namespace BTNet.Training.Tests.Data;

/// <summary>Smooth coloured patterns, another for each seed: pictures for tests that need no face in them.</summary>
internal static class TestFaces
{
    public static FaceImage Pattern(int width, int height, int seed)
    {
        var pixels = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
        for (var x = 0; x < width; x++)
        for (var c = 0; c < 3; c++)
            pixels[(3 * ((y * width) + x)) + c] = (byte)(128 + (100 * Math.Sin((((seed * 7) + c + 1) * x / (double)width) + ((seed + (2 * c)) * y / (double)height))));
        return new FaceImage(width, height, pixels);
    }

    public static byte[] Jpeg(int seed, int width = 112, int height = 112) => FaceEncoder.EncodeJpeg(Pattern(width, height, seed), 90);

    public static byte[] Png(int seed, int width = 112, int height = 112) => FaceEncoder.EncodePng(Pattern(width, height, seed));

    /// <summary>A PNG whose header claims 40,000 x 40,000 pixels, with hardly a byte behind it.</summary>
    public static byte[] HugeHeader()
    {
        var png = Png(1, 8, 8);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), 40_000);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), 40_000);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xffffffffu;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        }

        return ~crc;
    }
}
