using System.Text;

namespace BTNet.TestSupport;

/// <summary>Messages of Protocol Buffers, field by field, to write ONNX files that the exporter never would and to change those of others.</summary>
internal static class ProtoBytes
{
    /// <summary>A message of these fields; a value is a number, a text, bytes or another message.</summary>
    public static byte[] Message(params (int Field, object Value)[] fields)
    {
        using var bytes = new MemoryStream();
        foreach (var (field, value) in fields)
        {
            if (value is int or long)
            {
                Number(bytes, (ulong)field << 3);
                Number(bytes, (ulong)Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                continue;
            }

            var contents = value as byte[] ?? Encoding.UTF8.GetBytes((string)value);
            Number(bytes, ((ulong)field << 3) | 2);
            Number(bytes, (ulong)contents.Length);
            bytes.Write(contents);
        }

        return bytes.ToArray();
    }

    /// <summary>The fields of a message, in order: numbers, and bytes for all that has a length.</summary>
    public static IEnumerable<(int Field, object Value)> Fields(byte[] message)
    {
        var at = 0;
        while (at < message.Length)
        {
            var key = Number(message, ref at);
            if ((key & 7) == 0)
            {
                yield return ((int)(key >> 3), (long)Number(message, ref at));
                continue;
            }

            Assert.Equal(2UL, key & 7);
            var length = (int)Number(message, ref at);
            yield return ((int)(key >> 3), message[at..(at + length)]);
            at += length;
        }
    }

    private static ulong Number(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }

    private static void Number(MemoryStream bytes, ulong value)
    {
        for (; value > 0x7f; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}
