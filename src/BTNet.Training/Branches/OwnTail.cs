using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>What a resolution has of its own in a recogniser's tail. At first it changes nothing.</summary>
internal sealed class OwnTail : ITailWeights, IDisposable
{
    private readonly Dictionary<int, OwnLayer> _layers;

    /// <param name="nodes">The tail's nodes.</param>
    /// <param name="choice">How much of them is to be the resolution's own.</param>
    public OwnTail(IEnumerable<OnnxNode> nodes, TailChoice choice) => _layers = choice.Change == TailChange.None
        ? []
        : nodes.Where(OwnLayer.Fits).ToDictionary(node => node.Index, node => new OwnLayer(node, choice));

    /// <summary>Everything that is the resolution's own.</summary>
    public IEnumerable<Weight> Weights => _layers.Values.SelectMany(layer => layer.Weights);

    /// <summary>What of a node is its own; null where nothing is.</summary>
    public OwnLayer? Of(int node) => _layers.GetValueOrDefault(node);

    /// <inheritdoc />
    public (Tensor Weight, Tensor? Bias) Of(int node, Tensor weight, Tensor? bias) => _layers.TryGetValue(node, out var layer) ? layer.Apply(weight, bias) : (weight, bias);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var weight in Weights) weight.Tensor.Dispose();
    }
}
