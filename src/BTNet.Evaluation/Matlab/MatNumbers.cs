using System.Buffers.Binary;

namespace BTNet.Evaluation.Matlab;

/// <summary>An array of real numbers. MATLAB stores those of a wide class as narrowly as their values allow; they are widened when they are asked for.</summary>
internal sealed class MatNumbers : MatValue
{
    private readonly ReadOnlyMemory<byte> _data;
    private readonly MatType _storage;
    private readonly bool _bigEndian;
    private readonly string _class;

    /// <param name="dimensions">The sides; their product is the count of the numbers.</param>
    /// <param name="class">The class, as MATLAB calls it, for messages.</param>
    /// <param name="storage">How the numbers are stored; <see cref="SizeOf"/> knows it.</param>
    /// <param name="data">The numbers.</param>
    /// <param name="bigEndian">Whether the highest byte comes first.</param>
    public MatNumbers(IReadOnlyList<int> dimensions, string @class, MatType storage, ReadOnlyMemory<byte> data, bool bigEndian)
        : base(dimensions) => (_class, _storage, _data, _bigEndian) = (@class, storage, data, bigEndian);

    /// <summary>What some writers store for an array without contents.</summary>
    public static MatNumbers Empty { get; } = new([0, 0], "double", MatType.Double, default, bigEndian: false);

    public int Count => _data.Length / SizeOf(_storage)!.Value;

    public override string Description => $"a {Sides} array of {_class} numbers";

    /// <summary>A number, down the columns, as near as a double is to it.</summary>
    public double this[int index] => _storage switch
    {
        MatType.Single => _bigEndian ? BinaryPrimitives.ReadSingleBigEndian(Bytes(index)) : BinaryPrimitives.ReadSingleLittleEndian(Bytes(index)),
        MatType.Double => _bigEndian ? BinaryPrimitives.ReadDoubleBigEndian(Bytes(index)) : BinaryPrimitives.ReadDoubleLittleEndian(Bytes(index)),
        MatType.UInt64 => Unsigned(index),
        _ => Signed(index),
    };

    /// <summary>A number as an integer; null where it is none, or beyond 64 bits with a sign.</summary>
    public long? Integer(int index)
    {
        if (_storage == MatType.UInt64) return Unsigned(index) is var value and <= long.MaxValue ? (long)value : null;
        if (_storage is not (MatType.Single or MatType.Double)) return Signed(index);
        // 2^63 itself is the first that does not fit.
        return this[index] is var number && double.IsInteger(number) && number is >= long.MinValue and < 9223372036854775808d ? (long)number : null;
    }

    /// <summary>Bytes of a number, null for what holds none.</summary>
    public static int? SizeOf(MatType storage) => storage switch
    {
        MatType.Int8 or MatType.UInt8 => 1,
        MatType.Int16 or MatType.UInt16 => 2,
        MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
        MatType.Int64 or MatType.UInt64 or MatType.Double => 8,
        _ => null,
    };

    private ReadOnlySpan<byte> Bytes(int index)
    {
        var size = SizeOf(_storage)!.Value;
        return _data.Span.Slice(index * size, size);
    }

    private ulong Unsigned(int index)
    {
        ulong value = 0;
        var bytes = Bytes(index);
        for (var i = 0; i < bytes.Length; i++) value = (value << 8) | bytes[_bigEndian ? i : bytes.Length - 1 - i];
        return value;
    }

    private long Signed(int index)
    {
        var value = (long)Unsigned(index);
        return _storage switch { MatType.Int8 => (sbyte)value, MatType.Int16 => (short)value, MatType.Int32 => (int)value, _ => value };
    }
}
