using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>The nodes from one value to another, in order, with what can be done in one pass together and what is no longer needed after each.</summary>
internal sealed class Passage
{
    private readonly List<Step> _steps = [];
    private readonly string _from;
    private readonly string _to;

    /// <param name="nodes">The nodes between.</param>
    /// <param name="from">The value that goes in.</param>
    /// <param name="to">The value that comes out.</param>
    public Passage(IReadOnlyList<OnnxNode> nodes, string from, string to)
    {
        (_from, _to) = (from, to);
        var readers = nodes.SelectMany(node => node.Maps.Select(map => (map, node))).ToLookup(pair => pair.map, pair => pair.node);
        var norms = new Dictionary<int, OnnxNode>();
        var taken = new HashSet<int>();
        foreach (var norm in nodes.Where(node => node.Type == "BatchNormalization" && node.Shapes[0].Length == 4 && node.Outputs[0] != to))
        {
            if (readers[norm.Outputs[0]].ToList() is [var next] && Follows(norm, next) && norms.TryAdd(next.Index, norm)) taken.Add(norm.Index);
        }

        foreach (var node in nodes.Where(node => !taken.Contains(node.Index))) _steps.Add(new Step(node, norms.GetValueOrDefault(node.Index)));
        var seen = new HashSet<string> { to };
        for (var i = _steps.Count - 1; i >= 0; i--) _steps[i].Ends.AddRange(_steps[i].Reads.Where(seen.Add));
    }

    /// <summary>Runs the nodes. A map is let go of when the last that reads it has run; what gradients need of it, autograd holds.</summary>
    /// <param name="input">What goes in; stays the caller's.</param>
    /// <param name="own">A resolution's own weights; null for the network's.</param>
    /// <returns>What comes out, in the caller's scope.</returns>
    public Tensor Run(Tensor input, ITailWeights? own)
    {
        using var scope = NewDisposeScope();
        var maps = new Dictionary<string, Tensor> { [_from] = input.alias() };
        foreach (var step in _steps)
        {
            using (NewDisposeScope())
            {
                var results = step.Run(maps, own);
                for (var i = 0; i < results.Length; i++)
                {
                    // What does nothing gives back what it got, which has an end of its own.
                    var result = maps.Values.Any(map => ReferenceEquals(map, results[i])) ? results[i].alias() : results[i];
                    maps[step.Node.Outputs[i]] = result.MoveToOuterDisposeScope();
                }
            }

            foreach (var name in step.Ends)
            {
                maps[name].Dispose();
                maps.Remove(name);
            }
        }

        return maps[_to].MoveToOuterDisposeScope();
    }

    private static bool Follows(OnnxNode norm, OnnxNode next) => next.Type switch
    {
        "Relu" => true,
        "PRelu" => next.Inputs is [_, { Constant: { } slope }] && (slope.Value.NumberOfElements == 1 || (slope.Value.shape is [.., var channels, _, _] && channels == slope.Value.NumberOfElements && channels == norm.Shapes[0][1])),
        "Add" => next.Maps.Distinct().Count() == 2 && next.Shapes[0].SequenceEqual(norm.Shapes[0]),
        _ => false
    };

    /// <summary>A node, with the norm in front of it where that goes with it.</summary>
    private sealed record Step(OnnxNode Node, OnnxNode? Norm)
    {
        /// <summary>What is not read any more afterwards.</summary>
        public List<string> Ends { get; } = [];

        public IEnumerable<string> Reads => Norm is null ? Node.Maps : Norm.Maps.Concat(Node.Maps.Where(map => map != Norm.Outputs[0]));

        public Tensor[] Run(Dictionary<string, Tensor> maps, ITailWeights? own)
        {
            if (Norm is null) return Node.Run(Call(Node));
            var slope = Node.Type == "PRelu" ? Node.Inputs[1].Constant : null;
            var other = Node.Type == "Add" ? maps[Node.Maps.First(map => map != Norm.Outputs[0])] : null;
            return [NormOperators.WithNext(Norm.Attributes, Call(Norm), slope, Node.Type is "Relu" or "PRelu", other)];

            NodeCall Call(OnnxNode node) => new(node.Inputs, [.. node.Inputs.Select(input => input is { IsGiven: true, Constant: null } ? maps[input.Name] : null)], node.Index, own);
        }
    }
}
