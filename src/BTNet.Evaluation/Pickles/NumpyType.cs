using System.Buffers.Binary;

namespace BTNet.Evaluation.Pickles;

/// <summary>A numpy <c>dtype</c> of plain numbers: booleans, integers of 1 to 8 bytes, floats of 2 to 8.</summary>
public sealed class NumpyType : IPickleState
{
    private bool _bigEndian;

    private NumpyType(char kind, int size) => (Kind, Size) = (kind, size);

    internal static NumpyType UnsignedByte { get; } = new('u', 1);

    /// <summary><c>b</c> boolean, <c>i</c> signed, <c>u</c> unsigned, <c>f</c> floating.</summary>
    public char Kind { get; }

    /// <summary>Bytes an element.</summary>
    public int Size { get; }

    /// <summary>As numpy writes it: <c>b1</c>, <c>f4</c>.</summary>
    public override string ToString() => $"numpy type {Kind}{Size}";

    /// <summary>Reads the state (version, byte order, sub-array, field names, fields, ...).</summary>
    void IPickleState.SetState(PickleCall call)
    {
        var state = call.Argument<PickleTuple>(0, "the state of a numpy type").Items;
        if (state.Count < 5 || state[2] is not null || state[3] is not null || state[4] is not null)
            throw call.Fault("a numpy type with fields or sub-arrays; only plain numbers are understood");
        // Python 2 writes the order as bytes.
        var order = state[1] switch
        {
            string { Length: 1 } text => text[0],
            PickleBytes { Content.Length: 1 } bytes => (char)bytes.Content.Span[0],
            _ => '?',
        };
        _bigEndian = order switch
        {
            '<' or '|' or '=' => false,
            '>' => true,
            _ => throw call.Fault($"the byte order of a numpy type is {PickleText.Describe(state[1])}"),
        };
    }

    internal static NumpyType Create(PickleCall call) => call.Text(0, "the type's name") switch
    {
        "b1" or "bool" => new NumpyType('b', 1),
        ['i', '1' or '2' or '4' or '8'] name => new NumpyType('i', name[1] - '0'),
        ['u', '1' or '2' or '4'] name => new NumpyType('u', name[1] - '0'),
        ['f', '2' or '4' or '8'] name => new NumpyType('f', name[1] - '0'),
        var name => throw call.Fault($"the numpy type '{PickleText.Printable(name)}' is not understood; expected booleans, integers or floats"),
    };

    /// <summary>One element.</summary>
    /// <param name="element">Its <see cref="Size"/> bytes.</param>
    /// <returns>A <see cref="bool"/>, <see cref="long"/> or <see cref="double"/>.</returns>
    internal object Read(ReadOnlySpan<byte> element)
    {
        Span<byte> bytes = stackalloc byte[Size];
        element[..Size].CopyTo(bytes);
        if (_bigEndian) bytes.Reverse();
        return (Kind, Size) switch
        {
            ('b', _) => bytes[0] != 0,
            ('i', 1) => (long)(sbyte)bytes[0],
            ('i', 2) => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ('i', 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ('i', _) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ('u', 1) => (long)bytes[0],
            ('u', 2) => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            ('u', _) => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (_, 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            (_, 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
            _ => (object)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        };
    }
}
