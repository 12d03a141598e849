using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>A map in channels-last layout as a matrix of rows and channels in memory. Holds a tensor handle of its own.</summary>
internal readonly unsafe ref struct ChannelMap : IDisposable
{
    private readonly Tensor _rows;

    private ChannelMap(Tensor rows)
    {
        _rows = rows;
        Channels = (int)rows.shape[^1];
        Rows = rows.NumberOfElements / Channels;
        // The bytes of one image: TorchSharp's span of a whole tensor ends at 2 GB. The memory is libtorch's and stays where it is.
        using var first = rows.narrow(0, 0, 1);
        Pointer = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>The first number.</summary>
    public float* Pointer { get; }

    /// <summary>Places of all images.</summary>
    public long Rows { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <summary>Whether a tensor can be seen so: <c>[N, C, H, W]</c> in channels-last layout, float32, in this process's memory.</summary>
    public static bool Fits(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.device_type != TorchSharp.DeviceType.CPU || tensor.dim() != 4) return false;
        var (shape, stride) = (tensor.shape, tensor.stride());
        return stride[1] == 1 && stride[3] == shape[1] && stride[2] == shape[1] * shape[3] && stride[0] == shape[1] * shape[3] * shape[2];
    }

    /// <summary>A tensor for which <see cref="Fits"/> holds.</summary>
    public static ChannelMap Of(Tensor tensor) => new(tensor.permute(0, 2, 3, 1));

    /// <summary>The tensor, or a copy of it in channels-last layout.</summary>
    public static Tensor Contiguous(Tensor tensor)
    {
        using var rows = tensor.permute(0, 2, 3, 1);
        using var dense = rows.contiguous();
        return dense.permute(0, 3, 1, 2);
    }

    /// <summary>A tensor of the same shape and layout, not yet filled.</summary>
    public static Tensor EmptyLike(Tensor tensor)
    {
        var shape = tensor.shape;
        using var rows = empty(shape[0], shape[2], shape[3], shape[1]);
        return rows.permute(0, 3, 1, 2);
    }

    public void Dispose() => _rows.Dispose();
}
