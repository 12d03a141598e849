using BTNet.Training.Backbones;
using BTNet.Training.Export.Onnx;
using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Export;

/// <summary>In what operators a network is written down.</summary>
internal enum GraphForm
{
    /// <summary>As the network has them, for any program that reads ONNX.</summary>
    Standard,

    /// <summary>PReLU as convolutions of single channels and ReLU. ONNX Runtime keeps maps in blocks of channels for convolutions, and what
    /// has no form for blocks, as PReLU, makes it take each map apart and put it together again.</summary>
    Blocked
}

/// <summary>Writes a network down as an ONNX graph, operator by operator: what folds is for the program that runs it to fold.</summary>
internal sealed class NetworkGraph(WeightFile weights, GraphForm form) : INetworkOperators<string>
{
    public const string Input = "pixels";
    public const string Output = "embedding";

    private readonly GraphProto _graph = new();
    private readonly HashSet<string> _initializers = [];

    /// <summary>The network of one resolution as a file.</summary>
    /// <param name="name">What the graph is called.</param>
    /// <param name="form">In what operators.</param>
    /// <param name="weights">Where its weights are.</param>
    /// <param name="side">Side of the faces.</param>
    /// <param name="embeddingSize">Numbers in an embedding.</param>
    /// <param name="network">Says what the network does to <c>[N, 3, r, r]</c> as trained, <c>(x / 255 - 0.5) / 0.5</c>.</param>
    /// <param name="opset">The version of the operators.</param>
    public static ModelProto Of(string name, GraphForm form, WeightFile weights, int side, int embeddingSize, Func<NetworkGraph, string, string> network, long opset = GraphParts.Opset)
    {
        var writer = new NetworkGraph(weights, form);
        var graph = writer._graph;
        graph.Name = name;
        graph.Input.Add(Value(Input, [null, 3, side, side]));
        graph.Output.Add(Value(Output, [null, embeddingSize]));
        // (x / 255 - 0.5) / 0.5 = x / 127.5 - 1
        var scaled = writer.Node("Mul", [Input, writer.Constant("pixel_scale", [], [1 / 127.5f])]);
        var result = network(writer, writer.Node("Add", [scaled, writer.Constant("pixel_shift", [], [-1])]));
        graph.Node.Single(node => node.Output[0] == result).Output[0] = Output;
        return Model(graph, opset);
    }

    /// <inheritdoc />
    public string Convolution(string input, Weight kernel, int stride, int padding, int groups)
    {
        var shape = kernel.Tensor.shape;
        return Node(
            "Conv", [input, Stored(kernel)],
            Ints("dilations", 1, 1), Int("group", groups), Ints("kernel_shape", shape[2], shape[3]), Ints("pads", padding, padding, padding, padding), Ints("strides", stride, stride));
    }

    /// <inheritdoc />
    public string Norm(string input, BatchNorm norm)
    {
        var (scale, shift, mean, variance) = norm.Tensors;
        return Node("BatchNormalization", [input, Stored(scale), Stored(shift), Stored(mean), Stored(variance)], new AttributeProto { Name = "epsilon", F = (float)BatchNorm.Epsilon, Type = AttributeProto.Types.AttributeType.Float });
    }

    /// <inheritdoc />
    public string Slope(string input, Weight slopes) => form == GraphForm.Standard ? Node("PRelu", [input, Stored(slopes)]) : BlockedSlope(input, slopes);

    /// <inheritdoc />
    public string Add(string left, string right) => Node("Add", [left, right]);

    /// <inheritdoc />
    public string Linear(string input, Weight matrix, Weight? bias)
    {
        var flat = Node("Flatten", [input], Int("axis", 1));
        return Node("Gemm", bias is null ? [flat, Stored(matrix)] : [flat, Stored(matrix), Stored(bias)], Int("transB", 1));
    }

    /// <summary>PReLU of slope a as q x + s relu(p x): for a up to 1, q = a, p = 1 - a, s = 1; beyond, where it is bent downwards, q = 1,
    /// p = 1 - a, s = -1. Where all slopes are up to 1, as nearly always, s falls away.</summary>
    private string BlockedSlope(string input, Weight slopes)
    {
        float[] a = WeightFile.Values(slopes);
        var bent = Node("Relu", [PerChannel(input, "p", [.. a.Select(slope => 1 - slope)])]);
        var straight = PerChannel(input, "q", [.. a.Select(slope => Math.Min(slope, 1))]);
        if (a.Any(slope => slope > 1)) bent = PerChannel(bent, "s", [.. a.Select(slope => slope > 1 ? -1f : 1f)]);
        return Node("Add", [straight, bent]);
    }

    /// <summary>Each channel by a factor of its own, as a convolution.</summary>
    private string PerChannel(string input, string name, float[] factors) => Node(
        "Conv", [input, Constant($"{name}_{_graph.Node.Count}", [factors.Length, 1, 1, 1], factors)], Int("group", factors.Length), Ints("kernel_shape", 1, 1));

    /// <summary>Adds an operator.</summary>
    /// <returns>The name of what it gives.</returns>
    internal string Node(string operation, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        // A name says what the node is and where it stands: profiles and faults of other programs quote it.
        var output = $"{operation}_{_graph.Node.Count}";
        _graph.Node.Add(new NodeProto { Name = output, OpType = operation, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    /// <summary>Adds an operator as another graph has it, with other names of its inputs and outputs.</summary>
    internal void Node(NodeProto node) => _graph.Node.Add(node);

    /// <summary>Whether a tensor of that name is there.</summary>
    internal bool Has(string name) => _initializers.Contains(name);

    /// <summary>Adds a tensor whose numbers are in the graph itself.</summary>
    internal string Constant(TensorProto tensor)
    {
        _initializers.Add(tensor.Name);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>The name of a weight that is in the file of weights.</summary>
    internal string Stored(Weight weight)
    {
        var (name, place) = weights[weight];
        if (!_initializers.Add(name)) return name;
        var bytes = sizeof(float) * place.Shape.Aggregate(1L, (product, side) => product * side);
        _graph.Initializer.Add(External(name, Float, place.Shape, WeightFile.Name, place.Offset, bytes));
        return name;
    }

    private string Constant(string name, IEnumerable<long> shape, ReadOnlySpan<float> values)
    {
        _graph.Initializer.Add(GraphParts.Constant(name, Float, shape, values));
        return name;
    }
}
