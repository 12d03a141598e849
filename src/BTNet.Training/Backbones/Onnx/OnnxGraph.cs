using BTNet.Training.Export.Onnx;
using Google.Protobuf;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>An ONNX file as it was read: nothing in it is understood yet.</summary>
/// <param name="Path">The file.</param>
/// <param name="Opset">The version of the standard operators.</param>
/// <param name="Proto">The graph.</param>
internal sealed record OnnxGraph(string Path, long Opset, GraphProto Proto)
{
    /// <summary>In version 6 and before, operators say in another way what they are broadcast over.</summary>
    public const long OldestOpset = 7;

    private const string Expected = "expected an ONNX file of a recogniser";

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read, is no ONNX file, or one of operators that are too old.</exception>
    public static OnnxGraph Read(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var model = ModelProto.Parser.ParseFrom(stream);
            if (model.Graph is not { Node.Count: > 0 } graph) throw new InputException($"{path} holds no graph; {Expected}");
            var opset = model.OpsetImport.FirstOrDefault(set => IsStandard(set.Domain))?.Version
                ?? throw new InputException($"{path} does not say which version of ONNX's operators it uses; {Expected}");
            if (opset < OldestOpset) throw new InputException($"{path} uses version {opset} of ONNX's operators, expected {OldestOpset} or later; convert it with onnx.version_converter");
            return new OnnxGraph(path, opset, graph);
        }
        catch (Exception fault) when (fault is InvalidProtocolBufferException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"{path} cannot be read ({fault.Message.TrimEnd('.')}); {Expected}", fault);
        }
    }

    /// <summary>The graph for faces of another side, some of whose layers step by one place at a time.</summary>
    /// <param name="input">The input's name.</param>
    /// <param name="side">Side of the faces.</param>
    /// <param name="slow">Those layers, by what they make.</param>
    public OnnxGraph AtSide(string input, int side, IReadOnlySet<string> slow)
    {
        var proto = Proto.Clone();
        var shape = proto.Input.Single(value => value.Name == input).Type.TensorType.Shape;
        foreach (var place in (int[])[2, 3]) shape.Dim[place] = new TensorShapeProto.Types.Dimension { DimValue = side };
        foreach (var strides in proto.Node.Where(node => node.Output.Any(slow.Contains)).SelectMany(node => node.Attribute.Where(attribute => attribute.Name == "strides")))
            for (var i = 0; i < strides.Ints.Count; i++) strides.Ints[i] = 1;

        return this with { Proto = proto };
    }

    /// <summary>Whether a domain is that of ONNX's own operators.</summary>
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";
}
