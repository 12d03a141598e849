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

    /// <summary>Whether a domain is that of ONNX's own operators.</summary>
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";
}
