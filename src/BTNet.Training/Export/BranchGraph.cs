using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using static BTNet.Training.Export.GraphParts;

namespace BTNet.Training.Export;

/// <summary>Writes down a branch for a recogniser: its own layers, and what is behind the join.</summary>
internal static class BranchGraph
{
    /// <param name="graph">The graph.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="constants">What the recogniser's nodes compute with.</param>
    /// <param name="images">What the graph calls <c>[N, 3, r, r]</c>, <c>(x / 255 - 0.5) / 0.5</c>.</param>
    /// <returns>What it calls the embedding.</returns>
    /// <exception cref="InputException">The branch enlarges faces.</exception>
    public static string Write(NetworkGraph graph, JoinBranch branch, TailConstants constants, string images)
    {
        var map = branch.Head switch
        {
            LayerHead layers => layers.Translate(graph, images),
            CopiedHead when branch.Shape.Blocks == BranchBlocks.Enlarged => throw new InputException($"the branch for {branch.Resolution} enlarges faces for the recogniser's own layers, which is to compare with and is not packaged; train one of other blocks (branch.blocks)"),
            CopiedHead copied => Copied(graph, branch, copied, constants, images),
            _ => throw new InvalidOperationException($"no such head: {branch.Head}")
        };
        return new TailGraph(constants, branch.Tail).Write(graph, branch.TailNodes, branch.Join.Tensor, map);
    }

    private static string Copied(NetworkGraph graph, JoinBranch branch, CopiedHead head, TailConstants constants, string images)
    {
        if (head.Input.Order == ColourOrder.Bgr) images = graph.Node("Gather", [images, graph.Constant(Constant<long>("head_order", LongInteger, [3], [2, 1, 0]))], Int("axis", 1));
        var scaled = graph.Node("Mul", [images, graph.Constant(Constant<float>("head_scale", Float, [1, 3, 1, 1], head.Factors))]);
        var pixels = graph.Node("Add", [scaled, graph.Constant(Constant<float>("head_shift", Float, [1, 3, 1, 1], head.Shifts))]);
        if (branch.Shape.Oversampling is > 1 and var times) pixels = Interpolation.Write(graph, pixels, branch.Resolution.Side, times);
        return new TailGraph(constants, head.Own, "head").Write(graph, head.Nodes, head.InputName, pixels);
    }
}
