using System.Runtime.InteropServices;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>A tensor of a PyTorch state dict, held in memory in its own element type.</summary>
public sealed class NamedTensor
{
    private readonly ReadOnlyMemory<byte> _data;

    /// <summary>Takes the elements as they are, without a copy.</summary>
    /// <param name="name">The key.</param>
    /// <param name="elementType">What the numbers are.</param>
    /// <param name="shape">Elements along each axis.</param>
    /// <param name="data">The elements in the machine's byte order, the last axis running fastest, without gaps.</param>
    internal NamedTensor(string name, TorchElementType elementType, IReadOnlyList<long> shape, ReadOnlyMemory<byte> data)
        => (Name, ElementType, Shape, _data) = (name, elementType, shape, data);

    /// <summary>The key in the state dict, such as <c>layer1.0.bn1.weight</c>.</summary>
    public string Name { get; }

    /// <summary>What the numbers are in the file.</summary>
    public TorchElementType ElementType { get; }

    /// <summary>Elements along each axis; none for a single number.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => _data.Length / ElementType.Size();

    /// <summary>All elements as 32-bit floats, the last axis running fastest. Exact, but for <see cref="TorchElementType.Float64"/>
    /// and for integers beyond 2^24, which are rounded to the nearest; booleans are 0 and 1.</summary>
    public float[] ToSingles() => ElementType switch
    {
        TorchElementType.Float32 => MemoryMarshal.Cast<byte, float>(_data.Span).ToArray(),
        TorchElementType.Float64 => Convert<double, float>(static x => (float)x),
        TorchElementType.Float16 => Convert<Half, float>(static x => (float)x),
        TorchElementType.BFloat16 => Convert<ushort, float>(static x => BitConverter.UInt32BitsToSingle((uint)x << 16)),
        TorchElementType.Int64 => Convert<long, float>(static x => x),
        TorchElementType.Int32 => Convert<int, float>(static x => x),
        TorchElementType.Int16 => Convert<short, float>(static x => x),
        TorchElementType.Int8 => Convert<sbyte, float>(static x => x),
        TorchElementType.UInt8 => Convert<byte, float>(static x => x),
        _ => Convert<byte, float>(static x => x == 0 ? 0 : 1),
    };

    /// <summary>All elements as 64-bit integers, exactly, the last axis running fastest; booleans are 0 and 1.</summary>
    /// <exception cref="InvalidOperationException">The elements are floats.</exception>
    public long[] ToInt64s() => ElementType switch
    {
        TorchElementType.Int64 => MemoryMarshal.Cast<byte, long>(_data.Span).ToArray(),
        TorchElementType.Int32 => Convert<int, long>(static x => x),
        TorchElementType.Int16 => Convert<short, long>(static x => x),
        TorchElementType.Int8 => Convert<sbyte, long>(static x => x),
        TorchElementType.UInt8 => Convert<byte, long>(static x => x),
        TorchElementType.Boolean => Convert<byte, long>(static x => x == 0 ? 0 : 1),
        _ => throw new InvalidOperationException($"{this} holds no integers"),
    };

    /// <summary>In words: <c>fc.weight [512, 25088] Float32</c>.</summary>
    public override string ToString() => $"{Name} [{string.Join(", ", Shape)}] {ElementType}";

    private TTo[] Convert<TFrom, TTo>(Func<TFrom, TTo> one)
        where TFrom : struct
    {
        var from = MemoryMarshal.Cast<byte, TFrom>(_data.Span);
        var to = new TTo[from.Length];
        for (var i = 0; i < to.Length; i++) to[i] = one(from[i]);
        return to;
    }
}
