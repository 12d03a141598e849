using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Export.Onnx;
using BTNet.Training.Kernels;
using BTNet.Training.Tests.Backbones.Onnx;
using TorchSharp;
using static BTNet.Training.Export.GraphParts;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Branches;

[Collection(nameof(TorchRandomness))]
public sealed class OwnLayerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, TailChange> Layers
    {
        get
        {
            var layers = new TheoryData<string, TailChange>();
            foreach (var kind in (string[])["Conv", "Conv with bias", "Conv in groups", "Gemm", "Gemm turned", "Gemm without bias", "MatMul", "BatchNormalization"])
                foreach (var change in (TailChange[])[TailChange.ScaleAndShift, TailChange.LowRank, TailChange.Whole]) layers.Add(kind, change);
            return layers;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_of_its_own_changes_nothing_at_first_and_learns(string kind, TailChange change)
    {
        using var scope = NewDisposeScope();
        using var trunk = Load(kind);
        var join = trunk.Joins.First(one => one.Shape.Height == 14);
        var nodes = trunk.TailNodes(join);
        using var own = new OwnTail(nodes, new TailChoice { Change = change, Rank = 2 });
        var map = MapForm.Default.Of(trunk.MapAt(join, MapForm.Default.Of(Reference.Faces(3)))).detach();
        var before = trunk.Tail(join, map);

        var first = trunk.Tail(join, map, own);
        Assert.InRange(Reference.Distance(Rows(before), first), 0, 1e-6);

        first.square().sum().backward();
        var node = nodes.First(one => one.Type == kind.Split(' ')[0]);
        var layer = own.Of(node.Index)!;
        Assert.Equal(kind == "MatMul", layer.Shift is null);
        Assert.Equal(change == TailChange.Whole && kind != "BatchNormalization", layer.Matrix is not null);
        // Where outputs lie along the first side: Conv, and Gemm of a turned matrix.
        Assert.Equal(change == TailChange.LowRank && (kind.StartsWith("Conv", StringComparison.Ordinal) || kind == "Gemm turned"), layer.Up is not null);
        foreach (var weight in layer.Weights.Where(weight => weight != layer.Down)) Assert.True(weight.Tensor.grad!.abs().sum().item<float>() > 0, weight.Key);
        using (no_grad()) foreach (var weight in layer.Weights) weight.Tensor.add_(tensor(0.1f));
        Assert.True(Reference.Distance(Rows(before), trunk.Tail(join, map, own)) > 1e-3);
        // The recogniser's own tail is as it was.
        Assert.True(SmallNetworks.AreEqual(before, trunk.Tail(join, map)));
    }

    [Fact]
    public void Nothing_is_its_own_where_nothing_is_wanted()
    {
        using var trunk = Load("Conv");
        using var own = new OwnTail(trunk.TailNodes(trunk.Joins[0]), new TailChoice { Change = TailChange.None });
        Assert.Empty(own.Weights);
    }

    [Fact]
    public void What_is_its_own_goes_by_the_formula()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var trunk = Load("Gemm turned");
        var node = trunk.TailNodes(trunk.Joins[0]).First(one => one.Type == "Gemm");
        var layer = new OwnLayer(node, new TailChoice { Change = TailChange.LowRank, Rank = 2 });
        Fill(layer.Weights);
        var (weight, bias) = (node.Inputs[1].Constant!.Value, node.Inputs[2].Constant!.Value);

        var (ownWeight, ownBias) = layer.Apply(weight, bias);

        var s = layer.Scale.Tensor;
        Assert.True(ownWeight.allclose(weight.add(layer.Up!.Tensor.matmul(layer.Down!.Tensor)).mul(s.unsqueeze(1)), 1e-5, 1e-6));
        Assert.True(ownBias!.allclose(bias.mul(s).add(layer.Shift!.Tensor), 1e-5, 1e-6));
        foreach (var one in layer.Weights) one.Tensor.Dispose();
    }

    [Fact]
    public void A_product_of_low_rank_can_learn_what_scales_cannot()
    {
        using var scope = NewDisposeScope();
        using var trunk = Load("Gemm turned");
        var join = trunk.Joins.First(one => one.Shape.Height == 14);
        // Channels that differ from map to map.
        var map = Reference.Faces(64, 1)[.., TensorIndex.Slice(0, 1), 0, 0].reshape(8, 8, 1, 1).expand(8, 8, 14, 14).contiguous();
        // Embeddings with their numbers in another order.
        var wished = trunk.Tail(join, map).roll(1, 1).detach();
        double Learnt(TailChange change)
        {
            manual_seed(3);
            using var own = new OwnTail(trunk.TailNodes(join).Where(node => node.Type == "Gemm"), new TailChoice { Change = change, Rank = 3 });
            using var optimizer = optim.Adam(own.Weights.Select(weight => (TorchSharp.Modules.Parameter)weight.Tensor), 0.02);
            var lost = 0.0;
            for (var step = 0; step < 200; step++)
            {
                using var inner = NewDisposeScope();
                optimizer.zero_grad();
                var loss = (trunk.Tail(join, map, own) - wished).square().mean();
                loss.backward();
                optimizer.step();
                lost = loss.item<float>();
            }

            return lost;
        }

        var (scales, product) = (Learnt(TailChange.ScaleAndShift), Learnt(TailChange.LowRank));

        Assert.True(product < 0.5 * scales, $"{product} and {scales}");
    }

    [Fact]
    public void Keys_are_unique_and_a_layer_whose_weights_are_no_constants_or_no_matrix_is_left_as_it_is()
    {
        var graph = new GraphBuilder();
        var map = graph.ConvNormRelu(GraphBuilder.Input, 8, 3, 8);
        // Places as rows: [N, 196, 8] by a matrix, which torch's side does not take its own weights for.
        var rows = graph.Node("Transpose", [graph.Node("Reshape", [map, graph.Integers(0, 8, 196)])], Ints("perm", 0, 2, 1));
        var mixed = graph.Node("MatMul", [rows, graph.Weights(0.5, 8, 8)]);
        var flat = graph.Node("Flatten", [mixed], Int("axis", 1));
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), graph.Model(graph.Linear(flat, 8 * 196, 16))));
        var nodes = trunk.TailNodes(trunk.Joins[0]);
        using var own = new OwnTail(nodes, new TailChoice { Change = TailChange.ScaleAndShift });

        Assert.Null(own.Of(nodes.First(node => node.Type == "MatMul").Index));
        Assert.NotNull(own.Of(nodes.First(node => node.Type == "Gemm").Index));
        Assert.Equal(own.Weights.Select(weight => weight.Key).Distinct(), own.Weights.Select(weight => weight.Key));
    }

    internal static void Fill(IEnumerable<Weight> weights, double spread = 0.3)
    {
        using var _ = no_grad();
        var random = new Random(11);
        foreach (var weight in weights)
        {
            using var scope = NewDisposeScope();
            var middle = weight.Kind is WeightKind.NormScale or WeightKind.RunningVariance ? 1 : 0;
            weight.Tensor.copy_(tensor([.. Enumerable.Range(0, (int)weight.Tensor.NumberOfElements).Select(_ => (float)(middle + (spread * ((2 * random.NextDouble()) - 1))))], weight.Tensor.shape));
        }
    }

    private static float[][] Rows(Tensor embeddings) => [.. Enumerable.Range(0, (int)embeddings.shape[0]).Select(row => embeddings[row].contiguous().data<float>().ToArray())];

    /// <summary>A network with a layer of a kind behind a map of 14.</summary>
    private OnnxTrunk Load(string kind)
    {
        var graph = new GraphBuilder();
        var map = graph.ConvNormRelu(GraphBuilder.Input, 8, 3, 8);
        string Pooled(string of) => graph.Node("Flatten", [graph.Node("GlobalAveragePool", [of])], Int("axis", 1));
        var end = kind switch
        {
            "Conv" => Pooled(graph.Conv(map, 16)),
            "Conv with bias" => Pooled(graph.Conv(map, 16, bias: true)),
            "Conv in groups" => Pooled(graph.Conv(graph.Node("Concat", [map, map], Int("axis", 1)), 16, groups: 16, bias: true)),
            "Gemm" => graph.Node("Gemm", [Pooled(map), graph.Weights(0.6, 8, 16), graph.Weights(0.2, 16)]),
            "Gemm turned" => graph.Linear(Pooled(map), 8, 16),
            "Gemm without bias" => graph.Node("Gemm", [Pooled(map), graph.Weights(0.6, 8, 16)]),
            "MatMul" => graph.Node("MatMul", [Pooled(map), graph.Weights(0.6, 8, 16)]),
            _ => graph.Node("BatchNormalization", [Pooled(graph.Conv(map, 16)), graph.Weights(1, 0.4, 16), graph.Weights(0.3, 16), graph.Weights(0.3, 16), graph.Weights(1, 0.5, 16)])
        };
        return OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), graph.Model(end)));
    }
}
