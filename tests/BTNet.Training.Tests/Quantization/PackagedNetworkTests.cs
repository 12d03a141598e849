using BTNet.Models;
using BTNet.TestSupport;
using BTNet.Training.Export.Onnx;
using BTNet.Training.Quantization;
using Google.Protobuf;

namespace BTNet.Training.Tests.Quantization;

public sealed class PackagedNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ModelPackage _package;

    public PackagedNetworkTests() => _package = SmallPackage.Make(_folder.Path, "iresnet10");

    private static Dictionary<string, Action<GraphProto>> Damages { get; } = new()
    {
        ["does not say the offset"] = graph => graph.Initializer[3].ExternalData.RemoveAt(1),
        ["at the offset 'x'"] = graph => graph.Initializer[3].ExternalData[1].Value = "x",
        ["at the offset '-64'"] = graph => graph.Initializer[3].ExternalData[1].Value = "-64",
        ["at the offset '9223372036854775807'"] = graph => graph.Initializer[3].ExternalData[1].Value = "9223372036854775807",
        ["in 'other.bin'"] = graph => graph.Initializer[3].ExternalData[0].Value = "other.bin",
        ["0 dimensions"] = graph => Weights(graph, "Conv").Dims.Clear(),
        ["sides of 1 or more"] = graph => Weights(graph, "Conv").Dims[0] = -5,
        ["no more numbers than there are"] = graph => Weights(graph, "Conv").Dims[0] = 1L << 40,
        ["expected 4;"] = graph => Weights(graph, "BatchNormalization").Dims[0] = 2,
        ["has gaps"] = graph => Ints(graph, "dilations", 2, 2),
        ["whose pads are 1, 1, 0, 1"] = graph => Ints(graph, "pads", 1, 1, 0, 1),
        ["whose strides are 1, 2"] = graph => Ints(graph, "strides", 1, 2),
        ["whose strides are 0, 0"] = graph => Ints(graph, "strides", 0, 0),
        ["kernel is not square"] = graph => Ints(graph, "kernel_shape", 5, 5),
        ["in 3 groups does not fit"] = graph => Attribute(graph, "group").I = 3,
        ["the attribute transB = 0"] = graph => Attribute(graph, "transB").I = 0,
        ["the attribute auto_pad"] = graph => First(graph, "Conv").Attribute.Add(new AttributeProto { Name = "auto_pad" }),
        ["the attribute alpha"] = graph => First(graph, "Gemm").Attribute.Add(new AttributeProto { Name = "alpha", F = 2 }),
        ["epsilon is negative"] = graph => Attribute(graph, "epsilon").F = -1,
        ["which nothing before it makes"] = graph => First(graph, "PRelu").Input[0] = "nowhere",
        ["another range than -1 to 1"] = graph => graph.Initializer.Single(tensor => tensor.Name == "pixel_shift").RawData = ByteString.CopyFrom(new byte[4]),
        ["not with 'embedding'"] = graph => graph.Node[^1].Output[0] = "other"
    };

    public static TheoryData<string> Said => [.. Damages.Keys];

    [Theory]
    [MemberData(nameof(Said))]
    public void What_would_be_read_otherwise_than_it_is_meant_is_refused(string said)
    {
        var path = _package.Manifest.Graphs.Paths[0];
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_package.PathOf(path.Graph)));
        Damages[said](model.Graph);
        File.WriteAllBytes(_package.PathOf(path.Graph), model.ToByteArray());
        var fault = Assert.Throws<InputException>(() => PackagedNetwork.Read(_package, path)).Message;
        Assert.Contains(said, fault, StringComparison.Ordinal);
        Assert.Contains("export the model again", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_bytes_give_a_network_that_can_be_brought_to_integers_or_are_refused()
    {
        var path = _package.Manifest.Graphs.Paths[1];
        var (read, refused) = (0, 0);
        foreach (var bytes in Mutations.Of(File.ReadAllBytes(_package.PathOf(path.Graph)), 2000, seed: 1))
        {
            File.WriteAllBytes(_package.PathOf(path.Graph), bytes);
            try
            {
                _ = SlopeSplitting.Split(GroupSplitting.Split(NormFolding.Fold(PackagedNetwork.Read(_package, path)))).EmbeddingSize;
                read++;
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.True(read > 0 && refused > 100, $"{read} were read and {refused} refused");
    }

    public void Dispose() => _folder.Dispose();

    private static NodeProto First(GraphProto graph, string type) => graph.Node.First(node => node.OpType == type);

    private static TensorProto Weights(GraphProto graph, string type) => graph.Initializer.Single(tensor => tensor.Name == First(graph, type).Input[1]);

    private static AttributeProto Attribute(GraphProto graph, string name) => graph.Node.SelectMany(node => node.Attribute).First(attribute => attribute.Name == name);

    private static void Ints(GraphProto graph, string name, params long[] values)
    {
        var ints = Attribute(graph, name).Ints;
        ints.Clear();
        ints.AddRange(values);
    }
}
