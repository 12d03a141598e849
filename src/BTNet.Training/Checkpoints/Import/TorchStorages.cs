using System.Buffers.Binary;
using System.Runtime.InteropServices;
using BTNet.Evaluation.Pickles;

namespace BTNet.Training.Checkpoints.Import;

/// <summary>The storages of an archive, each read once and only when a tensor needs it, in the machine's byte order.</summary>
internal sealed class TorchStorages
{
    // Views with gaps are copied, and a pickle of a few bytes a view can ask for the same storage again and again.
    // Real files have next to none; four times the file is ample.
    private const int GreatestGrowth = 4;

    private readonly Dictionary<string, (TorchStorage Storage, byte[] Bytes)> _read = new(StringComparer.Ordinal);
    private readonly TorchZip _zip;
    private readonly string _file;
    private readonly bool _swap;
    private long _copied;

    public TorchStorages(TorchZip zip, string file)
    {
        (_zip, _file) = (zip, file);

        // Files from before PyTorch 2.1 do not say; nearly all were written by little-endian machines.
        var order = zip.Has("byteorder") ? zip.Read("byteorder").AsSpan() : "little"u8;
        if (!order.SequenceEqual("little"u8) && !order.SequenceEqual("big"u8)) throw new InputException($"{file}: the entry byteorder says neither 'little' nor 'big'");
        _swap = order.SequenceEqual("little"u8) != BitConverter.IsLittleEndian;
    }

    /// <summary>The elements of a tensor without gaps.</summary>
    /// <exception cref="InputException">The storage is missing, damaged, or of another length than the tensor needs.</exception>
    public ReadOnlyMemory<byte> Elements(TorchTensor tensor)
    {
        var storage = Storage(tensor.Storage);
        if (tensor.IsContiguous) return tensor.Elements(storage);
        _copied += tensor.Count * tensor.Storage.ElementType.Size();
        if (_copied > GreatestGrowth * _zip.Length)
            throw new InputException($"{_file}: its tensors take more than {GreatestGrowth} times the bytes of the file, because they are strided views of shared storages. Save each as tensor.contiguous().");
        return tensor.Elements(storage);
    }

    private byte[] Storage(TorchStorage storage)
    {
        if (_read.TryGetValue(storage.Key, out var known))
        {
            return known.Storage == storage
                ? known.Bytes
                : throw new InputException($"{_file}: {PickleText.Printable(storage.ToString())} is elsewhere in the file {PickleText.Printable(known.Storage.ToString())}: the file is damaged");
        }

        var bytes = _zip.Read($"data/{storage.Key}", storage.Bytes);
        if (_swap) Swap(bytes, storage.ElementType.Size());
        _read.Add(storage.Key, (storage, bytes));
        return bytes;
    }

    private static void Swap(byte[] bytes, int size)
    {
        switch (size)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, short>(bytes.AsSpan());
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, int>(bytes.AsSpan());
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(bytes.AsSpan());
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
