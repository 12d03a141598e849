namespace BTNet.Evaluation.Pickles;

/// <summary>A numpy array of plain numbers.</summary>
public sealed class NumpyArray : IPickleState
{
    private const int GreatestRank = 32; // numpy's own bound (64 since 2.0, which nobody uses)

    internal NumpyArray()
    {
    }

    /// <summary>Type of the elements.</summary>
    public NumpyType Type { get; private set; } = NumpyType.UnsignedByte;

    /// <summary>Elements along each axis.</summary>
    public IReadOnlyList<long> Shape { get; private set; } = [0];

    /// <summary>The elements one after another, in the order of memory.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>Number of elements.</summary>
    public int Count => Data.Length / Type.Size;

    /// <summary>Element by its place in memory; that of the index where there is one axis.</summary>
    /// <returns>A <see cref="bool"/>, <see cref="long"/> or <see cref="double"/>.</returns>
    public object this[int index] => Type.Read(Data.Span[(index * Type.Size)..]);

    /// <summary>In words: <c>an array [600] of numpy type b1</c>.</summary>
    public override string ToString() => $"an array [{string.Join(", ", Shape)}] of {Type}";

    /// <summary>Reads the state (version, shape, type, order, bytes).</summary>
    void IPickleState.SetState(PickleCall call)
    {
        if (call.Argument<PickleTuple>(0, "the state of an array").Items is not [long, PickleTuple shape, NumpyType type, bool, PickleBytes data])
            throw call.Fault("the state of a numpy array is not (version, shape, type, order, bytes); only arrays of plain numbers are understood");
        Fill(call, shape, type, data);
    }

    internal void Fill(PickleCall call, PickleTuple shape, NumpyType type, PickleBytes data)
    {
        if (shape.Items.Count > GreatestRank) throw call.Fault($"an array of {shape.Items.Count} axes; at most {GreatestRank} are understood");
        var sizes = new long[shape.Items.Count];
        Int128 needed = type.Size;
        for (var axis = 0; axis < sizes.Length; axis++)
        {
            sizes[axis] = shape.Items[axis] is long size and >= 0 and <= int.MaxValue ? size : throw call.Fault($"axis {axis} of an array is {PickleText.Describe(shape.Items[axis])}");
            // Kept small, so that no product of many axes overflows.
            needed = Int128.Min(needed * sizes[axis], long.MaxValue);
        }

        (Shape, Type, Data) = (sizes, type, data.Content);
        if (needed != data.Content.Length) throw call.Fault($"{this} needs {needed} bytes, but {data.Content.Length} are there");
    }
}
