using System.Buffers.Binary;
using System.Text;

namespace BTNet.Tests.Faces;

/// <summary>Picture files put together by hand: headers that lie, and notes that a camera would leave.</summary>
internal static class CraftedFiles
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A PNG whose header claims a size that its data do not fill; every checksum is right.</summary>
    public static byte[] PngClaiming(int width, int height)
    {
        using var file = new MemoryStream();
        file.Write(PngSignature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", [0x78, 0x9C, 0x63, 0x00, 0x00, 0x00, 0x01, 0x00, 0x01]);
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>The JPEG with another size in its start-of-frame segment.</summary>
    public static byte[] JpegClaiming(byte[] jpeg, int width, int height)
    {
        var changed = (byte[])jpeg.Clone();
        for (var at = 2; at < changed.Length;)
        {
            var marker = changed[at + 1];
            if (marker is >= 0xC0 and <= 0xC2)
            {
                BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at + 5), (ushort)height);
                BinaryPrimitives.WriteUInt16BigEndian(changed.AsSpan(at + 7), (ushort)width);
                return changed;
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(changed.AsSpan(at + 2));
        }

        throw new InvalidOperationException("the JPEG has no start of frame");
    }

    /// <summary>The JPEG with an EXIF segment that notes an orientation, 1 to 8.</summary>
    public static byte[] JpegWithOrientation(byte[] jpeg, byte orientation)
    {
        byte[] exif =
        [
            .. "Exif"u8, 0, 0,
            .. "MM"u8, 0, 42, 0, 0, 0, 8, // big-endian TIFF, first directory at 8
            0, 1, // one entry: tag 0x0112, SHORT, one of it
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0,
            0, 0, 0, 0, // no further directory
        ];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    private static void WriteChunk(MemoryStream file, string type, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] summed = [.. Encoding.ASCII.GetBytes(type), .. content];
        file.Write(summed);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32Of(summed));
        file.Write(number);
    }

    private static uint Crc32Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
