using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace BTNet.Gallery;

/// <summary>An embedding as it is kept: numbers of single precision, little-endian, with a checksum that tells damage that the store does not see.</summary>
internal static class StoredEmbedding
{
    /// <summary>The bytes; they are those of the memory, as all processors that .NET runs on are little-endian but one.</summary>
    public static byte[] Bytes(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values).ToArray();

    /// <summary>The checksum of a face's numbers, and of whose they are.</summary>
    public static long Checksum(ReadOnlySpan<byte> bytes, long subject) => unchecked((long)XxHash3.HashToUInt64(bytes, subject));

    /// <summary>The numbers; they last as long as the bytes.</summary>
    /// <param name="bytes">As they were stored.</param>
    /// <param name="subject">The number of the subject whose they are.</param>
    /// <param name="checksum">As it was stored.</param>
    /// <param name="size">How many numbers there must be.</param>
    /// <param name="values">Gets them.</param>
    /// <returns>Whether they are whole.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long subject, long checksum, int size, out ReadOnlySpan<float> values)
    {
        values = MemoryMarshal.Cast<byte, float>(bytes);
        return bytes.Length == size * sizeof(float) && Checksum(bytes, subject) == checksum;
    }
}
