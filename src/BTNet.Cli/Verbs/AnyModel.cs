using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BTNet.Embeddings;
using BTNet.Evaluation.Caching;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Devices;
using Microsoft.ML.OnnxRuntime;

namespace BTNet.Cli.Verbs;

/// <summary>A model as people name one: the folder of a package, or of a checkpoint, or a recogniser's ONNX file.</summary>
internal sealed class AnyModel : IDisposable
{
    private readonly IDisposable _owned;
    private readonly Lazy<ModelFacts> _facts;
    private readonly Func<string> _identity;
    private EmbeddingCache? _cache;
    private Action<string>? _tell;

    private AnyModel(IEmbedder embedder, IDisposable owned, Func<string> identity, Func<ModelFacts> facts) => (Embedder, Bare, _owned, _identity, _facts) = (embedder, embedder, owned, identity, new Lazy<ModelFacts>(facts));

    /// <summary>The model, which may know what it was asked before.</summary>
    public IEmbedder Embedder { get; private set; }

    /// <summary>The model itself, which computes every time.</summary>
    public IEmbedder Bare { get; }

    /// <summary>Tells the model from every other, 16 hexadecimal digits.</summary>
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_identity())))[..16];

    /// <summary>What a page says of the model; looked up when first asked for.</summary>
    public ModelFacts Facts => _facts.Value;

    /// <param name="folder">The folder, or the ONNX file.</param>
    /// <param name="trunkOnly">Whether no branch is needed, so that those of a checkpoint may be whatever they are.</param>
    /// <param name="int8">Whether a package's networks in 8-bit integers are wanted.</param>
    /// <param name="device">Where torch is to compute, as <see cref="DeviceChoice"/> reads it; a package is run by ONNX Runtime on the processor.</param>
    /// <param name="input">What an ONNX file expects, one of <see cref="BareRecogniser.Inputs"/>; null where none was named.</param>
    /// <exception cref="InputException">It is none of them, is damaged, or is not to be had so.</exception>
    public static AnyModel Open(string folder, bool trunkOnly, bool int8, string device, string? input = null)
    {
        if (!Path.Exists(folder))
        {
            throw new InputException(
                $"--model '{folder}': there is nothing of that name; expected the folder of a checkpoint (`btnet train`, `import` and `demo` write one), that of a model package (`btnet export` and `extend` write one), or a recogniser's ONNX file, with --input");
        }

        if (Directory.Exists(folder) && input is not null) throw new InputException($"--input says what an ONNX file expects, and {folder} is a folder, whose files say it; leave it away");
        if (File.Exists(folder))
        {
            if (int8) throw new InputException($"{folder} is no model package, and only a package has networks in 8-bit integers; leave --int8 away");
            RequireProcessor(folder, "an ONNX file", device);
            if (input is null) throw new InputException($"{folder} is a file; of a recogniser as ONNX, --input says what it expects: {string.Join(", ", BareRecogniser.Inputs.Keys)}");
            var bare = BareRecogniser.Open(folder, input);
            return new AnyModel(bare, bare, () => $"{FileHash(folder)} {input}", () => ModelFacts.OfOnnx(folder));
        }

        if (ModelPackage.IsPackage(folder))
        {
            // And torch need not be loaded.
            RequireProcessor(folder, "a model package", device);
            var package = FaceEmbedder.Load(folder, new FaceEmbedderOptions { Int8 = int8 });
            return new AnyModel(package, package, () => $"{package.Package.Fingerprint} int8 {int8}", () => ModelFacts.Of(package.Package, int8));
        }

        if (int8) throw new InputException($"{folder} is no model package, and only a package has networks in 8-bit integers; `btnet export` and `btnet quantize` make one");
        var model = new ModelDirectory(folder);
        var place = DeviceChoice.Resolve(device);
        var torch = trunkOnly ? TorchEmbedder.Load(model, [], place) : TorchEmbedder.Load(model, place);
        var branches = torch.Resolutions.Where(resolution => !resolution.IsFull).Select(model.BranchFile);
        return new AnyModel(torch, torch, () => $"{model.TrunkFingerprint()} {string.Join(' ', branches.Select(FileHash))} {place}", () => ModelFacts.Of(model, torch, place));
    }

    /// <summary>Keeps embeddings in a folder, and takes from there those that this model made before.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tell">Told why there can be no cache, and in the end how much was known.</param>
    public void UseCache(string folder, Action<string> tell)
    {
        // Not the weights alone: what reads pixels and what computes may change with the program.
        var programs = ((Type[])[typeof(FaceEmbedder), typeof(TorchEmbedder), typeof(OrtEnv)]).Select(type => type.Module.ModuleVersionId);
        _cache = EmbeddingCache.Open(folder, $"{_identity()} {string.Join(' ', programs)}", Bare.EmbeddingSize, tell);
        if (_cache is null) return;
        (_tell, Embedder) = (tell, new CachedEmbedder(Bare, _cache));
    }

    public void Dispose()
    {
        if (Embedder is CachedEmbedder { Known: > 0 } cached) _tell!(string.Create(CultureInfo.InvariantCulture, $"{cached.Known:N0} embeddings were known and {cached.Computed:N0} computed (embedding cache {_cache!.File}; --no-cache computes all)"));
        _cache?.Dispose();
        _owned.Dispose();
    }

    private static string FileHash(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Without being asked, a machine with a graphics card is no fault.</summary>
    private static void RequireProcessor(string model, string what, string device)
    {
        if (device.ToLowerInvariant() is not (DeviceChoice.Auto or "cpu")) throw new InputException($"{model} is {what}, which is measured on the processor; leave --device away, or name the checkpoint");
    }
}
