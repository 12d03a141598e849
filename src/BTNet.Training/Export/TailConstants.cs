using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using TorchSharp;
using static BTNet.Training.Export.GraphParts;
using static TorchSharp.torch;

namespace BTNet.Training.Export;

/// <summary>What the nodes of a recogniser's tail compute with: long rows of numbers are in the file of weights, once for all branches, and short ones in each graph.</summary>
internal sealed class TailConstants
{
    /// <summary>Fewer numbers are not worth a place in a file.</summary>
    private const int Fewest = 32;

    private readonly Dictionary<string, Weight> _weights;

    /// <param name="nodes">All nodes that any branch writes down, with what it has of its own there.</param>
    public TailConstants(IEnumerable<(OnnxNode Node, OwnLayer? Own)> nodes) => _weights = nodes
        .SelectMany(pair => pair.Node.Inputs.Where((_, place) => pair.Own?.Replaces(place) != true))
        .Where(input => input.Constant is { IsInteger: false } constant && constant.Value.NumberOfElements >= Fewest).DistinctBy(input => input.Name)
        .ToDictionary(input => input.Name, input => new Weight(input.Name, WeightKind.Linear, input.Constant!.Value));

    /// <summary>Those that are in the file.</summary>
    public IEnumerable<Weight> Weights => _weights.Values;

    /// <summary>What a graph calls a constant, which is put into the graph where it is not in the file.</summary>
    public string Name(NetworkGraph graph, string key, string name, Tensor value)
    {
        if (_weights.TryGetValue(name, out var weight)) return graph.Stored(weight);
        var own = $"{key}_{name}";
        if (graph.Has(own)) return own;
        using var scope = NewDisposeScope();
        var dense = value.contiguous();
        return graph.Constant(value.dtype == ScalarType.Int64 ? Constant<long>(own, LongInteger, value.shape, dense.data<long>().ToArray()) : Constant<float>(own, Float, value.shape, dense.data<float>().ToArray()));
    }
}
