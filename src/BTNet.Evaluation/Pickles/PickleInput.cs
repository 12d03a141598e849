using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BTNet.Evaluation.Pickles;

/// <summary>The bytes of a pickle and how far they are read. Every length is checked against what is left before anything is made of it.</summary>
internal sealed class PickleInput(ReadOnlyMemory<byte> bytes, string name)
{
    // As in Python's own decoder, but a lone surrogate (which Python may write) is refused rather than passed on.
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _position;

    /// <summary>Offset of the instruction that is being carried out.</summary>
    public int Instruction { get; private set; }

    public int Length => bytes.Length;

    public InputException Fault(string message, Exception? inner = null) => new($"{name}, byte {Instruction}: {message}", inner);

    /// <summary>The code of the next instruction.</summary>
    public PickleOpcode Opcode()
    {
        Instruction = _position;
        return (PickleOpcode)Byte();
    }

    public byte Byte() => Take(1).Span[0];

    public ReadOnlyMemory<byte> Take(ulong count)
    {
        var left = bytes.Length - _position;
        if (count > (ulong)left) throw Fault($"needs {count} more bytes where {left} are left: the file is cut off or damaged. Fetch it again.");
        var taken = bytes.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2).Span);

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4).Span);

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span);

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8).Span);

    /// <summary>A count of bytes that the format keeps as a signed 32-bit number.</summary>
    public uint Count32()
    {
        var count = Int32();
        return count >= 0 ? (uint)count : throw Fault($"the length {count} is negative: the file is damaged");
    }

    public PickleBytes Bytes(ulong count) => new(Take(count));

    public string Utf8(ulong count)
    {
        var content = Take(count).Span;
        try
        {
            return StrictUtf8.GetString(content);
        }
        catch (DecoderFallbackException e)
        {
            throw Fault("a text is not UTF-8", e);
        }
    }

    /// <summary>A two's complement integer of so many bytes, the lowest first.</summary>
    public long LittleEndianInteger(uint count)
    {
        if (count > 8) throw Fault($"an integer of {count} bytes; at most 8 are understood");
        var content = Take(count).Span;
        var value = count > 0 && content[^1] >= 0x80 ? -1L : 0L;
        for (var i = content.Length - 1; i >= 0; i--) value = (value << 8) | content[i];
        return value;
    }

    /// <summary>What is left of the line, without its end.</summary>
    public ReadOnlySpan<byte> Line()
    {
        var length = bytes.Span[_position..].IndexOf((byte)'\n');
        if (length < 0) throw Fault("a line has no end: the file is cut off or damaged. Fetch it again.");
        return Take((ulong)length + 1).Span[..^1];
    }

    public string TextLine()
    {
        var line = Line();
        return line.Length <= 256 ? Encoding.Latin1.GetString(line) : throw Fault($"a name of {line.Length} characters; at most 256 are understood");
    }

    public long IntegerLine()
    {
        var line = Line();
        if (line.Length > 0 && line[^1] == 'L') line = line[..^1];
        return long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Fault("the text of an integer is malformed, or beyond 64 bits");
    }

    public double NumberLine()
    {
        var line = Line();
        if (double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return value;

        // Python's names for what .NET spells otherwise.
        return line switch
        {
            _ when line.SequenceEqual("inf"u8) => double.PositiveInfinity,
            _ when line.SequenceEqual("-inf"u8) => double.NegativeInfinity,
            _ when line.SequenceEqual("nan"u8) => double.NaN,
            _ => throw Fault("the text of a number is malformed"),
        };
    }

    /// <summary>An integer, or one of protocol 0's booleans, which are written <c>00</c> and <c>01</c>.</summary>
    public object IntegerOrBooleanLine()
    {
        var start = _position;
        var line = Line();
        if (line.SequenceEqual("00"u8)) return false;
        if (line.SequenceEqual("01"u8)) return true;
        _position = start;
        return IntegerLine();
    }
}
