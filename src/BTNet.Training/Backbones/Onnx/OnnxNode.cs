using BTNet.Training.Export.Onnx;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What a node does.</summary>
internal delegate Tensor[] Operation(NodeCall call);

/// <summary>A node that computes on maps. Those that only compute on shapes and constants are gone: their results are constants.</summary>
internal sealed class OnnxNode
{
    /// <summary>Its place among the nodes of the network, in order.</summary>
    public required int Index { get; init; }

    /// <summary>As ONNX has it; an input is a map or one of <see cref="Constants"/>, and a shape that depended on the number of faces is a constant with
    /// -1. Empty names stand for inputs that are left out.</summary>
    public required NodeProto Proto { get; init; }

    /// <summary>What it computes with, by the names of its inputs: float32 or int64.</summary>
    public IReadOnlyDictionary<string, Tensor> Constants => Inputs.Where(input => input.Constant is not null).DistinctBy(input => input.Name).ToDictionary(input => input.Name, input => input.Constant!.Value);

    /// <summary>The shapes of its outputs for one face, first side included.</summary>
    public required long[][] Shapes { get; init; }

    /// <summary>Of convolutions and matrix products, for one face.</summary>
    public required long MultiplyAccumulates { get; init; }

    public required NodeAttributes Attributes { get; init; }

    public required Operation Run { get; init; }

    public required NodeInput[] Inputs { get; init; }

    public IReadOnlyList<string> Outputs => Proto.Output;

    public string Type => Proto.OpType;

    /// <summary>Whether it is a layer with weights, as depth counts them.</summary>
    public bool IsLayer => MultiplyAccumulates > 0;

    /// <summary>Its inputs that are maps.</summary>
    public IEnumerable<string> Maps => Inputs.Where(input => input is { IsGiven: true, Constant: null }).Select(input => input.Name);
}

/// <summary>An input of a node: a map, or a constant.</summary>
/// <param name="Name">The value's name; empty where it is left out.</param>
/// <param name="Constant">The constant; null for a map.</param>
internal readonly record struct NodeInput(string Name, Constant? Constant)
{
    public bool IsGiven => Name.Length > 0;
}
