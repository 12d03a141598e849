using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Export.Onnx;
using static BTNet.Training.Export.GraphParts;
using static BTNet.Training.Tests.Backbones.Onnx.GraphBuilder;

namespace BTNet.Training.Tests.Backbones.Onnx;

public sealed class OnnxJoinTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Network, resolution, what makes the map, channels, layers in front.</summary>
    public static TheoryData<string, int, string, int, int> Defaults => new()
    {
        { "resnet", 56, "MaxPool", 8, 1 },
        { "resnet", 28, "Add", 12, 6 },
        { "resnet", 14, "Add", 16, 9 },
        { "resnet", 7, "Add", 24, 12 },
        { "squeezenet", 56, "Relu", 8, 1 },
        { "squeezenet", 28, "MaxPool", 8, 1 },
        { "squeezenet", 14, "MaxPool", 16, 4 },
        { "squeezenet", 7, "MaxPool", 24, 7 },
        { "mobilenet", 56, "Clip", 8, 1 },
        { "mobilenet", 28, "Clip", 32, 6 },
        { "mobilenet", 14, "Clip", 48, 12 },
        { "mobilenet", 7, "Clip", 64, 18 }
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Defaults))]
    public void The_earliest_join_is_the_first_finished_map_of_its_size(string network, int side, string type, int channels, int depth)
    {
        using var trunk = Load(Networks.All[network]());

        var join = trunk.JoinAt(Resolution.Of(side));

        Assert.Equal((new FeatureShape(channels, side, side), depth), (join.Shape, join.Depth));
        Assert.StartsWith(type, join.Tensor, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_sums_the_deepest_join_is_the_last_finished_map_of_those_with_the_fewest_channels()
    {
        var graph = new GraphBuilder();
        var narrow = graph.ConvNormRelu(graph.ConvNormRelu(Input, 4, 3, 4), 8, 3, 4);
        // As in an inverted residual: wide within, narrow between.
        var between = graph.ConvNormRelu(graph.ConvNormRelu(narrow, 16, 3, 1), 8, 3, 1);
        using var trunk = Load(graph.Model(graph.TorchHead(graph.ConvNormRelu(between, 16, 3, 1), 16)));

        Assert.Equal((between, 4), (trunk.JoinAt(Resolution.Of(7), JoinPlace.Deepest).Tensor, trunk.JoinAt(Resolution.Of(7), JoinPlace.Deepest).Depth));
        Assert.Equal(narrow, trunk.JoinAt(Resolution.Of(7)).Tensor);
        // Of one there is but one.
        Assert.Equal(trunk.JoinAt(Resolution.Of(28)), trunk.JoinAt(Resolution.Of(28), JoinPlace.Deepest));
        Assert.Throws<InputException>(() => trunk.JoinAt(Resolution.Of(14), JoinPlace.Deepest));
    }

    [Fact]
    public void The_pooling_that_a_stage_begins_with_is_not_its_deepest_join_though_it_has_the_fewest_channels()
    {
        var residual = new GraphBuilder();
        var map = Block(residual, Block(residual, Pooled(residual, residual.ConvNormRelu(Input, 8, 5)), 32), 32);
        using (var trunk = Load(residual.Model(residual.TorchHead(residual.ConvNormRelu(map, 48, 3, 2), 16)))) Assert.Equal(map, trunk.JoinAt(Resolution.Of(56), JoinPlace.Deepest).Tensor);

        // Without a way around: VGG.
        var plain = new GraphBuilder();
        map = plain.ConvNormRelu(plain.ConvNormRelu(Pooled(plain, plain.ConvNormRelu(Input, 8, 5)), 16), 16);
        using (var trunk = Load(plain.Model(plain.TorchHead(Pooled(plain, map), 16))))
        {
            Assert.Equal(map, trunk.JoinAt(Resolution.Of(56), JoinPlace.Deepest).Tensor);
            // Where it is all there is, it is taken.
            Assert.StartsWith("MaxPool", trunk.JoinAt(Resolution.Of(28), JoinPlace.Deepest).Tensor, StringComparison.Ordinal);
        }

        static string Pooled(GraphBuilder graph, string map) => graph.Node("MaxPool", [map], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1));

        // As wide without as within, and wider than what it is given.
        static string Block(GraphBuilder graph, string map, int width) =>
            graph.Node("Relu", [graph.Node("Add", [graph.Norm(graph.Conv(graph.ConvNormRelu(map, 8, 1), width)), graph.Norm(graph.Conv(map, width, 1))])]);
    }

    [Fact]
    public void Of_a_stage_whose_blocks_become_wider_the_last_block_is_the_deepest_join()
    {
        var graph = new GraphBuilder();
        string Inverted(string map, int outputs)
        {
            var thin = graph.Norm(graph.Conv(graph.ConvNormRelu(map, 48, 1), outputs, 1));
            return graph.Node("Add", [thin, graph.Norm(graph.Conv(map, outputs, 1))]);
        }

        var last = Inverted(Inverted(graph.ConvNormRelu(Input, 8, 3, 8), 8), 12);
        using var trunk = Load(graph.Model(graph.TorchHead(graph.ConvNormRelu(last, 48, 1), 16)));

        Assert.Equal(last, trunk.JoinAt(Resolution.Of(14), JoinPlace.Deepest).Tensor);
    }

    [Fact]
    public void Of_a_real_recogniser_the_deepest_joins_are_those_that_were_measured()
    {
        using var trunk = OnnxTrunk.Load(SharedData.Require("models", "mobilefacenet-apache2.onnx"));

        Assert.Equal(
            [("/features/features.4/Add_output_0", 18), ("/features/features.11/Add_output_0", 39), ("/features/features.14/Add_output_0", 48)],
            new[] { 28, 14, 7 }.Select(side => trunk.JoinAt(Resolution.Of(side), JoinPlace.Deepest)).Select(join => (join.Tensor, join.Depth)));
    }

    [Fact]
    public void Joins_come_in_order_and_none_lies_inside_a_block_with_a_way_around_it()
    {
        using var trunk = Load(Networks.Resnet());

        Assert.Equal(trunk.Joins.OrderBy(join => join.Index), trunk.Joins);
        // Stem: convolution, norm, ReLU, pooling; of each block: the sum and ReLU; the average.
        Assert.Equal(["Conv", "BatchNormalization", "Relu", "MaxPool", .. Enumerable.Repeat((string[])["Add", "Relu"], 4).SelectMany(block => block), "GlobalAveragePool"], trunk.Joins.Select(join => join.Tensor.Split('_')[0]));
        Assert.Equal(trunk.Joins.OrderByDescending(join => join.TailMultiplyAccumulates).Select(join => join.TailMultiplyAccumulates), trunk.Joins.Select(join => join.TailMultiplyAccumulates));
        // Behind the average there is a matrix of 24 x 16.
        Assert.Equal(24 * 16, trunk.Joins[^1].TailMultiplyAccumulates);
        Assert.Equal(trunk.MultiplyAccumulates - (112 * 112 * 8 * 3 * 5 * 5), trunk.Joins[0].TailMultiplyAccumulates);
    }

    [Fact]
    public void A_skip_from_the_first_map_to_the_end_leaves_no_join_between()
    {
        using var trunk = Load(Networks.LongSkip());

        Assert.All(trunk.Joins.Where(join => join.Shape.Height > 1), join => Assert.Equal(56, join.Shape.Height));
        Assert.Equal(56, trunk.JoinAt(Resolution.Of(56)).Shape.Height);
        var fault = Assert.Throws<InputException>(() => trunk.JoinAt(Resolution.Of(14)));
        Assert.Contains("no map of 14 x 14", fault.Message, StringComparison.Ordinal);
        Assert.Contains("56 and 1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_carries_shapes_alone_is_no_way_around()
    {
        // As torch writes x.view(face.size(0), -1).
        var graph = new GraphBuilder();
        var map = graph.ConvNormRelu(Input, 4, 3, 8);
        var count = graph.Node("Gather", [graph.Node("Shape", [Input]), graph.Integer(0)], Int("axis", 0));
        var sides = graph.Node("Concat", [graph.Node("Unsqueeze", [count, graph.Integers(0)]), graph.Integers(-1)], Int("axis", 0));
        using var trunk = Load(graph.Model(graph.Linear(graph.Node("Reshape", [map, sides]), 4 * 14 * 14, 16)));

        var join = trunk.JoinAt(Resolution.Of(14));

        var tail = trunk.TailNodes(join);
        Assert.Equal(["Reshape", "Gemm"], tail.Select(node => node.Type));
        Assert.Equal([-1, 784], tail[0].Constants.Values.Single().data<long>().ToArray());
        Assert.Equal(2, tail[1].Constants.Count);
    }

    [Fact]
    public void A_join_inside_convolution_norm_and_activation_is_listed_and_not_the_default()
    {
        var graph = new GraphBuilder();
        var map = graph.ConvNormRelu(Input, 4, 3, 8);
        using var trunk = Load(graph.Model(graph.TorchHead(map, 16)));

        Assert.Equal(3, trunk.Joins.Count(join => join.Shape.Height == 14));
        Assert.Equal(map, trunk.JoinAt(Resolution.Of(14)).Tensor);
    }

    [Fact]
    public void Where_there_is_no_finished_map_one_of_a_convolution_is_taken_before_one_that_was_scaled()
    {
        var graph = new GraphBuilder();
        var map = graph.Conv(graph.ConvNormRelu(Input, 4, 3, 4), 4, 3, 2);
        var scaled = graph.Node("Sub", [map, graph.Weights(0.2, 4, 1, 1)]);
        using var trunk = Load(graph.Model(graph.TorchHead(scaled, 16)));

        Assert.Equal([map, scaled], trunk.Joins.Where(join => join.Shape.Height == 14).Select(join => join.Tensor));
        Assert.Equal(map, trunk.JoinAt(Resolution.Of(14)).Tensor);
    }

    [Fact]
    public void A_join_of_another_network_is_refused()
    {
        using var trunk = Load(Networks.Resnet());
        using var faces = Reference.Faces(1);

        Assert.Throws<ArgumentException>(() => trunk.MapAt(new OnnxJoin("elsewhere", 3, new FeatureShape(8, 14, 14), 1, 1), faces));
    }

    private OnnxTrunk Load(ModelProto model) => OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), model));
}
