using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using BTNet.Evaluation.Matlab;

namespace BTNet.Evaluation.Tests.Matlab;

/// <summary>Writes MAT-files of level 5: as much of the format as tests need, in either order of bytes.</summary>
internal sealed class MatWriter(bool bigEndian = false, bool compressed = false, bool smallElements = true)
{
    private readonly List<byte[]> _elements = [];

    /// <summary>Adds an array, as <see cref="Numbers{T}"/>, <see cref="Text"/> or <see cref="Cells"/> give one.</summary>
    public MatWriter Add(byte[] array)
    {
        _elements.Add(compressed ? Compress(array) : array);
        return this;
    }

    public byte[] File(byte version = 1)
    {
        var header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file, written by a test".PadRight(116)).CopyTo(header, 0);
        (bigEndian ? new byte[] { version, 0, (byte)'M', (byte)'I' } : [0, version, (byte)'I', (byte)'M']).CopyTo(header, 124);
        return [.. header, .. _elements.SelectMany(element => element)];
    }

    /// <summary>Names in a column, and their numbers as 16-bit integers: how SurvFace's lists are made.</summary>
    public static byte[] List(string set, string ids, IReadOnlyList<string> names, IReadOnlyList<int> numbers, bool compressed = false)
    {
        var writer = new MatWriter(compressed: compressed);
        return writer.Add(writer.Cells(set, [names.Count, 1], [.. names.Select(name => writer.Text("", [name], MatType.UInt16))]))
            .Add(writer.Numbers(ids, [numbers.Count, 1], MatClass.UInt16, MatType.UInt16, [.. numbers.Select(number => (double)number)])).File();
    }

    public byte[] Cells(string name, int[] sides, IReadOnlyList<byte[]> cells) => Array(MatClass.Cell, sides, name, [.. cells.SelectMany(cell => cell)]);

    public byte[] Numbers(string name, int[] sides, MatClass kind, MatType storage, double[] values, byte flags = 0) =>
        Array(kind, sides, name, Element(storage, [.. values.SelectMany(value => Number(storage, value))]), flags);

    /// <summary>Lines of one length each.</summary>
    public byte[] Text(string name, string[] lines, MatType storage)
    {
        var (rows, columns) = (lines.Length, lines.Length == 0 ? 0 : lines[0].Length);
        var text = string.Concat(Enumerable.Range(0, columns).SelectMany(column => lines.Select(line => line[column])));
        var bytes = (storage switch
        {
            MatType.Utf8 => Encoding.UTF8,
            MatType.Utf16 or MatType.UInt16 => bigEndian ? Encoding.BigEndianUnicode : Encoding.Unicode,
            MatType.Utf32 => new UTF32Encoding(bigEndian, byteOrderMark: false),
            _ => Encoding.Latin1,
        }).GetBytes(text);
        return Array(MatClass.Char, [rows, columns], name, Element(storage, bytes));
    }

    /// <summary>A matrix element with whatever contents.</summary>
    public byte[] Array(MatClass kind, int[] sides, string name, byte[] contents, byte flags = 0) => Element(MatType.Matrix,
    [
        .. Element(MatType.UInt32, [.. Word((uint)kind | ((uint)flags << 8)), .. Word(0)]),
        .. Element(MatType.Int32, [.. sides.SelectMany(side => Word((uint)side))]),
        .. Element(MatType.Int8, Encoding.Latin1.GetBytes(name)),
        .. contents,
    ]);

    public byte[] Element(MatType type, byte[] data)
    {
        if (smallElements && data.Length is > 0 and <= 4 && type != MatType.Matrix) return [.. Word(((uint)data.Length << 16) | (uint)type), .. data, .. new byte[4 - data.Length]];
        return [.. Tag(type, data.Length), .. data, .. new byte[-data.Length & 7]];
    }

    public byte[] Tag(MatType type, int length) => [.. Word((uint)type), .. Word((uint)length)];

    public byte[] Compress(byte[] element)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(element);
        return [.. Tag(MatType.Compressed, (int)stream.Length), .. stream.ToArray()];
    }

    private byte[] Word(uint value)
    {
        var bytes = new byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    private byte[] Number(MatType storage, double value)
    {
        var bytes = storage switch
        {
            MatType.Int8 => [(byte)(sbyte)value],
            MatType.UInt8 => [(byte)value],
            MatType.Int16 => BitConverter.GetBytes((short)value),
            MatType.UInt16 => BitConverter.GetBytes((ushort)value),
            MatType.Int32 => BitConverter.GetBytes((int)value),
            MatType.UInt32 => BitConverter.GetBytes((uint)value),
            MatType.Int64 => BitConverter.GetBytes((long)value),
            MatType.UInt64 => BitConverter.GetBytes((ulong)value),
            MatType.Single => BitConverter.GetBytes((float)value),
            _ => BitConverter.GetBytes(value),
        };
        if (BitConverter.IsLittleEndian == bigEndian) System.Array.Reverse(bytes);
        return bytes;
    }
}
