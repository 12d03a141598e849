using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>Maps in channels-last layout: the channels of a place side by side.</summary>
internal static class ChannelMap
{
    /// <summary>Whether the fused passes can work on a tensor: <c>[N, C, H, W]</c> in channels-last layout, float32 or
    /// bfloat16, in this process's memory.</summary>
    public static bool Fits(Tensor tensor)
    {
        if (tensor.dtype is not (ScalarType.Float32 or ScalarType.BFloat16) || tensor.device_type != DeviceType.CPU || tensor.dim() != 4) return false;
        var (shape, stride) = (tensor.shape, tensor.stride());
        return stride[1] == 1 && stride[3] == shape[1] && stride[2] == shape[1] * shape[3] && stride[0] == shape[1] * shape[3] * shape[2];
    }

    /// <summary>Whether another map lies as this one does.</summary>
    public static bool FitsBeside(this Tensor other, Tensor map) => other.dtype == map.dtype && Fits(other);

    /// <summary>The tensor, or a copy of it in channels-last layout.</summary>
    public static Tensor Contiguous(Tensor tensor)
    {
        using var rows = tensor.permute(0, 2, 3, 1);
        using var dense = rows.contiguous();
        return dense.permute(0, 3, 1, 2);
    }

    /// <summary>A tensor of the same shape, kind and layout, not yet filled.</summary>
    public static Tensor EmptyLike(Tensor tensor)
    {
        var shape = tensor.shape;
        using var rows = empty(shape[0], shape[2], shape[3], shape[1], dtype: tensor.dtype);
        return rows.permute(0, 3, 1, 2);
    }
}

/// <summary>A map as a matrix in memory: a row for each place of each image, a column for each channel. Holds a tensor
/// handle of its own.</summary>
/// <typeparam name="T">How its numbers are stored.</typeparam>
internal readonly unsafe ref struct ChannelMap<T> : IDisposable
    where T : unmanaged, IMapNumber<T>
{
    private readonly Tensor _rows;

    /// <param name="map">A tensor for which <see cref="ChannelMap.Fits"/> holds.</param>
    public ChannelMap(Tensor map)
    {
        _rows = map.permute(0, 2, 3, 1);
        Channels = (int)_rows.shape[^1];
        Rows = _rows.NumberOfElements / Channels;
        // The bytes of one image: TorchSharp's span of a whole tensor ends at 2 GB. The memory is libtorch's and stays where it is.
        using var first = _rows.narrow(0, 0, 1);
        Start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>The address of the first number.</summary>
    public nint Start { get; }

    /// <summary>Places of all images.</summary>
    public long Rows { get; }

    /// <summary>Channels.</summary>
    public int Channels { get; }

    /// <inheritdoc />
    public void Dispose() => _rows.Dispose();
}
