using System.Runtime.InteropServices;
using BTNet.Models;
using static BTNet.TestSupport.ProtoBytes;

namespace BTNet.Tests.Models;

/// <summary>Recognisers of others so simple that what they give is known: the mean of each plane, and a number added that weights hold.</summary>
internal static class CraftedRecogniser
{
    public const string Input = "data", Output = "fc1";
    public const float Added = 0.5f;

    /// <summary>Numbers apart by plane, so that no order is mistaken for another.</summary>
    public static ForeignInput Expects { get; } = new(Input, Output, ForeignInput.Bgr, [0.1f, 0.2f, 0.3f], [0.7f, 0.8f, 0.9f]);

    /// <summary>The weights as they lie in a file of their own.</summary>
    public static byte[] Data { get; } = [.. MemoryMarshal.AsBytes<float>([Added, Added, Added])];

    /// <param name="batch">Faces that it says it takes; null for any number.</param>
    /// <param name="forOne">Whether it is made for one face, whatever it says.</param>
    /// <param name="location">A file with the weights; null for within.</param>
    /// <param name="said">Faces that it says it gives embeddings of.</param>
    /// <param name="side">Side of the faces.</param>
    /// <param name="layers">What it has before the weights, so many graphs deep.</param>
    public static byte[] Graph(int? batch = null, bool forOne = false, string? location = null, int? said = null, int side = 112, int layers = 0)
    {
        List<(int, object)> graph =
        [
            (1, CraftedGraph.Node("GlobalAveragePool", "pooled", [Input])),
            (1, forOne ? CraftedGraph.Node("Reshape", "flat", ["pooled", "shape"]) : CraftedGraph.Node("Flatten", "flat", ["pooled"])),
            (1, CraftedGraph.Node("Add", Output, ["flat", "added"])),
            (5, Message([(1, 3), (2, 1), (8, "added"), .. location is null ? [(9, (object)Data)] : new (int, object)[] { (13, CraftedGraph.Entry("location", location)), (13, CraftedGraph.Entry("length", "12")), (14, 1) }])),
            (11, CraftedGraph.Floats(Input, batch, 3, side, side)),
            (12, CraftedGraph.Floats(Output, said ?? batch, 3))
        ];
        if (forOne) graph.Add((5, Message((1, 2), (2, 7), (8, "shape"), (9, MemoryMarshal.AsBytes<long>([1, 3]).ToArray()))));
        return layers == 0 ? CraftedGraph.Model([.. graph]) : CraftedGraph.Model([.. graph, (1, Nested(layers))]);
    }

    /// <summary>What a face of one colour must give, to rounding.</summary>
    public static float[] Expected(ReadOnlySpan<byte> rgb)
    {
        byte[] planes = [rgb[2], rgb[1], rgb[0]];
        return [.. planes.Select((pixel, c) => (((pixel / 255f) - Expects.Mean[c]) / Expects.Std[c]) + Added)];
    }

    /// <summary>Writes a package of one.</summary>
    public static string Package(string folder, byte[] graph, ForeignInput? input = null)
    {
        var onnx = $"{folder}.onnx";
        File.WriteAllBytes(onnx, graph);
        using var draft = new PackageDraft(folder);
        RecogniserPackage.Write(draft, onnx, input ?? Expects, 3);
        draft.PutInPlace();
        return folder;
    }

    /// <summary>A node whose attribute is a graph with such a node, and so on; the innermost has a tensor of five half-precision numbers.</summary>
    private static byte[] Nested(int layers) => Message((5, Message((1, "then"), (6, layers > 1 ? Message((1, Nested(layers - 1))) : Message((5, Message((1, Packed(5)), (2, 10))))))));

    private static byte[] Packed(byte side) => [side];
}
