using System.Runtime.InteropServices;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;
using Google.Protobuf;
using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Tests.Backbones.Onnx;

/// <summary>Writes graphs as exporters do, with weights from a seed.</summary>
internal sealed class GraphBuilder(long opset = 17, int seed = 1)
{
    public const string Input = "face";

    private readonly Random _random = new(seed);

    public GraphProto Graph { get; } = new() { Name = "test" };

    /// <summary>Channels of a map that this made.</summary>
    private readonly Dictionary<string, int> _channels = new() { [Input] = 3 };

    public string Node(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var output = $"{type}_{Graph.Node.Count}";
        List<string> from = [.. inputs];
        Graph.Node.Add(new NodeProto { Name = $"node_{output}", OpType = type, Input = { from }, Output = { output }, Attribute = { attributes } });
        if (from.Count > 0 && _channels.TryGetValue(from[0], out var channels)) _channels[output] = type == "Concat" ? from.Sum(name => _channels.GetValueOrDefault(name)) : channels;
        return output;
    }

    public string Conv(string input, int outputs, int size = 3, int stride = 1, int groups = 1, bool bias = false, params AttributeProto[] other)
    {
        var inputs = _channels[input] / groups;
        List<string> from = [input, Weights(Math.Sqrt(3.0 / (inputs * size * size)), outputs, inputs, size, size)];
        if (bias) from.Add(Weights(0.2, outputs));
        AttributeProto[] pads = other.Length > 0 ? other : [Ints("pads", size / 2, size / 2, size / 2, size / 2)];
        var output = Node("Conv", from, [Ints("strides", stride, stride), Int("group", groups), .. pads]);
        _channels[output] = outputs;
        return output;
    }

    public string Norm(string input) => Node(
        "BatchNormalization", [input, Weights(1, 0.4, _channels[input]), Weights(0.3, _channels[input]), Weights(0.3, _channels[input]), Weights(1, 0.5, _channels[input])]);

    public string Slopes(string input) => Node("PRelu", [input, Weights(0.4, 0.4, _channels[input], 1, 1)]);

    public string ConvNormRelu(string input, int outputs, int size = 3, int stride = 1) => Node("Relu", [Norm(Conv(input, outputs, size, stride))]);

    public string Linear(string input, int inputs, int outputs) => Node("Gemm", [input, Weights(Math.Sqrt(3.0 / inputs), outputs, inputs), Weights(0.2, outputs)], Int("transB", 1));

    public string Weights(double spread, params long[] shape) => Weights(0, spread, shape);

    public string Weights(double middle, double spread, params long[] shape)
    {
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, side) => product * side)).Select(_ => (float)(middle + (spread * ((2 * _random.NextDouble()) - 1))))];
        return Add(GraphParts.Constant<float>($"w{Graph.Initializer.Count}", GraphParts.Float, shape, values));
    }

    public string Numbers(params float[] values) => Add(GraphParts.Constant<float>($"n{Graph.Initializer.Count}", GraphParts.Float, values.Length == 1 ? [] : [values.Length], values));

    public string Integers(params long[] values) => Add(GraphParts.Constant<long>($"i{Graph.Initializer.Count}", 7, [values.Length], values));

    public string Integer(long value) => Add(GraphParts.Constant<long>($"i{Graph.Initializer.Count}", 7, [], [value]));

    public string Add(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    public static AttributeProto Float(string name, float value) => new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    public static AttributeProto Text(string name, string value) => new() { Name = name, S = ByteString.CopyFromUtf8(value), Type = AttributeProto.Types.AttributeType.String };

    public static AttributeProto Tensor(string name, TensorProto value) => new() { Name = name, T = value, Type = AttributeProto.Types.AttributeType.Tensor };

    /// <summary>The end of most recognisers of torch: average, then what torch writes for view(x.size(0), -1), then a matrix.</summary>
    public string TorchHead(string map, int embedding)
    {
        var pooled = Node("GlobalAveragePool", [map]);
        var count = Node("Gather", [Node("Shape", [pooled]), Integer(0)], Int("axis", 0));
        var sides = Node("Concat", [Unsqueezed(count), Integers(-1)], Int("axis", 0));
        return Linear(Node("Reshape", [pooled, sides]), _channels[map], embedding);
    }

    public ModelProto Model(string output, int? side = 112, int? faces = null, int embedding = 16)
    {
        if (Graph.Input.Count == 0) Graph.Input.Add(Value(Input, [faces, 3, side, side]));
        if (Graph.Output.Count == 0) Graph.Output.Add(Value(output, [faces, embedding]));
        var model = GraphParts.Model(Graph);
        model.OpsetImport[0].Version = opset;
        return model;
    }

    private string Unsqueezed(string value) => opset < 13 ? Node("Unsqueeze", [value], Ints("axes", 0)) : Node("Unsqueeze", [value, Integers(0)]);
}
