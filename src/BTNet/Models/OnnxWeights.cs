using System.Text;

namespace BTNet.Models;

/// <summary>
/// What an ONNX file says of its weights, read over its Protocol Buffers without the weights themselves. Field numbers are those of the ONNX
/// specification.
/// </summary>
internal sealed class OnnxWeights
{
    /// <summary>Graphs lie within graphs; deeper is no network, and would not fit a thread's stack.</summary>
    private const int Deepest = 100;

    private const int LongestText = 4096;

    /// <summary>Values of TensorProto's <c>data_location</c> and <c>data_type</c>.</summary>
    private const ulong External = 1, Float = 1, Half = 10, Double = 11, BrainHalf = 16;

    /// <summary>Where in a message other messages lie that lead to tensors.</summary>
    private static readonly Dictionary<(Part Part, int Field), Part> Within = new()
    {
        [(Part.Model, 7)] = Part.Graph, [(Part.Model, 20)] = Part.Training, [(Part.Model, 25)] = Part.Function,
        [(Part.Training, 1)] = Part.Graph, [(Part.Training, 2)] = Part.Graph,
        [(Part.Function, 7)] = Part.Node, [(Part.Function, 11)] = Part.Attribute,
        [(Part.Graph, 1)] = Part.Node, [(Part.Graph, 5)] = Part.Tensor, [(Part.Graph, 15)] = Part.Sparse,
        [(Part.Node, 5)] = Part.Attribute,
        [(Part.Attribute, 5)] = Part.Tensor, [(Part.Attribute, 6)] = Part.Graph, [(Part.Attribute, 10)] = Part.Tensor,
        [(Part.Attribute, 11)] = Part.Graph, [(Part.Attribute, 22)] = Part.Sparse, [(Part.Attribute, 23)] = Part.Sparse,
        [(Part.Sparse, 1)] = Part.Tensor, [(Part.Sparse, 2)] = Part.Tensor
    };

    private readonly Stream _stream;
    private readonly SortedSet<string> _locations = new(StringComparer.Ordinal);

    private OnnxWeights(Stream stream) => _stream = stream;

    private enum Part { Model, Graph, Node, Attribute, Tensor, Sparse, Training, Function }

    /// <summary>Files that tensors lie in, as the graph names them: paths from its folder.</summary>
    public IReadOnlyCollection<string> Locations => _locations;

    /// <summary>Floating-point numbers of all tensors.</summary>
    public long Parameters { get; private set; }

    /// <exception cref="InputException">The file cannot be read, or is no ONNX file.</exception>
    public static OnnxWeights Read(string path)
    {
        SpecialFile.Refuse(path, "an ONNX file");
        try
        {
            using var stream = File.OpenRead(path);
            return Read(stream);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException($"{path} cannot be read as an ONNX file ({fault.Message.TrimEnd('.')}); expected a network that was exported as ONNX", fault);
        }
    }

    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    public static OnnxWeights Read(Stream stream)
    {
        var weights = new OnnxWeights(stream);
        weights.Messages(Part.Model, stream.Length, 0);
        return weights;
    }

    private void Messages(Part part, long end, int depth)
    {
        if (depth > Deepest) throw new InvalidDataException($"its graphs lie more than {Deepest} deep within each other");
        if (part == Part.Tensor)
        {
            Tensor(end);
            return;
        }

        while (Field(end) is var (field, wire))
        {
            if (wire == Wire.Bytes && Within.TryGetValue((part, field), out var inner)) Messages(inner, Length(end), depth + 1);
            else Skip(wire, end);
        }
    }

    private void Tensor(long end)
    {
        var (numbers, type, isExternal) = (1L, 0UL, false);
        List<string> locations = [];
        while (Field(end) is var (field, wire))
        {
            switch (field, wire)
            {
                case (1, Wire.Number):
                    Side(Number(end));
                    break;
                case (1, Wire.Bytes):
                    for (var last = Length(end); _stream.Position < last;) Side(Number(last));
                    break;
                case (2, Wire.Number):
                    type = Number(end);
                    break;
                case (13, Wire.Bytes):
                    if (Entry(Length(end)) is ("location", var location)) locations.Add(location);
                    break;
                case (14, Wire.Number):
                    isExternal = Number(end) == External;
                    break;
                default:
                    Skip(wire, end);
                    break;
            }
        }

        if (isExternal && locations.Count == 0) throw new InvalidDataException("a tensor lies in another file and does not say which");
        if (isExternal) _locations.UnionWith(locations);
        if (type is Float or Half or Double or BrainHalf) Parameters = Sum(Parameters, numbers);

        // What a damaged file claims may be of any size.
        void Side(ulong side)
        {
            if (side > long.MaxValue || (side > 0 && numbers > long.MaxValue / (long)side)) throw new InvalidDataException("a tensor is larger than any file");
            numbers *= (long)side;
        }
    }

    private static long Sum(long one, long other) => one > long.MaxValue - other ? throw new InvalidDataException("its tensors are larger than any file") : one + other;

    private (string Key, string Value) Entry(long end)
    {
        var (key, value) = ("", "");
        while (Field(end) is var (field, wire))
        {
            if (wire != Wire.Bytes) Skip(wire, end);
            else if (field == 1) key = Text(Length(end));
            else if (field == 2) value = Text(Length(end));
            else Skip(wire, end);
        }

        return (key, value);
    }

    /// <summary>The next field of a message; null at its end.</summary>
    private (int Field, Wire Wire)? Field(long end)
    {
        if (_stream.Position >= end) return null;
        var tag = Number(end);
        if (tag >> 3 is 0 or > int.MaxValue) throw new InvalidDataException($"there is no field at byte {_stream.Position}");
        return ((int)(tag >> 3), (Wire)(tag & 7));
    }

    private void Skip(Wire wire, long end)
    {
        switch (wire)
        {
            case Wire.Number:
                Number(end);
                break;
            case Wire.EightBytes:
                Seek(sizeof(long), end);
                break;
            case Wire.Bytes:
                _stream.Position = Length(end);
                break;
            case Wire.FourBytes:
                Seek(sizeof(int), end);
                break;
            default:
                throw new InvalidDataException($"there is no field at byte {_stream.Position}");
        }
    }

    private void Seek(int bytes, long end) => _stream.Position = end - _stream.Position < bytes ? throw CutOff() : _stream.Position + bytes;

    /// <summary>Where what follows ends.</summary>
    private long Length(long end)
    {
        var length = Number(end);
        return length <= (ulong)(end - _stream.Position) ? _stream.Position + (long)length : throw CutOff();
    }

    private ulong Number(long end)
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = _stream.Position < end ? _stream.ReadByte() : -1;
            if (next < 0) throw CutOff();
            number |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return number;
        }

        throw new InvalidDataException($"there is no number at byte {_stream.Position}");
    }

    private string Text(long end)
    {
        if (end - _stream.Position > LongestText) throw new InvalidDataException($"what it says of a tensor's place is longer than {LongestText} bytes");
        var bytes = new byte[end - _stream.Position];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static InvalidDataException CutOff() => new("it is cut off");

    private enum Wire { Number = 0, EightBytes = 1, Bytes = 2, FourBytes = 5 }
}
