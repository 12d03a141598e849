namespace BTNet.Training.Data;

/// <summary>
/// The pictures of a step as bytes, ready to become tensors. Disposing of it hands its memory back to the loader, after
/// which the bytes must not be read; not disposing of it costs memory, nothing else.
/// </summary>
public sealed class FaceBatch : IDisposable
{
    private readonly Action<byte[], byte[]?>? _recycle;
    private byte[]? _full;
    private byte[]? _reduced;

    internal FaceBatch(PlannedBatch plan, int[] items, long[] labels, byte[] full, byte[]? reduced, int reducedSide, Action<byte[], byte[]?>? recycle)
    {
        (Step, Epoch, Items, Labels) = (plan.Step, plan.Epoch, items, labels);
        (_full, _reduced, ReducedSide, _recycle) = (full, reduced, reducedSide, recycle);
    }

    /// <summary>The step, from 0 and running on over the epochs.</summary>
    public long Step { get; }

    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; }

    /// <summary>How many pictures: the batch size, less those that are broken; 0 where all were.</summary>
    public int Count => Items.Length;

    /// <summary>The items, by their number in the source.</summary>
    public int[] Items { get; }

    /// <summary>Whose picture each is, by the source's label.</summary>
    public long[] Labels { get; }

    /// <summary>Which of its views each picture is, from 0; empty where there is no end of views.</summary>
    internal int[] Views { get; init; } = [];

    /// <summary>
    /// [Count, 3, 112, 112]: planes of red, green and blue, 0-255. For the trunk, reduced and enlarged again; for a branch,
    /// the picture that the teacher sees, which is left out, so that any bytes stand in its place, where the loader was told
    /// that the teacher knows it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The memory was handed back.</exception>
    public byte[] Full
    {
        get
        {
            ObjectDisposedException.ThrowIf(_full is null, this);
            return _full;
        }
    }

    /// <summary>[Count, 3, <see cref="ReducedSide"/>, <see cref="ReducedSide"/>]: the same pictures reduced, for the branch;
    /// null where the trunk is trained.</summary>
    /// <exception cref="ObjectDisposedException">The memory was handed back.</exception>
    public byte[]? Reduced
    {
        get
        {
            ObjectDisposedException.ThrowIf(_full is null, this);
            return _reduced;
        }
    }

    /// <summary>Width and height of the reduced pictures; 0 where there are none.</summary>
    public int ReducedSide { get; }

    /// <summary>Hands the memory back to the loader.</summary>
    public void Dispose()
    {
        if (_full is { } full) _recycle?.Invoke(full, _reduced);
        (_full, _reduced) = (null, null);
    }
}
