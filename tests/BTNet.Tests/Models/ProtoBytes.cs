using System.Text;

namespace BTNet.Tests.Models;

/// <summary>Messages of Protocol Buffers, field by field, to write ONNX files that the exporter never would.</summary>
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

    private static void Number(MemoryStream bytes, ulong value)
    {
        for (; value > 0x7f; value >>= 7) bytes.WriteByte((byte)(value | 0x80));
        bytes.WriteByte((byte)value);
    }
}
