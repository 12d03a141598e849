using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;
using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Quantization;

/// <summary>Writes a network without norms and PReLU as an ONNX graph: what its writers in floats and in integers have in common.</summary>
internal abstract class StepGraph
{
    private readonly GraphProto _graph = new();

    /// <summary>The embedding's name in the graph.</summary>
    protected static string Embedding => NetworkGraph.Output;

    protected ModelProto Write(Network network, string name)
    {
        _graph.Name = name;
        _graph.Input.Add(Value(NetworkGraph.Input, [null, 3, network.Side, network.Side]));
        foreach (var step in network.Steps) Write(step, step == network.Steps[^1] ? Embedding : step.Output);
        _graph.Output.Add(Value(Embedding, [null, network.EmbeddingSize]));
        return Model(_graph);
    }

    /// <summary>Writes a step whose value is to have a name.</summary>
    protected abstract void Write(Step step, string output);

    /// <summary>A value of any shape comes out beside the embedding.</summary>
    protected void Show(string value) => _graph.Output.Add(new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = Float } } });

    protected string Node(string operation, string output, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        _graph.Node.Add(new NodeProto { Name = output, OpType = operation, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    protected string Constant<T>(string name, int type, long[] shape, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        _graph.Initializer.Add(GraphParts.Constant(name, type, shape, values));
        return name;
    }

    protected void Stored(TensorProto tensor)
    {
        if (_graph.Initializer.All(known => known.Name != tensor.Name)) _graph.Initializer.Add(tensor);
    }

    /// <summary>Pixels as the network takes them.</summary>
    protected string Scaled(PixelStep pixels, string output)
    {
        var scaled = Node("Mul", $"{output}_scaled", [pixels.Pixels, Constant("pixel_scale", Float, [], [pixels.Scale])]);
        return Node("Add", output, [scaled, Constant("pixel_shift", Float, [], [pixels.Shift])]);
    }

    /// <summary>A convolution with all that belongs to it.</summary>
    protected string Convolution(ConvolutionStep step, string output, string input, string kernel, string bias)
    {
        var (size, across, padding, stride) = (step.Kernel.Shape[2], step.Kernel.Across, step.Kernel.Padding, step.Kernel.Stride);
        var sum = Node(
            "Conv", step.Relu ? $"{output}_sum" : output, [input, kernel, bias],
            Ints("dilations", 1, 1), Int("group", step.Kernel.Groups), Ints("kernel_shape", size, size * across), Ints("pads", padding, padding * across, padding, padding * across), Ints("strides", stride, stride * across));
        return step.Relu ? Node("Relu", output, [sum]) : sum;
    }

    /// <summary>Blocks of channels beside each other. Where channels are innermost in memory, as ONNX Runtime has them in integers, this moves nothing, and
    /// it takes the two transpositions out.</summary>
    protected string Beside(BesideStep step, string output, string input, long channels)
    {
        var innermost = Node("Transpose", $"{output}_innermost", [input], Ints("perm", 0, 2, 3, 1));
        var wide = Node("Reshape", $"{output}_wide", [innermost, Constant<long>($"{output}_sides", LongInteger, [4], [0, 0, -1, channels / step.Blocks])]);
        return Node("Transpose", output, [wide], Ints("perm", 0, 3, 1, 2));
    }

    /// <summary>Channels one after another.</summary>
    protected string Joined(string output, IEnumerable<string> parts) => Node("Concat", output, parts, Int("axis", 1));

    protected string Flat(string input, string output) => Node("Flatten", output, [input], Int("axis", 1));

    protected string Product(string output, string input, string matrix, string bias) => Node("Gemm", output, [input, matrix, bias], Int("transB", 1));
}
