using static BTNet.Training.Export.GraphParts;
using static BTNet.Training.Tests.Backbones.Onnx.GraphBuilder;

namespace BTNet.Training.Tests.Backbones.Onnx;

/// <summary>Small networks of kinds that recognisers are made of, a number of 16 each.</summary>
internal static class Networks
{
    public static IReadOnlyDictionary<string, Func<BTNet.Training.Export.Onnx.ModelProto>> All { get; } = new Dictionary<string, Func<BTNet.Training.Export.Onnx.ModelProto>>
    {
        ["resnet"] = Resnet, ["squeezenet"] = Squeezenet, ["mobilenet"] = Mobilenet, ["everything else"] = Rest, ["long skip"] = LongSkip
    };

    /// <summary>Residual blocks with projections behind a stem with max pooling, as torch writes it.</summary>
    public static BTNet.Training.Export.Onnx.ModelProto Resnet()
    {
        var graph = new GraphBuilder();
        var map = graph.Node("MaxPool", [graph.ConvNormRelu(Input, 8, 5)], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1));
        foreach (var (width, stride) in (ReadOnlySpan<(int, int)>)[(8, 1), (12, 2), (16, 2), (24, 2)])
        {
            var inner = graph.Norm(graph.Conv(graph.ConvNormRelu(map, width, 3, stride), width));
            var shortcut = stride == 1 ? map : graph.Norm(graph.Conv(map, width, 1, stride));
            map = graph.Node("Relu", [graph.Node("Add", [inner, shortcut])]);
        }

        return graph.Model(graph.TorchHead(map, 16));
    }

    /// <summary>Concatenations, poolings that round up, an average over what is left, and operators of version 9.</summary>
    public static BTNet.Training.Export.Onnx.ModelProto Squeezenet()
    {
        var graph = new GraphBuilder(opset: 9);
        string Relu(string map) => graph.Node("Relu", [map]);
        string Pool(string map) => graph.Node("MaxPool", [map], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 0, 0, 1, 1));
        string Fire(string map, int squeeze, int expand)
        {
            var thin = Relu(graph.Conv(map, squeeze, 1, bias: true));
            return graph.Node("Concat", [Relu(graph.Conv(thin, expand, 1, bias: true)), Relu(graph.Conv(thin, expand, 3, bias: true))], Int("axis", 1));
        }

        var map = Relu(graph.Conv(Input, 8, 3, 2, bias: true));
        foreach (var width in (ReadOnlySpan<int>)[8, 12, 16]) map = Fire(Pool(map), width / 2, width);
        map = graph.Node("Dropout", [map], Float("ratio", 0.5f));
        map = graph.Node("AveragePool", [graph.Conv(map, 16, 1, bias: true)], Ints("kernel_shape", 7, 7), Ints("strides", 7, 7));
        return graph.Model(graph.Node("Flatten", [map], Int("axis", 1)));
    }

    /// <summary>Inverted residuals with bounded activations, for one face at a time, and embeddings of length one.</summary>
    public static BTNet.Training.Export.Onnx.ModelProto Mobilenet()
    {
        var graph = new GraphBuilder(opset: 13);
        string Bounded(string map) => graph.Node("Clip", [map, graph.Numbers(0f), graph.Numbers(6f)]);
        string Inverted(string map, int inputs, int outputs, int stride)
        {
            var wide = Bounded(graph.Norm(graph.Conv(map, 4 * inputs, 1)));
            wide = Bounded(graph.Norm(graph.Conv(wide, 4 * inputs, 3, stride, groups: 4 * inputs)));
            var thin = graph.Norm(graph.Conv(wide, outputs, 1));
            return stride == 1 && inputs == outputs ? graph.Node("Add", [map, thin]) : thin;
        }

        var map = Bounded(graph.Norm(graph.Conv(Input, 8, 3, 2)));
        foreach (var (inputs, outputs, stride) in (ReadOnlySpan<(int, int, int)>)[(8, 8, 1), (8, 12, 2), (12, 12, 1), (12, 16, 2), (16, 16, 1), (16, 24, 2)]) map = Inverted(map, inputs, outputs, stride);
        map = graph.Conv(graph.Slopes(graph.Conv(map, 32, 1)), 32, 7, 1, 32, false, Ints("pads", 0, 0, 0, 0));
        var embedding = graph.Node("Reshape", [graph.Norm(graph.Conv(map, 16, 1)), graph.Integers(1, 16)]);
        var length = graph.Node("Clip", [graph.Node("ReduceL2", [embedding], Ints("axes", 1), Int("keepdims", 1)), graph.Numbers(1e-12f)]);
        return graph.Model(graph.Node("Div", [embedding, graph.Node("Expand", [length, graph.Node("Shape", [embedding])])]), faces: 1);
    }

    /// <summary>The operators and attributes that the others lack, in a graph that starts with channels last.</summary>
    public static BTNet.Training.Export.Onnx.ModelProto Rest()
    {
        var graph = new GraphBuilder();
        var map = graph.Conv(Input, 8, 3, 2, 1, true, Text("auto_pad", "SAME_UPPER"));
        map = graph.Node("LeakyRelu", [map], Float("alpha", 0.1f));
        map = graph.Node("Mul", [map, graph.Node("Sigmoid", [map])]);
        map = graph.Conv(map, 8, 3, 2, 2, false, Ints("pads", 0, 1, 2, 1), Ints("dilations", 1, 1));
        map = graph.Conv(graph.Slopes(map), 8, 3, 1, 4, true, Ints("pads", 2, 2, 2, 2), Ints("dilations", 2, 2));
        map = graph.Node("PRelu", [map, graph.Weights(0.3, 0.1, 1)]);
        map = graph.Node("AveragePool", [map], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 0, 0, 1, 1));
        map = graph.Conv(map, 8, 3, 2, 1, false, Text("auto_pad", "SAME_LOWER"));
        map = graph.Node("Sub", [map, graph.Weights(0.2, 8, 1, 1)]);
        map = graph.Node("Mul", [graph.Node("Clip", [graph.Node("HardSigmoid", [map], Float("alpha", 1.5f)), graph.Numbers(0.1f), graph.Numbers(0.9f)]), graph.Node("HardSwish", [graph.Node("Pad", [map, graph.Integers(0, 0, 0, 0, 0, 0, 0, 0)])])]);
        var front = graph.Node("Slice", [map, graph.Integers(0), graph.Integers(4), graph.Integers(1)]);
        var back = graph.Node("Gather", [map, graph.Integers(-1, 4, 5)], Int("axis", 1));
        map = graph.Node("Concat", [front, back], Int("axis", 1));
        var mean = graph.Node("Squeeze", [graph.Node("ReduceMean", [map], Ints("axes", 2, 3), Int("keepdims", 1)), graph.Integers(2, 3)]);
        var places = graph.Node("Flatten", [graph.Node("Transpose", [map], Ints("perm", 0, 2, 3, 1))], Int("axis", 1));
        var left = graph.Node("MatMul", [places, graph.Weights(0.05, 7 * 7 * 7, 16)]);
        var right = graph.Node("Gemm", [mean, graph.Weights(0.5, 7, 16), graph.Weights(0.2, 1, 16)], Float("alpha", 0.7f), Float("beta", 1.3f));
        var sum = graph.Node("Add", [left, right]);
        return graph.Model(graph.Node("Identity", [graph.Node("Div", [sum, graph.Node("ReduceL2", [sum], Ints("axes", 1), Int("keepdims", 1))])]));
    }

    /// <summary>What the first map holds comes in again at the end, so that nothing in between is all there is.</summary>
    public static BTNet.Training.Export.Onnx.ModelProto LongSkip()
    {
        var graph = new GraphBuilder();
        var first = graph.ConvNormRelu(Input, 8, 3, 2);
        var map = first;
        foreach (var width in (ReadOnlySpan<int>)[8, 16, 16]) map = graph.ConvNormRelu(map, width, 3, 2);
        var around = graph.Node("GlobalAveragePool", [first]);
        var end = graph.Node("Concat", [graph.Node("GlobalAveragePool", [map]), around], Int("axis", 1));
        return graph.Model(graph.Linear(graph.Node("Flatten", [end]), 24, 16));
    }
}
