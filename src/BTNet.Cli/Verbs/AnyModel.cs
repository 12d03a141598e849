using BTNet.Embeddings;
using BTNet.Inference;
using BTNet.Models;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using BTNet.Training.Devices;

namespace BTNet.Cli.Verbs;

/// <summary>A model as people name one: the folder of a package, or of a checkpoint.</summary>
internal sealed class AnyModel : IDisposable
{
    private readonly IDisposable _owned;

    private AnyModel(IEmbedder embedder, IDisposable owned) => (Embedder, _owned) = (embedder, owned);

    public IEmbedder Embedder { get; }

    /// <param name="folder">The folder.</param>
    /// <param name="trunkOnly">Whether no branch is needed, so that those of a checkpoint may be whatever they are.</param>
    /// <param name="int8">Whether a package's networks in 8-bit integers are wanted.</param>
    /// <param name="device">Where torch is to compute, as <see cref="DeviceChoice"/> reads it; a package is run by ONNX Runtime on the processor.</param>
    /// <exception cref="InputException">It is neither, is damaged, or is not to be had so.</exception>
    public static AnyModel Open(string folder, bool trunkOnly, bool int8, string device)
    {
        if (ModelPackage.IsPackage(folder))
        {
            // Without being asked, a machine with a graphics card is no fault. And torch need not be loaded.
            if (device.ToLowerInvariant() is not (DeviceChoice.Auto or "cpu")) throw new InputException($"{folder} is a model package, which is measured on the processor; leave --device away, or name the checkpoint");
            var package = FaceEmbedder.Load(folder, new FaceEmbedderOptions { Int8 = int8 });
            return new AnyModel(package, package);
        }

        if (int8) throw new InputException($"{folder} is no model package, and only a package has networks in 8-bit integers; `btnet export` and `btnet quantize` make one");
        var model = new ModelDirectory(folder);
        var place = DeviceChoice.Resolve(device);
        var torch = trunkOnly ? TorchEmbedder.Load(model, [], place) : TorchEmbedder.Load(model, place);
        return new AnyModel(torch, torch);
    }

    public void Dispose() => _owned.Dispose();
}
