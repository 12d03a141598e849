using System.Buffers.Binary;

namespace BTNet.Evaluation.Matlab;

/// <summary>The bytes of a MAT-file, or of a part of it, and how far they are read. Every length is checked against what is left before anything is made of it.</summary>
/// <param name="bytes">The part.</param>
/// <param name="bigEndian">Whether the highest byte of a number comes first.</param>
/// <param name="name">What messages call it.</param>
/// <param name="origin">Where the part begins in what is so called.</param>
internal sealed class MatInput(ReadOnlyMemory<byte> bytes, bool bigEndian, string name, int origin)
{
    private const int TagBytes = 8;

    private int _position;

    public bool BigEndian => bigEndian;

    public int Left => bytes.Length - _position;

    /// <summary>The place that is read next.</summary>
    public int At => origin + _position;

    public InputException Fault(int at, string message, Exception? inner = null) => new($"{name}, byte {at}: {message}", inner);

    /// <summary>The input of an element's own data.</summary>
    public MatInput Within(MatElement element) => new(element.Data, bigEndian, name, element.At + TagBytes);

    /// <summary>The next element; what fills it up to eight bytes is passed over.</summary>
    public MatElement Element()
    {
        var at = At;
        var first = Word(Take(4, at).Span);
        if (first >> 16 is var length and > 0)
        {
            // A small one: length and type share a word, and the data are in the tag.
            if (length > 4) throw Fault(at, $"a small element of {length} bytes, where 4 have room: the file is damaged. Fetch it again");
            return new MatElement((MatType)(first & 0xFFFF), Take(4, at)[..(int)length], at);
        }

        var type = (MatType)first;
        var data = Take(Word(Take(4, at).Span), at);
        // Compressed elements follow each other without a gap, and the last element of some writers ends where its data do.
        if (type != MatType.Compressed) _position += Math.Min(Left, -data.Length & 7);
        return new MatElement(type, data, at);
    }

    /// <summary>The next element, which must be stored in one way.</summary>
    public MatElement Element(MatType type, string what)
    {
        var element = Element();
        return element.Type == type ? element : throw Fault(element.At, $"{what} are stored as {Describe(element.Type)} instead of {Describe(type)}: the file is damaged. Fetch it again");
    }

    public uint Word(ReadOnlySpan<byte> four) => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(four) : BinaryPrimitives.ReadUInt32LittleEndian(four);

    public static string Describe(MatType type) => Enum.IsDefined(type) ? type.ToString() : $"type {(int)type}, which there is not";

    private ReadOnlyMemory<byte> Take(uint count, int at)
    {
        if (count > (uint)Left) throw Fault(at, $"an element needs {count} more bytes where {Left} are left: the file is cut off or damaged. Fetch it again");
        var taken = bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }
}
