using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Backbones.Onnx;

namespace BTNet.Cli.Verbs;

/// <summary>A recogniser as a bare ONNX file, run as a model package of it would be: one is made in a temporary folder.</summary>
internal sealed class BareRecogniser : IEmbedder, IDisposable
{
    private readonly string _folder;
    private readonly FaceEmbedder _embedder;

    private BareRecogniser(string folder, FaceEmbedder embedder, string onnx, string input)
    {
        (_folder, _embedder) = (folder, embedder);
        Description = $"{onnx} ({input}, embedding {embedder.EmbeddingSize})";
    }

    /// <summary>What recognisers usually expect, by name.</summary>
    public static IReadOnlyDictionary<string, ForeignInput> Inputs { get; } = RecogniserInput.Common.ToDictionary(input => input.Name, input => Recogniser.Foreign(input, "", ""), StringComparer.Ordinal);

    public string Description { get; }

    public int EmbeddingSize => _embedder.EmbeddingSize;

    public IReadOnlyList<Resolution> Resolutions => _embedder.Resolutions;

    /// <param name="onnx">The file.</param>
    /// <param name="input">One of <see cref="Inputs"/>.</param>
    /// <exception cref="InputException">It cannot be run, or takes something else than faces of 112 pixels.</exception>
    public static BareRecogniser Open(string onnx, string input)
    {
        var folder = Directory.CreateTempSubdirectory("btnet-").FullName;
        try
        {
            var shape = RecogniserShape.Of(onnx, Inputs[input]);
            using var draft = new PackageDraft(Path.Combine(folder, "package"));
            RecogniserPackage.Write(draft, onnx, shape.Input, shape.EmbeddingSize);
            draft.PutInPlace();
            return new BareRecogniser(folder, FaceEmbedder.Load(draft.Folder, new FaceEmbedderOptions { Verify = false }), onnx, input);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public EmbeddingMatrix Embed(IReadOnlyList<FaceImage> faces, Resolution resolution, CancellationToken cancellation = default) => _embedder.Embed(faces, resolution, cancellation);

    public void Dispose()
    {
        _embedder.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
