using BTNet.Resolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>
/// A recogniser that somebody else trained, from its ONNX file (version 7 of the operators or later): a frozen convolutional network that gradients go through. It runs in
/// the precision (float32, bfloat16) and memory layout of its input, and on its device.
/// </summary>
public sealed class OnnxTrunk : IDisposable
{
    private readonly GraphPlan _plan;
    private readonly Passage _whole;
    private readonly Dictionary<string, (Passage Front, Passage Tail)> _cut = [];
    private readonly Lock _lock = new();

    private OnnxTrunk(OnnxGraph graph, GraphPlan plan)
    {
        (Path, Opset, _plan) = (graph.Path, graph.Opset, plan);
        MultiplyAccumulates = plan.Nodes.Sum(node => node.MultiplyAccumulates);
        Joins = JoinSearch.In(plan);
        _whole = new Passage(plan.Nodes, InputName, OutputName);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The input's name in the graph.</summary>
    public string InputName => _plan.Ends.Input;

    /// <summary>The output's name in the graph.</summary>
    public string OutputName => _plan.Ends.Output;

    /// <summary>Side of the faces, in pixels.</summary>
    public int Side => _plan.Ends.Side;

    /// <summary>Whether the graph takes faces of any side, so that <see cref="Side"/> is what was asked for.</summary>
    public bool IsSideAssumed => _plan.Ends.IsSideAssumed;

    /// <summary>Numbers in an embedding.</summary>
    public int EmbeddingSize => _plan.EmbeddingSize;

    /// <summary>Of convolutions and matrix products, for one face.</summary>
    public long MultiplyAccumulates { get; }

    /// <summary>Every map of square size that all paths from input to embedding cross, behind the first convolution, in order of depth.</summary>
    public IReadOnlyList<OnnxJoin> Joins { get; }

    /// <summary>The version of the standard operators that the graph is written in.</summary>
    internal long Opset { get; }

    /// <summary>Loads a recogniser.</summary>
    /// <param name="path">Its ONNX file; weights that it keeps in other files lie beside it.</param>
    /// <param name="side">Side of the faces, where the graph takes any: 1 to 1024.</param>
    /// <exception cref="InputException">It cannot be read, has operators that are not known (all are named), or is no convolutional recogniser.</exception>
    public static OnnxTrunk Load(string path, int side = 112)
    {
        ArgumentNullException.ThrowIfNull(path);
        using var scope = NewDisposeScope();
        var graph = OnnxGraph.Read(path);
        return new OnnxTrunk(graph, GraphPlan.Of(graph, side));
    }

    /// <summary>The same network for small faces: its layers in front of a join step by one place at a time, as the paper's branches do, so that the map at the join has the faces' side. Faces
    /// that are interpolated to some times that side come down to it by the layers' last steps.</summary>
    /// <param name="join">One of <see cref="Joins"/>.</param>
    /// <param name="oversampling">By what the faces are interpolated: 1 for as they are, or a power of 2.</param>
    /// <exception cref="InputException">The layers cannot be used so: the map comes out in another size.</exception>
    internal OnnxTrunk ForSmall(OnnxJoin join, int oversampling = 1)
    {
        using var scope = NewDisposeScope();
        var side = join.Shape.Height * oversampling;
        // A layer that makes a smaller map than the faces are comes behind the point where the network's own maps had that size.
        var slow = FrontNodes(join).Where(node => node.Shapes[0] is [_, _, var height, _] && height >= side).SelectMany(node => node.Outputs).ToHashSet();
        var graph = OnnxGraph.Read(Path).AtSide(InputName, side, slow);
        try
        {
            var trunk = new OnnxTrunk(graph, GraphPlan.Of(graph, side));
            if (trunk.Joins.Any(other => other.Tensor == join.Tensor && other.Shape == join.Shape)) return trunk;
            trunk.Dispose();
        }
        catch (InputException fault)
        {
            throw Unsuited(fault);
        }

        throw Unsuited(null);

        InputException Unsuited(Exception? fault) => new($"the layers of {Path} in front of '{join.Tensor}' do not make a map of {join.Shape.Height} pixels of a face of {side} when they step by one place; build the branch of other blocks (branch.blocks), or try another branch.oversampling", fault);
    }

    /// <summary>Where a branch of a resolution joins.</summary>
    /// <param name="resolution">The resolution.</param>
    /// <param name="place">Which of the finished maps of that side.</param>
    /// <exception cref="InputException">There is none; the message names the nearest sides that there are.</exception>
    public OnnxJoin JoinAt(Resolution resolution, JoinPlace place = JoinPlace.Earliest)
    {
        var side = resolution.Side;
        if ((place == JoinPlace.Earliest ? JoinSearch.Earliest(Joins, side) : JoinSearch.Deepest(Joins, side)) is { } join) return join;
        int[] sides = [.. Joins.Select(other => other.Shape.Height).Distinct()];
        if (sides.Length == 0) throw new InputException($"{Path} has no map that all of it goes through, so no branch can join it");
        var below = sides.Where(other => other < side).DefaultIfEmpty().Max();
        var above = sides.Where(other => other > side).DefaultIfEmpty().Min();
        throw new InputException($"{Path} has no map of {resolution} x {resolution} that all of it goes through; the nearest are of {string.Join(" and ", new[] { above, below }.Where(nearest => nearest > 0))}");
    }

    /// <summary>Embeds faces.</summary>
    /// <param name="input"><c>[N, 3, S, S]</c>, as the recogniser takes them.</param>
    /// <returns><c>[N, D]</c>, float32.</returns>
    public Tensor Forward(Tensor input)
    {
        Check(input, new FeatureShape(3, Side, Side));
        return Single(_whole.Run(input, null));
    }

    /// <summary>The map at a join.</summary>
    /// <param name="join">One of <see cref="Joins"/>.</param>
    /// <param name="input"><c>[N, 3, S, S]</c>, as the recogniser takes them.</param>
    /// <returns><c>[N, C, r, r]</c>, in the precision and layout of the input.</returns>
    public Tensor MapAt(OnnxJoin join, Tensor input)
    {
        return MapAt(join, input, null);
    }

    /// <summary>The map at a join.</summary>
    /// <param name="join">One of <see cref="Joins"/>.</param>
    /// <param name="input"><c>[N, 3, S, S]</c>, as the recogniser takes them.</param>
    /// <param name="own">Weights of somebody's own; null for the network's.</param>
    internal Tensor MapAt(OnnxJoin join, Tensor input, ITailWeights? own)
    {
        Check(input, new FeatureShape(3, Side, Side));
        return At(join).Front.Run(input, own);
    }

    /// <summary>What lies behind a join.</summary>
    /// <param name="join">One of <see cref="Joins"/>.</param>
    /// <param name="map"><c>[N, C, r, r]</c>.</param>
    /// <param name="own">A resolution's own weights; null for the network's.</param>
    /// <returns><c>[N, D]</c>, float32.</returns>
    internal Tensor Tail(OnnxJoin join, Tensor map, ITailWeights? own)
    {
        var passage = At(join).Tail;
        Check(map, join.Shape);
        return Single(passage.Run(map, own));
    }

    /// <summary>What lies behind a join, as the recogniser has it.</summary>
    /// <param name="join">One of <see cref="Joins"/>.</param>
    /// <param name="map"><c>[N, C, r, r]</c>.</param>
    /// <returns><c>[N, D]</c>, float32.</returns>
    public Tensor Tail(OnnxJoin join, Tensor map) => Tail(join, map, null);

    /// <summary>The nodes in front of a join, in order.</summary>
    internal IReadOnlyList<OnnxNode> FrontNodes(OnnxJoin join)
    {
        ArgumentNullException.ThrowIfNull(join);
        return [.. _plan.Nodes.Where(node => node.Index <= join.Index)];
    }

    /// <summary>The nodes behind a join, in order.</summary>
    internal IReadOnlyList<OnnxNode> TailNodes(OnnxJoin join)
    {
        ArgumentNullException.ThrowIfNull(join);
        return [.. _plan.Nodes.Where(node => node.Index > join.Index)];
    }

    /// <inheritdoc />
    public void Dispose() => _plan.Dispose();

    private static void Check(Tensor map, FeatureShape shape)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.shape is not [_, var channels, var height, var width] || channels != shape.Channels || height != shape.Height || width != shape.Width)
            throw new ArgumentException($"a map of [{string.Join(", ", map.shape)}], expected [N, {shape.Channels}, {shape.Height}, {shape.Width}]", nameof(map));
    }

    private static Tensor Single(Tensor embeddings)
    {
        if (embeddings.dtype == ScalarType.Float32) return embeddings;
        using (embeddings) return embeddings.to(ScalarType.Float32);
    }

    private (Passage Front, Passage Tail) At(OnnxJoin join)
    {
        ArgumentNullException.ThrowIfNull(join);
        lock (_lock)
        {
            if (_cut.TryGetValue(join.Tensor, out var cut)) return cut;
            if (!Joins.Contains(join)) throw new ArgumentException($"'{join.Tensor}' is no join of {Path}", nameof(join));
            return _cut[join.Tensor] = (new Passage(FrontNodes(join), InputName, join.Tensor), new Passage(TailNodes(join), join.Tensor, OutputName));
        }
    }
}
