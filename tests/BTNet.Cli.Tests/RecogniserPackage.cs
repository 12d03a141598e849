using System.Runtime.InteropServices;
using System.Text;
using BTNet.Models;
using BTNet.TestSupport;
using static BTNet.TestSupport.ProtoBytes;

namespace BTNet.Cli.Tests;

/// <summary>A recogniser that others trained on millions of faces, as a model package of 112 pixels: its graph with the preprocessing that it expects
/// put inside and the number of faces set free. Beside the checkout; tests skip where it is absent.</summary>
internal static class RecogniserPackage
{
    public const int EmbeddingSize = 128;

    private const int Side = 112;
    private const string Weights = "weights.bin";
    private const string Index = "weights.json";
    private const string Graph = "r112.onnx";

    // Numbers of fields, as the ONNX specification has them.
    private const int ModelGraph = 7;
    private const int Node = 1;
    private const int Initializer = 5;
    private const int Input = 11;
    private const int Output = 12;
    private const int InnerValue = 13;

    // ImageNet's, which it was trained with, of pixels from 0 to 1.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    public static string Write(string folder)
    {
        var model = File.ReadAllBytes(SharedData.Require("models", "mobilefacenet-apache2.onnx"));
        using var draft = new PackageDraft(folder);
        draft.Add(Graph, stream => stream.Write(Adapted(model)));
        // Its weights stay in its graph.
        draft.Add(Weights, stream => stream.Write(new byte[WeightIndex.Alignment]));
        draft.Add(Index, stream => stream.Write(WeightIndex.Write(new Dictionary<string, StoredTensor>())));
        draft.Describe(new ModelManifest
        {
            Format = ModelManifest.FormatName, FormatVersion = ModelManifest.NewestFormatVersion, Backbone = "mobilefacenet", Width = 64, EmbeddingSize = EmbeddingSize, Trunk = new string('0', 64),
            Preprocessing = Preprocessing.Standard, Files = draft.Files, Graphs = new ModelGraphs(new StoredWeights(Weights, Index), [new ResolutionGraph(Side, Graph, null, 1, 1)])
        });
        draft.PutInPlace();
        return folder;
    }

    private static byte[] Adapted(byte[] model)
    {
        var graph = Fields((byte[])Fields(model).Single(field => field.Field == ModelGraph).Value).ToList();
        var input = Text(graph.Single(field => field.Field == Input).Value, 1);
        var nodes = graph.Where(field => field.Field == Node).ToList();
        // The last one brings a single face's numbers into a row.
        var last = Text(nodes[^1].Value, 1);
        (int, object)[] adapted =
        [
            (Node, Operation("Mul", "scaled", "pixels", "scale")), (Node, Operation("Add", input, "scaled", "shift")), .. nodes[..^1], (Node, Operation("Flatten", "embedding", last)),
            (Initializer, Channels("scale", c => 1 / (255 * Deviation[c]))), (Initializer, Channels("shift", c => -Mean[c] / Deviation[c])),
            .. graph.Where(field => field.Field is not (Node or Input or Output or InnerValue)), (Input, Floats("pixels", 3, Side, Side)), (Output, Floats("embedding", EmbeddingSize))
        ];
        return Message([.. Fields(model).Select(field => field.Field == ModelGraph ? (ModelGraph, Message(adapted)) : field)]);
    }

    private static string Text(object message, int field) => Encoding.UTF8.GetString((byte[])Fields((byte[])message).First(part => part.Field == field).Value);

    private static byte[] Operation(string kind, string output, params string[] inputs) => Message([.. inputs.Select(name => (1, (object)name)), (2, output), (4, kind)]);

    private static byte[] Channels(string name, Func<int, float> value) =>
        Message((1, 1), (1, 3), (1, 1), (1, 1), (2, 1), (8, name), (9, MemoryMarshal.AsBytes<float>([value(0), value(1), value(2)]).ToArray()));

    /// <summary>A tensor of floats for any number of faces.</summary>
    private static byte[] Floats(string name, params int[] sides) =>
        Message((1, name), (2, Message((1, Message((1, 1), (2, Message([(1, Message((2, "N"))), .. sides.Select(side => (1, (object)Message((1, side))))])))))));
}
