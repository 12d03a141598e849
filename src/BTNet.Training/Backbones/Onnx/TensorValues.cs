using System.Globalization;
using System.Runtime.InteropServices;
using BTNet.Training.Export.Onnx;
using Google.Protobuf.Collections;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>Tensors of an ONNX file as torch's: floats of any precision as float32, integers and booleans as int64.</summary>
/// <param name="path">The file; what it keeps in other files lies beside it.</param>
internal sealed class TensorValues(string path)
{
    private const int Brain = 16, Half = 10, Bytes = 2, SignedBytes = 3, Shorts = 5, UnsignedShorts = 4, Int32 = 6, Int64 = 7, Boolean = 9, Single = 1, Double = 11, UInt32 = 12, UInt64 = 13;

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(path))!;

    /// <summary>A tensor on the CPU; the caller disposes it.</summary>
    /// <exception cref="InputException">There are fewer or more numbers than its shape says, they are of a kind that no network computes with, or
    /// the file that they are in is missing.</exception>
    public Tensor Read(TensorProto proto)
    {
        var count = Count(proto);
        return proto.DataType switch
        {
            Single => Floats(proto, Numbers(proto, count, proto.FloatData)),
            Double => Floats(proto, Array.ConvertAll(Numbers(proto, count, proto.DoubleData), value => (float)value)),
            Half => Floats(proto, Array.ConvertAll(Bits(proto, count), bits => (float)BitConverter.UInt16BitsToHalf(bits))),
            Brain => Floats(proto, Array.ConvertAll(Bits(proto, count), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))),
            Int64 => Integers(proto, Numbers(proto, count, proto.Int64Data)),
            UInt64 => Integers(proto, Array.ConvertAll(Numbers(proto, count, proto.Uint64Data), value => (long)value)),
            UInt32 => Integers(proto, Narrow<uint>(proto, count, [.. proto.Uint64Data.Select(value => (long)value)], value => value)),
            Int32 => Integers(proto, Narrow<int>(proto, count, Wide(proto), value => value)),
            Shorts => Integers(proto, Narrow<short>(proto, count, Wide(proto), value => value)),
            UnsignedShorts => Integers(proto, Narrow<ushort>(proto, count, Wide(proto), value => value)),
            Bytes or Boolean => Integers(proto, Narrow<byte>(proto, count, Wide(proto), value => value)),
            SignedBytes => Integers(proto, Narrow<sbyte>(proto, count, Wide(proto), value => value)),
            _ => throw new InputException($"{path} has '{proto.Name}' in numbers of kind {proto.DataType}, expected floats or integers")
        };
    }

    private static Tensor Floats(TensorProto proto, float[] values) => tensor(values, [.. proto.Dims], ScalarType.Float32);

    private static Tensor Integers(TensorProto proto, long[] values) => tensor(values, [.. proto.Dims], ScalarType.Int64);

    private static long[] Wide(TensorProto proto) => [.. proto.Int32Data.Select(value => (long)value)];

    private long Count(TensorProto proto)
    {
        var count = 1L;
        foreach (var side in proto.Dims)
        {
            if (side < 0 || (side > 0 && count > int.MaxValue / side)) throw new InputException($"{path} has '{proto.Name}' of {string.Join('x', proto.Dims)} numbers, expected sides of 0 or more and fewer than {int.MaxValue} numbers");
            count *= side;
        }

        return count;
    }

    private ushort[] Bits(TensorProto proto, long count) => IsRaw(proto)
        ? Raw<ushort>(proto, count)
        : Listed(proto, count, (ushort[])[.. proto.Int32Data.Select(value => (ushort)value)]);

    private long[] Narrow<T>(TensorProto proto, long count, long[] listed, Converter<T, long> widen)
        where T : unmanaged => IsRaw(proto) ? Array.ConvertAll(Raw<T>(proto, count), widen) : Listed(proto, count, listed);

    private T[] Numbers<T>(TensorProto proto, long count, RepeatedField<T> listed)
        where T : unmanaged => IsRaw(proto) ? Raw<T>(proto, count) : Listed(proto, count, (T[])[.. listed]);

    private static bool IsRaw(TensorProto proto) => IsExternal(proto) || proto.RawData.Length > 0;

    private static bool IsExternal(TensorProto proto) => proto.DataLocation == TensorProto.Types.DataLocation.External;

    private T[] Listed<T>(TensorProto proto, long count, T[] listed) => listed.Length == count
        ? listed
        : throw new InputException($"{path} has {listed.Length} numbers of '{proto.Name}', expected {count} for {string.Join('x', proto.Dims)}");

    private unsafe T[] Raw<T>(TensorProto proto, long count)
        where T : unmanaged
    {
        var length = count * sizeof(T);
        if (IsExternal(proto)) return External<T>(proto, count, length);
        if (proto.RawData.Length != length) throw new InputException($"{path} has {proto.RawData.Length} bytes of '{proto.Name}', expected {length} for {string.Join('x', proto.Dims)}");
        var values = new T[count];
        proto.RawData.Span.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private T[] External<T>(TensorProto proto, long count, long length)
        where T : unmanaged
    {
        var location = Entry(proto, "location") ?? throw new InputException($"{path} does not say in which file '{proto.Name}' is");
        // Only files beside the graph: a file from elsewhere must not make us read what its maker names.
        var file = Path.GetFullPath(Path.Combine(_folder, location));
        if (!file.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw new InputException($"{path} has '{proto.Name}' in '{location}', expected a file beside it");
        if (!File.Exists(file)) throw new InputException($"{path} keeps its weights in '{location}', and there is no {file}; put it beside the graph");
        var offset = Number(proto, "offset", 0);
        var said = Number(proto, "length", length);
        using var stream = File.OpenRead(file);
        if (said != length || offset > stream.Length - length) throw new InputException($"{path} has {said} bytes of '{proto.Name}' from {offset} in {file} of {stream.Length}, expected {length} that are there");
        var values = new T[count];
        stream.Position = offset;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private long Number(TensorProto proto, string key, long otherwise) => Entry(proto, key) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InputException($"{path} has '{proto.Name}' at the {key} '{text}', expected a number");

    private static string? Entry(TensorProto proto, string key) => proto.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;
}
