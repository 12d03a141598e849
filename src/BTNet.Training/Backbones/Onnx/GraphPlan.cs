using BTNet.Training.Export.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>A graph as it is run for any number of faces: the nodes that compute on maps, and the constants they do it with.</summary>
internal sealed class GraphPlan : IDisposable
{
    private readonly HashSet<Constant> _constants = [];

    private GraphPlan(GraphInterface ends) => Ends = ends;

    public GraphInterface Ends { get; }

    /// <summary>In order: each behind those whose results it reads.</summary>
    public IReadOnlyList<OnnxNode> Nodes { get; private set; } = [];

    public int EmbeddingSize { get; private set; }

    /// <summary>Understands a graph.</summary>
    /// <exception cref="InputException">It is no recogniser's, or has nodes that are not known.</exception>
    public static GraphPlan Of(OnnxGraph graph, int side)
    {
        var ends = GraphInterface.Of(graph, side);
        CheckOperators(graph);
        var nodes = Needed(graph, ends);
        using var mode = inference_mode(false);
        using var gradients = no_grad();
        using var one = new GraphTrace(graph, ends, nodes, 1);
        using var two = new GraphTrace(graph, ends, nodes, 2, one);
        var plan = new GraphPlan(ends);
        try
        {
            plan.Fill(graph, nodes, one, two);
            return plan;
        }
        catch
        {
            plan.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var constant in _constants) constant.Dispose();
    }

    private static void CheckOperators(OnnxGraph graph)
    {
        List<NodeProto> unknown = [.. graph.Proto.Node.Where(node => !Operators.Knows(node.OpType, node.Domain))];
        if (unknown.Count == 0) return;
        List<string> faults = [.. unknown.GroupBy(node => OnnxGraph.IsStandard(node.Domain) ? node.OpType : $"{node.Domain}.{node.OpType}").OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"the operator {group.Key} is not known ({GraphTrace.NameOf(group.First())}{(group.Count() > 1 ? $" and {group.Count() - 1} more" : "")})")];
        if (unknown.Any(node => Operators.IsOfTransformers(node.OpType))) faults.Add("this looks like a transformer, which has no maps that shrink, and so none for a branch to join; expected a convolutional network");
        throw new InputException(graph.Path, faults);
    }

    /// <summary>The nodes that the output depends on.</summary>
    private static List<NodeProto> Needed(OnnxGraph graph, GraphInterface ends)
    {
        var makers = new Dictionary<string, NodeProto>();
        foreach (var node in graph.Proto.Node)
        {
            foreach (var name in node.Output.Where(name => name.Length > 0))
            {
                if (name == ends.Input || !makers.TryAdd(name, node)) throw GraphInterface.Refused(graph, $"makes '{name}' twice");
            }
        }

        var needed = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        var open = new Stack<string>([ends.Output]);
        while (open.TryPop(out var name))
        {
            if (!makers.TryGetValue(name, out var node) || !needed.Add(node)) continue;
            foreach (var input in node.Input) open.Push(input);
        }

        return [.. graph.Proto.Node.Where(needed.Contains)];
    }

    private void Fill(OnnxGraph graph, List<NodeProto> protos, GraphTrace one, GraphTrace two)
    {
        if (!one.IsMap(Ends.Output) || one[Ends.Output].Map is not { } output) throw GraphInterface.Refused(graph, $"makes its output '{Ends.Output}' of no input");
        if (output.dim() != 2 || two[Ends.Output].Map!.shape[0] != 2 || output.shape[0] != 1)
            throw GraphInterface.Refused(graph, $"gives '{Ends.Output}' of [{string.Join(", ", two[Ends.Output].Map!.shape)}] for 2 faces");
        EmbeddingSize = (int)output.shape[1];
        var used = new List<(NodeProto Proto, NodeInput[] Inputs)>();
        var read = new HashSet<string> { Ends.Output };
        // From the end, so that what only made shapes is left out.
        foreach (var proto in Enumerable.Reverse(protos))
        {
            if (!proto.Output.Any(name => read.Contains(name)) || proto.Output.All(name => name.Length == 0 || !one.IsMap(name))) continue;
            var node = Settled(graph, proto, one, two);
            used.Add(node);
            foreach (var input in node.Inputs.Where(input => input is { IsGiven: true, Constant: null })) read.Add(input.Name);
        }

        used.Reverse();
        Nodes = [.. used.Select((node, index) => Node(graph, node.Proto, node.Inputs, index, one))];
    }

    /// <summary>The node with inputs that do not depend on the number of faces.</summary>
    private (NodeProto Proto, NodeInput[] Inputs) Settled(OnnxGraph graph, NodeProto proto, GraphTrace one, GraphTrace two)
    {
        // A cast or dropout of a map does nothing here, and would not fit constants that are float32 now.
        if (proto.OpType is "Cast" or "Dropout") proto = new NodeProto { OpType = "Identity", Name = proto.Name, Input = { proto.Input[0] }, Output = { proto.Output[0] } };
        var inputs = one.Inputs(proto);
        for (var i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Constant is not { } constant) continue;
            var name = inputs[i].Name;
            var isSettled = !two.ForOneFace.Contains(proto.Output[0]) && (!one[name].Varies || one[name].Constant!.Numbers.SequenceEqual(two[name].Constant!.Numbers));
            if (isSettled)
            {
                one.Keep(name);
                _constants.Add(constant);
                continue;
            }

            if (proto.OpType is not ("Reshape" or "Expand") || i != 1) throw new InputException($"{graph.Path}: {GraphTrace.NameOf(proto)} depends on the number of faces by '{name}', which only shapes may");
            var (single, pair) = (one[proto.Output[0]].Map!.shape, two[proto.Output[0]].Map!.shape);
            if (single.Zip(pair).Count(sides => sides.First != sides.Second) != 1) throw new InputException($"{graph.Path}: {GraphTrace.NameOf(proto)} makes {string.Join('x', single)} of one face and {string.Join('x', pair)} of two");
            long[] sidesOfAny = [.. single.Zip(pair, (first, second) => first == second ? first : proto.OpType == "Reshape" ? -1 : 1)];
            var settled = new Constant(Constant.Made(() => tensor(sidesOfAny, ScalarType.Int64)));
            _constants.Add(settled);
            proto = proto.Clone();
            proto.Input[1] = $"{proto.Output[0]}_sides";
            inputs[1] = new NodeInput(proto.Input[1], settled);
        }

        return (proto, inputs);
    }

    private static OnnxNode Node(OnnxGraph graph, NodeProto proto, NodeInput[] inputs, int index, GraphTrace one)
    {
        long[][] shapes = [.. proto.Output.Select(name => one.IsMap(name) ? one[name].Map!.shape : [])];
        var attributes = new NodeAttributes(proto, graph.Opset, new TensorValues(graph.Path));
        return new OnnxNode
        {
            Index = index, Proto = proto, Inputs = inputs, Shapes = shapes, MultiplyAccumulates = Products(proto, inputs, shapes[0], one),
            Attributes = attributes, Run = Operators.Of(proto.OpType, attributes, proto.Output.Count)
        };
    }

    private static long Products(NodeProto proto, NodeInput[] inputs, long[] output, GraphTrace one)
    {
        long[] Shape(int input) => inputs[input].Constant?.Value.shape ?? one[inputs[input].Name].Map!.shape;
        var count = Shapes.Count(output);
        return proto.OpType switch
        {
            "Conv" => count * Shapes.Count(Shape(1)[1..]),
            "Gemm" => count * (Shapes.Count(Shape(1)) / output[1]),
            "MatMul" => count * Shape(0)[^1],
            _ => 0
        };
    }
}
