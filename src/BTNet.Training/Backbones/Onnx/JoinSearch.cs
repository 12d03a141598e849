namespace BTNet.Training.Backbones.Onnx;

/// <summary>Finds the maps that everything between input and embedding goes through.</summary>
internal static class JoinSearch
{
    private static readonly HashSet<string> Activations = ["Relu", "PRelu", "Clip", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh"];
    private static readonly string[] Poolings = ["MaxPool", "AveragePool"];
    private static readonly HashSet<string> OfSeveral = ["Concat", .. Poolings];

    /// <summary>
    /// The joins of a network, in order of depth. A tensor is crossed by every path just where it is the only one that is made up to its node and
    /// read behind it: a path around it would carry another over that place, and whatever is carried over it is a path around, since every node lies on a path
    /// from the input to the embedding and what is read later cannot lead back. Maps in front of the first convolution are left out: there is nothing to replace.
    /// </summary>
    public static IReadOnlyList<OnnxJoin> In(GraphPlan plan)
    {
        var lastReader = new Dictionary<string, int> { [plan.Ends.Output] = int.MaxValue };
        foreach (var node in plan.Nodes)
        {
            foreach (var map in node.Maps) lastReader[map] = Math.Max(lastReader.GetValueOrDefault(map), node.Index);
        }

        var joins = new List<OnnxJoin>();
        var live = new HashSet<string> { plan.Ends.Input };
        var (depth, left) = (0, plan.Nodes.Sum(node => node.MultiplyAccumulates));
        foreach (var node in plan.Nodes)
        {
            if (node.IsLayer) depth++;
            left -= node.MultiplyAccumulates;
            live.UnionWith(node.Outputs.Where(lastReader.ContainsKey));
            live.RemoveWhere(name => lastReader[name] <= node.Index);
            if (depth > 0 && live.Count == 1 && node.Outputs.Count >= 1 && live.Contains(node.Outputs[0]) && node.Shapes[0] is [1, var channels, var height, var width] && height == width)
                joins.Add(new OnnxJoin(node.Outputs[0], node.Index, new FeatureShape((int)channels, (int)height, (int)width), depth, left) { Kind = KindOf(node), Operator = node.Type });
        }

        return joins;
    }

    /// <summary>
    /// The earliest finished map of one size, so that as much of the network as can be is shared. A join between a convolution, its norm and
    /// its activation makes little sense, since the branch would have to end in the middle of what was trained as one; it is taken only where there is no finished map. Behind it
    /// comes what is neither, such as a map that was cut, turned round or scaled: of what that is like the least is known. Poolings and
    /// concatenations stand behind activations and count as finished; so does a product of two maps, as in x sigmoid(x).
    /// </summary>
    public static OnnxJoin? Earliest(IEnumerable<OnnxJoin> joins, int side) => joins.Where(join => join.Shape.Height == side).OrderBy(join => join.Kind).ThenBy(join => join.Index).FirstOrDefault();

    /// <summary>
    /// The deepest among those of one size: the last finished map that is as wide as what goes from block to block, which carries what the network found in the least room. That is the last sum of a
    /// block and the way around it, since blocks may become wider within a size (MobileNetV2's of 14 pixels); without sums it is the fewest channels. The pooling that a stage begins with is of the stage before
    /// (ResNet, VGG, DenseNet), and counts only where there is nothing else. What is compared there is nearer to the embedding than at the earliest, for the price of a branch that shares less.
    /// </summary>
    public static OnnxJoin? Deepest(IEnumerable<OnnxJoin> joins, int side)
    {
        var finished = joins.Where(join => join.Shape.Height == side).OrderBy(join => join.Index).GroupBy(join => join.Kind).MinBy(kind => kind.Key)?.ToList();
        if (finished is null) return null;
        if (finished.Count > 1 && Poolings.Contains(finished[0].Operator)) finished.RemoveAt(0);
        var width = finished.LastOrDefault(join => join is { Kind: JoinKind.Whole, Operator: "Add" })?.Shape.Channels ?? finished.Min(join => join.Shape.Channels);
        return finished.Last(join => join.Shape.Channels == width);
    }

    private static JoinKind KindOf(OnnxNode node) =>
        Activations.Contains(node.Type) || OfSeveral.Contains(node.Type) || (node.Type is "Add" or "Mul" && node.Maps.Count() == 2) ? JoinKind.Whole
        : node.Type is "Conv" or "BatchNormalization" ? JoinKind.Inner
        : JoinKind.Other;
}
