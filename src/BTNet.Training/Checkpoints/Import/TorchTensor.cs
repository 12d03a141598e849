namespace BTNet.Training.Checkpoints.Import;

/// <summary>A storage that a pickle refers to: a run of numbers in an archive entry <c>data/KEY</c>.</summary>
/// <param name="Key">Name of the entry within <c>data/</c>.</param>
/// <param name="ElementType">What the numbers are.</param>
/// <param name="Count">How many there are.</param>
internal sealed record TorchStorage(string Key, TorchElementType ElementType, long Count)
{
    public long Bytes => Count * ElementType.Size();

    public override string ToString() => $"storage '{Key}' ({Count} of {ElementType})";
}

/// <summary>
/// A tensor as a pickle describes it: a view of a storage, not read yet. The view was checked against the storage:
/// it lies within, and has no more elements than it.
/// </summary>
internal sealed class TorchTensor
{
    private const int GreatestRank = 16;

    private TorchTensor(TorchStorage storage, long offset, long[] shape, long[] stride, long count)
        => (Storage, Offset, Shape, Stride, Count) = (storage, offset, shape, stride, count);

    public TorchStorage Storage { get; }

    public long Offset { get; }

    public long[] Shape { get; }

    public long[] Stride { get; }

    public long Count { get; }

    public override string ToString() => $"a tensor [{string.Join(", ", Shape)}]";

    /// <summary>Checks a view; what is wrong with it comes back as text.</summary>
    public static (TorchTensor? Tensor, string? Fault) Create(TorchStorage storage, long offset, long[] shape, long[] stride)
    {
        if (shape.Length != stride.Length) return (null, $"a tensor of {shape.Length} axes has {stride.Length} strides");
        if (shape.Length > GreatestRank) return (null, $"a tensor of {shape.Length} axes; at most {GreatestRank} are understood");
        if (offset < 0 || shape.Any(long.IsNegative) || stride.Any(long.IsNegative)) return (null, "a tensor has a negative offset, size or stride");

        // Each factor is below 2^63, so neither overflows before it is compared.
        Int128 count = 1, last = offset;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            count = Int128.Min(count * shape[axis], long.MaxValue);
            last = Int128.Min(last + ((Int128)Math.Max(0, shape[axis] - 1) * stride[axis]), long.MaxValue);
        }

        if (shape.Contains(0)) return (new TorchTensor(storage, 0, shape, stride, 0), null);
        var view = $"the tensor [{string.Join(", ", shape)}] at {offset} with strides [{string.Join(", ", stride)}]";
        if (last >= storage.Count) return (null, $"{view} reaches past the end of {storage}");
        if (count > storage.Count) return (null, $"{view} repeats the elements of {storage}; save it as tensor.contiguous()");
        return (new TorchTensor(storage, offset, shape, stride, (long)count), null);
    }

    /// <summary>The elements without gaps, the last axis running fastest.</summary>
    /// <param name="storage">The storage's bytes, of which the result may be a part.</param>
    public ReadOnlyMemory<byte> Elements(ReadOnlyMemory<byte> storage)
    {
        if (Count == 0) return default;
        var size = Storage.ElementType.Size();
        if (IsContiguous) return storage.Slice((int)Offset * size, (int)Count * size);
        var source = storage.Span;
        var target = new byte[Count * size];
        var index = new long[Shape.Length];
        var position = Offset;
        for (var i = 0; i < target.Length; i += size)
        {
            source.Slice((int)position * size, size).CopyTo(target.AsSpan(i));

            // The next place, as an odometer turns.
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                position += Stride[axis];
                if (++index[axis] < Shape[axis]) break;
                position -= Stride[axis] * Shape[axis];
                index[axis] = 0;
            }
        }

        return target;
    }

    /// <summary>Whether the elements lie one after another, in order.</summary>
    public bool IsContiguous
    {
        get
        {
            if (Count == 0) return true;
            var expected = 1L;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
            {
                if (Shape[axis] != 1 && Stride[axis] != expected) return false;
                expected *= Shape[axis];
            }

            return true;
        }
    }
}
