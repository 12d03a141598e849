using BTNet.Training.Export.Onnx;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What goes into a recogniser's graph and what comes out.</summary>
/// <param name="Input">The input's name.</param>
/// <param name="Output">The output's name.</param>
/// <param name="Side">Side of the faces.</param>
/// <param name="IsSideAssumed">Whether the graph takes any side.</param>
/// <param name="IsForOneFace">Whether the graph was written for a single face at a time.</param>
internal sealed record GraphInterface(string Input, string Output, int Side, bool IsSideAssumed, bool IsForOneFace)
{
    private const int Channels = 3;
    private const int LargestSide = 1024;
    private const string Recogniser = "expected a recogniser: one input [N, 3, side, side], one output [N, D]";

    /// <summary>Looks at a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="side">The side to assume where the graph takes any.</param>
    /// <exception cref="InputException">It is no recogniser's.</exception>
    public static GraphInterface Of(OnnxGraph graph, int side)
    {
        var weights = graph.Proto.Initializer.Select(tensor => tensor.Name).ToHashSet();
        List<ValueInfoProto> inputs = [.. graph.Proto.Input.Where(value => !weights.Contains(value.Name))];
        if (inputs is not [var input]) throw Refused(graph, $"has {inputs.Count} inputs");
        if (graph.Proto.Output is not [var output]) throw Refused(graph, $"has {graph.Proto.Output.Count} outputs ({string.Join(", ", graph.Proto.Output.Select(value => value.Name).Take(12))}), as detectors do");
        if (input.Type?.TensorType is not { Shape: { } shape } type) throw Refused(graph, $"does not say the shape of its input '{input.Name}'");
        if (type.ElemType is not (1 or 10 or 11 or 16)) throw Refused(graph, $"takes numbers of kind {type.ElemType}, not floats, as its input '{input.Name}'");
        var sides = shape.Dim;
        if (sides.Count != 4 || Known(sides[1]) != Channels) throw Refused(graph, $"takes '{input.Name}' of [{string.Join(", ", sides.Select(Text))}]");
        var (height, width) = (Known(sides[2]), Known(sides[3]));
        if (height is { } h && width is { } w && h != w) throw Refused(graph, $"takes faces of {w} x {h} pixels, not square ones");
        var said = height ?? width;
        if ((said ?? side) is < 1 or > LargestSide) throw Refused(graph, $"takes faces of {said ?? side} pixels, more or fewer than 1 to {LargestSide}");
        if (said is { } fixedSide) return new GraphInterface(input.Name, output.Name, (int)fixedSide, IsSideAssumed: false, Known(sides[0]) == 1);
        return new GraphInterface(input.Name, output.Name, side, IsSideAssumed: true, Known(sides[0]) == 1);
    }

    public static InputException Refused(OnnxGraph graph, string reason) => new($"{graph.Path} {reason}; {Recogniser}");

    private static long? Known(TensorShapeProto.Types.Dimension side) => side.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && side.DimValue > 0 ? side.DimValue : null;

    private static string Text(TensorShapeProto.Types.Dimension side) => Known(side) is { } known ? $"{known}" : side.DimParam.Length > 0 ? side.DimParam : "?";
}
