using System.Runtime.InteropServices;
using BTNet.Models;
using static BTNet.TestSupport.ProtoBytes;

namespace BTNet.Tests.Models;

/// <summary>ONNX graphs written by hand. Field numbers are those of the ONNX specification.</summary>
internal static class CraftedGraph
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>A graph of a crafted package: a kernel as large as the face, the resolution's bias, and the trunk's matrix.</summary>
    /// <param name="side">Side of the faces.</param>
    /// <param name="embeddingSize">Numbers in an embedding.</param>
    /// <param name="index">Where the weights lie.</param>
    /// <param name="slowLayers">Convolutions beside it that cost half a billion multiply-accumulates each at 112 pixels and add zeros.</param>
    public static byte[] Face(int side, int embeddingSize, IReadOnlyDictionary<string, StoredTensor> index, int slowLayers = 0)
    {
        List<(int, object)> graph =
        [
            (1, Node("Conv", "joined", ["pixels", $"r{side}.kernel", $"r{side}.bias"], Ints("kernel_shape", side, side))),
            (1, Node("Flatten", "flat", ["joined"])),
            (1, Node("MatMul", slowLayers > 0 ? "quick" : "embedding", ["flat", "trunk.matrix"])),
            .. new[] { $"r{side}.kernel", $"r{side}.bias", "trunk.matrix" }.Select(name => (5, (object)External(name, index[name])))
        ];
        if (slowLayers > 0) Slow(graph, slowLayers, embeddingSize);
        return Model([.. graph, (11, Value("pixels", Float, null, 3, side, side)), (12, Value("embedding", Float, null, embeddingSize))]);
    }

    /// <summary>A graph that gives its first input back, with whatever inputs and outputs.</summary>
    public static byte[] Identity(byte[] input, byte[] output) => Model((1, Node("Identity", "embedding", ["pixels"])), (11, input), (12, output));

    public static byte[] Floats(string name, params int?[] sides) => Value(name, Float, sides);

    public static byte[] Integers(string name, params int?[] sides) => Value(name, Int64, sides);

    /// <summary>Any number of tensors of floats.</summary>
    public static byte[] Sequence(string name) => Message((1, name), (2, Message((4, Message((1, Message((1, Message((1, Float))))))))));

    /// <summary>A graph with an operator that nobody knows.</summary>
    public static byte[] Unknown(int side, int embeddingSize) =>
        Model((1, Node("Guess", "embedding", ["pixels"])), (11, Floats("pixels", null, 3, side, side)), (12, Floats("embedding", null, embeddingSize)));

    public static byte[] Model(params (int, object)[] graph) => Message((1, 8), (2, "by hand"), (7, Message([.. graph, (2, (object)"g")])), (8, Message((1, ""), (2, 17))));

    private static void Slow(List<(int, object)> graph, int layers, int embeddingSize)
    {
        const int Channels = 64;
        graph.Add((5, Zeros("slow.first", Channels, 3, 1, 1)));
        graph.Add((5, Zeros("slow.next", Channels, Channels, 3, 3)));
        graph.Add((5, Zeros("slow.last", embeddingSize, Channels, 1, 1)));
        graph.Add((1, Node("Conv", "slow0", ["pixels", "slow.first"])));
        for (var layer = 1; layer <= layers; layer++) graph.Add((1, Node("Conv", $"slow{layer}", [$"slow{layer - 1}", "slow.next"], Ints("pads", 1, 1, 1, 1))));
        graph.Add((1, Node("GlobalAveragePool", "pooled", [$"slow{layers}"])));
        graph.Add((1, Node("Conv", "zeros", ["pooled", "slow.last"])));
        graph.Add((1, Node("Flatten", "flatZeros", ["zeros"])));
        graph.Add((1, Node("Add", "embedding", ["quick", "flatZeros"])));
    }

    public static byte[] Node(string operation, string output, string[] inputs, params byte[][] attributes) => Message(
        [.. inputs.Select(input => (1, (object)input)), (2, output), (3, output), (4, operation), .. attributes.Select(attribute => (5, (object)attribute))]);

    private static byte[] Ints(string name, params long[] values) => Message([(1, name), .. values.Select(value => (8, (object)value)), (20, 7)]);

    private static byte[] Value(string name, int type, params int?[] sides) =>
        Message((1, name), (2, Message((1, Message((1, type), (2, Message([.. sides.Select(side => (1, (object)(side is { } known ? Message((1, known)) : Message((2, "N")))))])))))));

    private static byte[] External(string name, StoredTensor tensor) => Message(
    [
        .. tensor.Shape.Select(side => (1, (object)side)), (2, Float), (8, name), (13, Entry("location", CraftedPackage.Weights)), (13, Entry("offset", $"{tensor.Offset}")),
        (13, Entry("length", $"{sizeof(float) * tensor.Shape.Aggregate(1L, (product, side) => product * side)}")), (14, 1)
    ]);

    public static byte[] Entry(string key, string value) => Message((1, key), (2, value));

    private static byte[] Zeros(string name, params long[] shape) => Message(
        [.. shape.Select(side => (1, (object)side)), (2, Float), (8, name), (9, MemoryMarshal.AsBytes<float>(new float[shape.Aggregate(1L, (product, side) => product * side)]).ToArray())]);
}
