using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using static BTNet.Training.Export.GraphParts;

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
            var layer = own.Of(node.Index);
            List<string> inputs = [.. node.Inputs.Select((input, place) => !input.IsGiven ? "" : input.Constant is null ? names[input.Name]
                : layer is not null && layer.Replaces(place) ? graph.Stored(layer.Matrix!) : weights.Name(graph, key, input.Name, input.Constant.Value))];
            if (layer is not null) Replace(graph, node, layer, inputs);
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
        var weight = inputs[1];
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

    private static string Integers(NetworkGraph graph, string name, long[] values) => graph.Constant(Constant<long>(name, LongInteger, [values.Length], values));
}
