using System.Runtime.InteropServices;
using BTNet.Training.Export.Onnx;
using Google.Protobuf;

namespace BTNet.Training.Export;

/// <summary>The small parts of an ONNX graph.</summary>
internal static class GraphParts
{
    /// <summary>ONNX's number for 32-bit floats.</summary>
    public const int Float = 1;

    /// <summary>ONNX's number for bytes.</summary>
    public const int UnsignedByte = 2;

    /// <summary>ONNX's number for signed bytes.</summary>
    public const int SignedByte = 3;

    /// <summary>ONNX's number for signed integers of 32 bits.</summary>
    public const int Integer = 6;

    /// <summary>ONNX's number for signed integers of 64 bits.</summary>
    public const int LongInteger = 7;

    /// <summary>The version of the operators that our graphs are written in.</summary>
    public const long Opset = 17;

    /// <summary>A model of one graph.</summary>
    public static ModelProto Model(GraphProto graph, long opset = Opset) => new()
    {
        IrVersion = 8, ProducerName = "BTNet for .NET", ProducerVersion = typeof(GraphParts).Assembly.GetName().Version!.ToString(3), Graph = graph,
        OpsetImport = { new OperatorSetIdProto { Version = opset } }
    };

    public static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    public static AttributeProto Ints(string name, params IEnumerable<long> values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    /// <summary>A tensor of floats as it goes in or comes out; null stands for the number of faces.</summary>
    public static ValueInfoProto Value(string name, IEnumerable<int?> sides) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = Float,
                Shape = new TensorShapeProto { Dim = { sides.Select(side => side is { } fixedSide ? new TensorShapeProto.Types.Dimension { DimValue = fixedSide } : new TensorShapeProto.Types.Dimension { DimParam = "N" }) } }
            }
        }
    };

    /// <summary>A tensor whose numbers are in the graph itself.</summary>
    public static TensorProto Constant<T>(string name, int type, IEnumerable<long> shape, ReadOnlySpan<T> values)
        where T : unmanaged => new() { Name = name, DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };

    /// <summary>A tensor whose numbers are in another file.</summary>
    public static TensorProto External(string name, int type, IEnumerable<long> shape, string file, long offset, long bytes) => new()
    {
        Name = name, DataType = type, Dims = { shape }, DataLocation = TensorProto.Types.DataLocation.External,
        ExternalData = { Entry("location", file), Entry("offset", $"{offset}"), Entry("length", $"{bytes}") }
    };

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
