using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BTNet.Inference;
using BTNet.Models;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs;

public sealed class EmbedPhotographsTests : IDisposable
{
    private const int EmbeddingSize = 128;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Faces_in_whole_photographs_have_the_embeddings_of_well_aligned_crops_of_them()
    {
        var (photos, faces) = (SharedData.Require("photos"), SharedData.Require("lfw", "faces"));
        var package = Package();
        var table = Path.Combine(photos, "landmarks.csv");
        string[] names = [.. File.ReadLines(table).Skip(1).Select(line => line.Split(',')[0])];
        string[] crops = [.. names.Select(name => Path.Combine(faces, name[..^"_0001.jpg".Length], name))];

        var found = Embed("photos.npy", package, [photos], "--landmarks", table);
        var expected = Embed("crops.npy", package, crops);
        var whole = Embed("whole.npy", package, [photos]);

        Assert.Equal(40, names.Length);
        Assert.Equal(names.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(names, name => Assert.InRange(TensorPrimitives.CosineSimilarity<float>(found[name], expected[name]), 0.95, 1.0001));
        // And that this says something: as they are, photographs are no such faces.
        Assert.All(names, name => Assert.InRange(TensorPrimitives.CosineSimilarity<float>(whole[name], expected[name]), -1, 0.9));
    }

    /// <summary>Of a recogniser that others trained on millions of faces.</summary>
    private string Package()
    {
        var onnx = SharedData.Require("models", "mobilefacenet-apache2.onnx");
        var shape = RecogniserShape.Of(onnx, new ForeignInput("", "", ForeignInput.Rgb, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]));
        Assert.Equal(EmbeddingSize, shape.EmbeddingSize);
        using var draft = new PackageDraft(_folder.File("package"));
        RecogniserPackage.Write(draft, onnx, shape.Input, EmbeddingSize);
        draft.PutInPlace();
        return draft.Folder;
    }

    /// <summary>Embeddings by the names of pictures, of which each has one face, by the branch for 112.</summary>
    private Dictionary<string, float[]> Embed(string output, string package, string[] pictures, params string[] more)
    {
        var file = _folder.File(output);
        Btnet.Run(["embed", .. pictures, "--model", package, "--out", file, .. more]).Expect(0);
        var bytes = File.ReadAllBytes(file);
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8))).ToArray();
        Dictionary<string, float[]> embeddings = new(StringComparer.Ordinal);
        foreach (var row in File.ReadLines(file + ".rows.csv").Skip(1).Select(line => line.Split(',')))
        {
            Assert.Equal(("0", "112"), (row[1], row[4]));
            embeddings.Add(Path.GetFileName(row[0]), values[(embeddings.Count * EmbeddingSize)..((embeddings.Count + 1) * EmbeddingSize)]);
        }

        return embeddings;
    }
}
