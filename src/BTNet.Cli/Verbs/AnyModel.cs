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
    private readonly Func<string> _fingerprint;
    private readonly string _computed;
    private EmbeddingCache? _cache;
    private Action<string>? _tell;

    /// <param name="embedder">The model.</param>
    /// <param name="fingerprint">What its files' fingerprint was before they were read.</param>
    /// <param name="now">What it is now.</param>
    /// <param name="computed">How it computes.</param>
    /// <param name="facts">What a page says of it.</param>
    private AnyModel(IEmbedder embedder, string fingerprint, Func<string> now, string computed, Func<ModelFacts> facts) =>
        (Embedder, Bare, _owned, Fingerprint, _fingerprint, _computed, _facts) = (embedder, embedder, (IDisposable)embedder, fingerprint, now, computed, new Lazy<ModelFacts>(facts));

    /// <summary>The model, which may know what it was asked before.</summary>
    public IEmbedder Embedder { get; private set; }

    /// <summary>The model itself, which computes every time.</summary>
    public IEmbedder Bare { get; }

    /// <summary>Tells the model from every other, as <c>btnet info</c> and pages say it.</summary>
    public string Fingerprint { get; }

    /// <summary>How it computes: in which numbers, and where.</summary>
    public string Computed => _computed;

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
            string Hash() => $"{Recogniser.FingerprintOf(folder)}";
            var before = Hash();
            return new AnyModel(BareRecogniser.Open(folder, input), before, Hash, $"fp32, {input}", () => ModelFacts.OfOnnx(folder));
        }

        if (ModelPackage.IsPackage(folder))
        {
            // And torch need not be loaded.
            RequireProcessor(folder, "a model package", device);
            var package = FaceEmbedder.Load(folder, new FaceEmbedderOptions { Int8 = int8 });
            return new AnyModel(package, package.Package.Fingerprint, () => package.Package.Fingerprint, int8 ? "int8" : "fp32", () => ModelFacts.Of(package.Package, int8));
        }

        if (int8) throw new InputException($"{folder} is no model package, and only a package has networks in 8-bit integers; `btnet export` and `btnet quantize` make one");
        var model = new ModelDirectory(folder);
        var place = DeviceChoice.Resolve(device);
        string Files() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Directory.EnumerateFiles(folder, "*.safetensors").Where(IsWeights).Order(StringComparer.Ordinal).Select(FileHash.Of)))));
        var were = Files();
        var torch = trunkOnly ? TorchEmbedder.Load(model, [], place) : TorchEmbedder.Load(model, place);
        return new AnyModel(torch, were, Files, $"fp32, {place}", () => ModelFacts.Of(model, torch, place));

        // The state of an unfinished training is none of it.
        static bool IsWeights(string file) => !file.Contains(".progress.", StringComparison.Ordinal);
    }

    /// <summary>Keeps embeddings in a folder, and takes from there those that this model made before.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tell">Told why there can be no cache, and in the end how much was known.</param>
    public void UseCache(string folder, Action<string> tell)
    {
        if (_fingerprint() != Fingerprint)
        {
            tell("no embedding cache: the model's files were written anew while they were read; embeddings are computed");
            return;
        }

        // Not the weights alone: what reads pixels and what computes may change with the program.
        var programs = ((Type[])[typeof(FaceEmbedder), typeof(TorchEmbedder), typeof(OrtEnv)]).Select(type => type.Module.ModuleVersionId);
        _cache = EmbeddingCache.Open(folder, $"{Fingerprint} {_computed} {string.Join(' ', programs)}", Bare.EmbeddingSize, tell);
        if (_cache is null) return;
        (_tell, Embedder) = (tell, new CachedEmbedder(Bare, _cache));
    }

    public void Dispose()
    {
        if (Embedder is CachedEmbedder { } cached && cached.Known + cached.Computed > 0)
            _tell!(string.Create(CultureInfo.InvariantCulture, $"{cached.Known:N0} embeddings were known and {cached.Computed:N0} computed (kept in {_cache!.File}; --no-cache keeps none)"));
        _cache?.Dispose();
        _owned.Dispose();
    }

    /// <summary>Without being asked, a machine with a graphics card is no fault.</summary>
    private static void RequireProcessor(string model, string what, string device)
    {
        if (device.ToLowerInvariant() is not (DeviceChoice.Auto or "cpu")) throw new InputException($"{model} is {what}, which is measured on the processor; leave --device away, or name the checkpoint");
    }
}
