using System.Runtime.InteropServices;
using BTNet.Faces;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Tests.Models;

/// <summary>
/// Model packages with networks so simple that what they give is known: of a face of one colour, number d (from 0) of the embedding is
/// the branch's side + (d + 1) (red + 2 green + 3 blue) / 256.
/// </summary>
internal static class CraftedPackage
{
    public const string Weights = "weights.bin";
    public const string Index = "weights.json";
    public const int EmbeddingSize = 4;

    /// <param name="folder">Where to; what is there is replaced.</param>
    /// <param name="sides">Its resolutions.</param>
    /// <param name="embeddingSize">Numbers in an embedding.</param>
    /// <param name="slowLayers">See <see cref="CraftedGraph.Face"/>.</param>
    /// <param name="graph">Another graph in place of each resolution's; null for none.</param>
    /// <param name="index">Another index of the weights; null for the right one.</param>
    /// <param name="factor">What the trunk multiplies by, to tell packages apart.</param>
    public static string Write(
        string folder, IReadOnlyList<int> sides, int embeddingSize = EmbeddingSize, int slowLayers = 0, Func<int, byte[]>? graph = null, byte[]? index = null, float factor = 1)
    {
        using var draft = new PackageDraft(folder);
        Dictionary<string, StoredTensor> tensors = [];
        using var weights = new MemoryStream();
        Add("trunk.matrix", [embeddingSize, embeddingSize], i => i / embeddingSize == i % embeddingSize ? factor : 0);
        foreach (var side in sides)
        {
            // [d, c, y, x]
            Add($"r{side}.kernel", [embeddingSize, 3, side, side], i => ((i / (3 * side * side)) + 1) * ((i / (side * side) % 3) + 1) / (256f * side * side));
            Add($"r{side}.bias", [embeddingSize], _ => side);
        }

        draft.Add(Weights, stream => stream.Write(weights.ToArray()));
        draft.Add(Index, stream => stream.Write(index ?? WeightIndex.Write(tensors)));
        foreach (var side in sides) draft.Add($"r{side}.onnx", stream => stream.Write(graph?.Invoke(side) ?? CraftedGraph.Face(side, embeddingSize, tensors, slowLayers)));
        draft.Describe(Manifest(sides, embeddingSize));
        draft.PutInPlace();
        return folder;

        void Add(string name, long[] shape, Func<int, float> value)
        {
            weights.Write(new byte[(WeightIndex.Alignment - (weights.Position % WeightIndex.Alignment)) % WeightIndex.Alignment]);
            tensors.Add(name, new StoredTensor(shape, weights.Position));
            var values = new float[shape.Aggregate(1L, (product, side) => product * side)];
            for (var i = 0; i < values.Length; i++) values[i] = value(i);
            weights.Write(MemoryMarshal.AsBytes<float>(values));
        }
    }

    public static string Write(TemporaryFolder folder, params int[] sides) => Write(folder.File("package"), sides);

    public static ModelManifest Manifest(IReadOnlyList<int> sides, int embeddingSize = EmbeddingSize) => new()
    {
        Format = ModelManifest.FormatName, FormatVersion = ModelManifest.NewestFormatVersion, Backbone = "crafted", Width = 1, EmbeddingSize = embeddingSize, Trunk = new string('0', 64),
        Preprocessing = Preprocessing.Standard, Files = new Dictionary<string, PackageFile>(),
        Graphs = new ModelGraphs(new StoredWeights(Weights, Index), [.. sides.Select(side => new ResolutionGraph(side, $"r{side}.onnx", null, 3L * side * side * embeddingSize, 3L * side * side * embeddingSize))])
    };

    /// <summary>What a face of one colour must give.</summary>
    public static float[] Expected(FaceImage face, int branch) =>
        [.. Enumerable.Range(1, EmbeddingSize).Select(d => branch + (d * (face.Pixels[0] + (2 * face.Pixels[1]) + (3 * face.Pixels[2])) / 256f))];
}
