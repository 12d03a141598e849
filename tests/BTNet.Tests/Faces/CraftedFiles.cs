using System.Buffers.Binary;
using System.IO.Compression;
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

    /// <summary>A PNG of any kind that the standard knows; not interlaced.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="bits">Of each number: 1, 2, 4, 8 or 16.</param>
    /// <param name="colourType">0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</param>
    /// <param name="rows">Packed numbers of all rows, big-endian.</param>
    /// <param name="further">Chunks that stand before the pixels, such as a palette.</param>
    public static byte[] Png(int width, int height, byte bits, byte colourType, byte[] rows, params (string Type, byte[] Content)[] further)
    {
        using var file = new MemoryStream();
        file.Write(PngSignature);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bits, colourType);
        WriteChunk(file, "IHDR", header);
        foreach (var (type, content) in further) WriteChunk(file, type, content);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            var rowBytes = rows.Length / height;
            for (var y = 0; y < height; y++)
            {
                deflate.WriteByte(0); // no filter
                deflate.Write(rows, y * rowBytes, rowBytes);
            }
        }

        WriteChunk(file, "IDAT", packed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A GIF, a WebP or a BMP whose header claims a size that its data do not fill; a side is at most 16,384.</summary>
    public static byte[] Claiming(string format, int width, int height)
    {
        byte[] file;
        switch (format)
        {
            case "gif":
                file = TestAssets.Bytes("palette.gif");
                var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2C, 0, 0, 0, 0]); // the first frame, at the upper left
                foreach (var at in (int[])[6, frame + 5])
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)width);
                    BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at + 2), (ushort)height);
                }

                return file;
            case "webp":
                // Lossless: 14 bits of width - 1, 14 of height - 1, behind the signature byte.
                file = TestAssets.Bytes("lossless.webp");
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(21), (uint)(width - 1) | ((uint)(height - 1) << 14));
                return file;
            case "bmp":
                file = TestAssets.Bytes("plain.bmp");
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
                return file;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "no such format");
        }
    }

    /// <summary>The JPEG without the segments of one kind.</summary>
    public static byte[] JpegWithout(byte[] jpeg, byte kind)
    {
        var kept = jpeg[..2].ToList();
        var at = 2;
        while (jpeg[at + 1] != 0xDA)
        {
            var length = 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2));
            if (jpeg[at + 1] != kind) kept.AddRange(jpeg[at..(at + length)]);
            at += length;
        }

        return [.. kept, .. jpeg[at..]];
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
