using BTNet.Embeddings;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Resolutions;

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

    /// <summary>What recognisers usually expect, by name. Pixels p are 0 to 255 in 32-bit floats.</summary>
    public static IReadOnlyDictionary<string, ForeignInput> Inputs { get; } = new Dictionary<string, ForeignInput>(StringComparer.Ordinal)
    {
        ["signed-rgb"] = Evenly(ForeignInput.Rgb, 0.5f, 0.5f),
        ["signed-bgr"] = Evenly(ForeignInput.Bgr, 0.5f, 0.5f),
        ["unit-rgb"] = Evenly(ForeignInput.Rgb, 0, 1),
        ["unit-bgr"] = Evenly(ForeignInput.Bgr, 0, 1),
        // In the order of the planes.
        ["imagenet-rgb"] = new("", "", ForeignInput.Rgb, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]),
        ["imagenet-bgr"] = new("", "", ForeignInput.Bgr, [0.406f, 0.456f, 0.485f], [0.225f, 0.224f, 0.229f])
    };

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

    private static ForeignInput Evenly(string order, float mean, float std) => new("", "", order, [mean, mean, mean], [std, std, std]);
}
