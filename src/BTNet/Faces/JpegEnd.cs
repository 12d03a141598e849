using System.Buffers.Binary;

namespace BTNet.Faces;

/// <summary>
/// Finds the end of a JPEG. Skia takes a progressive one for whole as soon as its first, coarse scan is there and
/// would hand a blurred face to the network, so the file's own end marker decides.
/// </summary>
internal static class JpegEnd
{
    private const byte Padding = 0xFF;
    private const byte Stuffed = 0x00;
    private const byte EndOfImage = 0xD9;

    /// <summary>Whether the picture's end marker is there; one inside a segment, such as a thumbnail's, is not it.</summary>
    /// <param name="jpeg">The file's bytes, from its start-of-image marker.</param>
    public static bool IsPresent(ReadOnlySpan<byte> jpeg)
    {
        var rest = jpeg[Math.Min(2, jpeg.Length)..];
        while (true)
        {
            // What lies between segments is coded pixels, or garbage that every decoder steps over.
            var marker = rest.IndexOf(Padding);
            if (marker < 0 || marker + 1 >= rest.Length) return false;
            var kind = rest[marker + 1];
            if (kind == EndOfImage) return true;
            if (kind == Padding)
            {
                rest = rest[(marker + 1)..];
                continue;
            }

            rest = rest[(marker + 2)..];
            if (kind == Stuffed || StandsAlone(kind)) continue;
            if (rest.Length < 2) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (length > rest.Length) return false;
            rest = rest[length..];
        }
    }

    /// <summary>Restart markers, a further start of image and TEM have no length and no content.</summary>
    private static bool StandsAlone(byte kind) => kind is (>= 0xD0 and <= 0xD8) or 0x01;
}
