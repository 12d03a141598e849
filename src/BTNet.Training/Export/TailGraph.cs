using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using TorchSharp;
using static BTNet.Training.Export.GraphParts;
using static TorchSharp.torch;

namespace BTNet.Training.Export;

/// <summary>Writes down what is behind a recogniser's join: its operators as they are, with what a resolution has of its own in place of what the recogniser has. How that
/// comes about of the recogniser's weights is written down, too, for who runs the graph to compute once.</summary>
/// <param name="weights">The recogniser's, which every branch takes from one file.</param>
/// <param name="own">What the resolution has of its own.</param>
/// <param name="key">What names in the graph begin with.</param>
internal sealed class TailGraph(TailConstants weights, OwnTail own, string key = "tail")
{
    /// <summary>Adds the nodes to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="nodes">The nodes behind the join, in order.</param>
    /// <param name="join">What the recogniser calls the map at the join.</param>
    /// <param name="map">What the graph calls it.</param>
    /// <returns>What the graph calls the last node's output.</returns>
    public string Write(NetworkGraph graph, IReadOnlyList<OnnxNode> nodes, string join, string map)
    {
        var names = new Dictionary<string, string> { [join] = map };
        foreach (var node in nodes)
        {
            var copy = node.Proto.Clone();
            copy.Name = $"{key}_{node.Index}";
            List<string> inputs = [.. node.Inputs.Select(input => !input.IsGiven ? "" : input.Constant is null ? names[input.Name] : weights.Name(graph, key, input.Name, input.Constant.Value))];
            if (own.Of(node.Index) is { } layer) Replace(graph, node, layer, inputs);
            copy.Input.Clear();
            copy.Input.AddRange(inputs);
            for (var i = 0; i < copy.Output.Count; i++) names[node.Outputs[i]] = copy.Output[i] = $"{key}_{node.Index}_{i}";
            graph.Node(copy);
        }

        return names[nodes[^1].Outputs[0]];
    }

    private void Replace(NetworkGraph graph, OnnxNode node, OwnLayer layer, List<string> inputs)
    {
        var shape = node.Inputs[1].Constant!.Value.shape;
        var weight = layer.Matrix is null ? inputs[1] : graph.Stored(layer.Matrix);
        if (layer.Up is not null)
        {
            var product = graph.Node("MatMul", [graph.Stored(layer.Up), graph.Stored(layer.Down!)]);
            weight = graph.Node("Add", [weight, graph.Node("Reshape", [product, Integers(graph, $"{key}_{node.Index}_shape", shape)])]);
        }

        var scale = graph.Stored(layer.Scale);
        var laid = shape.Length == 1 ? scale : graph.Node("Reshape", [scale, Integers(graph, $"{key}_{node.Index}_side", layer.ScaleShape(shape.Length))]);
        inputs[1] = graph.Node("Mul", [weight, laid]);
        if (layer.Shift is null) return;
        var shift = graph.Stored(layer.Shift);
        if (inputs.Count > 2 && inputs[2].Length > 0) inputs[2] = graph.Node("Add", [graph.Node("Mul", [inputs[2], scale]), shift]);
        else if (inputs.Count > 2) inputs[2] = shift;
        else inputs.Add(shift);
    }

    private static string Integers(NetworkGraph graph, string name, long[] values) => graph.Constant(Constant<long>(name, Long, [values.Length], values));
}

/// <summary>What the nodes of a recogniser's tail compute with: long rows of numbers are in the file of weights, once for all branches, and short ones in each graph.</summary>
internal sealed class TailConstants
{
    /// <summary>Fewer numbers are not worth a place in a file.</summary>
    private const int Fewest = 32;

    private readonly Dictionary<string, Weight> _weights;

    /// <param name="nodes">All nodes that any branch writes down.</param>
    public TailConstants(IEnumerable<OnnxNode> nodes) => _weights = nodes.SelectMany(node => node.Inputs)
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
        return graph.Constant(value.dtype == ScalarType.Int64 ? Constant<long>(own, Long, value.shape, dense.data<long>().ToArray()) : Constant<float>(own, Float, value.shape, dense.data<float>().ToArray()));
    }
}
