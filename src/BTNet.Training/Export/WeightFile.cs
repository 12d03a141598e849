using BTNet.Models;
using BTNet.Training.Backbones;
using static TorchSharp.torch;

namespace BTNet.Training.Export;

/// <summary>The one file of weights of a package: what several graphs use lies in it once.</summary>
internal sealed class WeightFile
{
    public const string Name = "weights.bin";
    public const string IndexName = "weights.json";

    private readonly Dictionary<Weight, string> _names = new(ReferenceEqualityComparer.Instance);
    private readonly AlignedContents _contents = new();
    private readonly Dictionary<string, StoredTensor> _tensors = [];

    /// <summary>What lies where.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Index => _tensors;

    /// <summary>Puts weights into the file, in this order.</summary>
    /// <param name="owner">Whose they are, which their names begin with: <c>trunk</c>, <c>r14</c>.</param>
    /// <param name="weights">The weights; those that are there already are left out.</param>
    public void Add(string owner, IEnumerable<Weight> weights)
    {
        foreach (var weight in weights)
        {
            var name = $"{owner}.{weight.Key}";
            if (!_names.TryAdd(weight, name)) continue;
            // An ONNX PReLU's slopes are laid over [N, C, H, W] from behind.
            long[] shape = weight.Kind == WeightKind.Slope ? [weight.Tensor.shape[0], 1, 1] : weight.Tensor.shape;
            _tensors.Add(name, new StoredTensor(shape, _contents.Add(sizeof(float) * weight.Tensor.NumberOfElements, stream => Write(stream, weight.Tensor))));
        }
    }

    /// <summary>The name and the place of a weight that was put in.</summary>
    public (string Name, StoredTensor Place) this[Weight weight] => (_names[weight], _tensors[_names[weight]]);

    /// <summary>The numbers of a weight.</summary>
    public static float[] Values(Weight weight)
    {
        using var scope = NewDisposeScope();
        return Stored(weight.Tensor).data<float>().ToArray();
    }

    public void Write(Stream stream) => _contents.Write(stream);

    private static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        stream.Write(Stored(tensor).bytes);
    }

    private static Tensor Stored(Tensor tensor) => tensor.detach().cpu().to(ScalarType.Float32).contiguous();
}
