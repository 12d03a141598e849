using BTNet.Inference;
using BTNet.Models;
using BTNet.TestSupport;
using BTNet.Tests.Faces;
using BTNet.Tests.Models;

namespace BTNet.Tests.Inference;

/// <summary>Packages whose checksums are right and whose graphs are not ours.</summary>
public sealed class ForeignGraphTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Foreign => [.. Graphs.Keys];

    private static Dictionary<string, byte[]> Graphs { get; } = new()
    {
        ["nothing"] = [],
        ["a text"] = "This is no graph"u8.ToArray(),
        ["an operator that nobody knows"] = CraftedGraph.Unknown(7, 4),
        ["another input"] = CraftedGraph.Identity(CraftedGraph.Floats("image", null, 3, 7, 7), CraftedGraph.Floats("embedding", null, 4)),
        ["faces of another size"] = CraftedGraph.Identity(CraftedGraph.Floats("pixels", null, 3, 14, 14), CraftedGraph.Floats("embedding", null, 3, 14, 14)),
        ["one face only"] = CraftedGraph.Identity(CraftedGraph.Floats("pixels", 1, 3, 7, 7), CraftedGraph.Floats("embedding", 1, 3, 7, 7)),
        ["whole numbers"] = CraftedGraph.Identity(CraftedGraph.Integers("pixels", null, 3, 7, 7), CraftedGraph.Integers("embedding", null, 3, 7, 7)),
        ["no embedding"] = CraftedGraph.Identity(CraftedGraph.Floats("pixels", null, 3, 7, 7), CraftedGraph.Floats("embedding", null, 3, 7, 7)),
        ["a sequence"] = CraftedGraph.Identity(CraftedGraph.Sequence("pixels"), CraftedGraph.Sequence("embedding"))
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_graph_that_is_not_ours_is_named(string what)
    {
        var package = CraftedPackage.Write(_folder.File("package"), [112, 7], graph: _ => Graphs[what]);
        foreach (var mode in Enum.GetValues<InferenceMode>())
        {
            using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = mode });
            var fault = Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3)));
            Assert.StartsWith(Path.Combine(package, "r7.onnx"), fault.Message, StringComparison.Ordinal);
            Assert.EndsWith("Export the model again", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Damaged_graphs_with_right_checksums_run_or_are_refused_and_nothing_else(int seed)
    {
        var graph = File.ReadAllBytes(Path.Combine(CraftedPackage.Write(_folder.File("whole"), [112, 7]), "r7.onnx"));
        var refused = 0;
        foreach (var damaged in Mutations.Of(graph, 150, seed))
        {
            var package = CraftedPackage.Write(_folder.File("package"), [112, 7], graph: _ => damaged);
            using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Standard, Threads = 1 });
            try
            {
                Assert.Equal(CraftedPackage.EmbeddingSize, embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3)).Values.Length);
            }
            catch (InputException fault)
            {
                Assert.Contains("r7.onnx", fault.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 50, 150);
    }

    [Fact]
    public void An_index_that_points_beyond_the_weights_is_refused_before_anything_is_read()
    {
        var index = WeightIndex.Write(new Dictionary<string, StoredTensor> { ["trunk.matrix"] = new([1 << 20, 1 << 20], 0) });
        var package = CraftedPackage.Write(_folder.File("package"), [112], index: index);
        using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared });
        Assert.Contains("outside of a file of", Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_of_bytes_in_place_of_floats_is_refused_before_anything_is_read_beyond_the_file()
    {
        // Fits as bytes, and is four times as long as the file as floats.
        var package = CraftedPackage.Write(_folder.File("package"), [112]);
        var length = new FileInfo(Path.Combine(package, CraftedPackage.Weights)).Length;
        CraftedPackage.Write(package, [112], index: WeightIndex.Write(new Dictionary<string, StoredTensor> { ["unused"] = new([length], 0, StoredTensor.SignedByte) }));
        using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared });
        Assert.Contains("has 'unused' of the type 'int8'", Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Embeddings_that_are_no_numbers_are_refused_and_their_graph_named(float factor)
    {
        var package = CraftedPackage.Write(_folder.File("package"), [112, 7], factor: factor);
        foreach (var mode in Enum.GetValues<InferenceMode>())
        {
            using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = mode });
            var fault = Assert.Throws<InputException>(() => embedder.Embed([SyntheticPixels.Flat(5, 5, 1, 2, 3), SyntheticPixels.Flat(6, 6, 3, 2, 1)]));
            Assert.StartsWith($"{Path.Combine(package, "r7.onnx")} gives embeddings that are not finite", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Weights_that_are_gone_or_empty_when_they_are_needed_are_named()
    {
        var package = CraftedPackage.Write(_folder.File("package"), [112], index: "{}"u8.ToArray());
        using var embedder = FaceEmbedder.Load(package, new FaceEmbedderOptions { Mode = InferenceMode.Shared });
        var weights = Path.Combine(package, CraftedPackage.Weights);

        File.WriteAllBytes(weights, []);
        Assert.StartsWith(weights, Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3))).Message, StringComparison.Ordinal);
        File.Delete(weights);
        Assert.StartsWith(weights, Assert.Throws<InputException>(() => embedder.Embed(SyntheticPixels.Flat(5, 5, 1, 2, 3))).Message, StringComparison.Ordinal);
    }
}
