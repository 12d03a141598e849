using System.Runtime.InteropServices;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Export;
using BTNet.Training.Export.Onnx;
using BTNet.Training.Kernels;
using BTNet.Training.Tests.Export;
using Google.Protobuf;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones.Onnx;

public sealed class OnnxTrunkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. Networks.All.Keys];

    public static MapForm[] Forms => [new(MapLayout.Planar, MapPrecision.Fp32), new(MapLayout.ChannelsLast, MapPrecision.Fp32)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Embeddings_are_those_of_ONNX_Runtime_for_any_number_of_faces_in_either_layout(string name)
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.All[name]()));
        Assert.Equal((112, 16, false), (trunk.Side, trunk.EmbeddingSize, trunk.IsSideAssumed));
        var faces = Reference.Faces(3);
        var expected = Reference.Embed(trunk.Path, faces);

        foreach (var form in Forms) Assert.InRange(Reference.Distance(expected, trunk.Forward(form.Of(faces))), 0, 1e-4);
        Assert.InRange(Reference.LeastCosine(expected, trunk.Forward(new MapForm(MapLayout.ChannelsLast, MapPrecision.Bf16).Of(faces))), 0.99, 1.001);
        Assert.InRange(Reference.LeastCosine(expected, trunk.Forward(new MapForm(MapLayout.Planar, MapPrecision.Bf16).Of(faces))), 0.99, 1.001);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_cut_at_any_join_is_the_network(string name)
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.All[name]()));
        var faces = MapForm.Default.Of(Reference.Faces(2));
        var expected = Reference.Embed(trunk.Path, faces);

        Assert.NotEmpty(trunk.Joins);
        foreach (var join in trunk.Joins)
        {
            var map = trunk.MapAt(join, faces);
            Assert.Equal([2, join.Shape.Channels, join.Shape.Height, join.Shape.Width], map.shape);
            Assert.InRange(Reference.Distance(expected, trunk.Tail(join, map)), 0, 1e-4);
        }
    }

    [Theory]
    [InlineData("iresnet10", 56, 28, 14, 7)]
    [InlineData("mobilefacenet", 56, 28, 14, 7)]
    public void What_export_writes_is_read_with_its_weights_beside_it(string network, params int[] sides)
    {
        using var scope = NewDisposeScope();
        var package = _folder.File("package");
        ModelExport.Run(SmallCheckpoint.Make(_folder.File("model"), network, [14]), package, SmallCheckpoint.Faces(1));
        var pixels = Reference.Faces(2, scale: 60, shift: 127).clamp_(0, 255);

        foreach (var file in (string[])["r112.onnx", "r112.fast.onnx"])
        {
            using var trunk = OnnxTrunk.Load(Path.Combine(package, file));
            Assert.InRange(Reference.Distance(Reference.Embed(trunk.Path, pixels), trunk.Forward(MapForm.Default.Of(pixels))), 0, 1e-4);
            foreach (var side in sides) Assert.Equal(side, trunk.JoinAt(Resolution.Of(side)).Shape.Width);
        }
    }

    [Fact]
    public void The_shared_recogniser_gives_the_embeddings_of_ONNX_Runtime_on_real_faces()
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(SharedData.Require("models", "mobilefacenet-apache2.onnx"));
        Assert.Equal((112, 128), (trunk.Side, trunk.EmbeddingSize));
        Assert.InRange(trunk.MultiplyAccumulates, 230_000_000, 240_000_000);
        var faces = RealFaces.Tensor(16);
        var expected = Reference.Embed(trunk.Path, faces);

        using (no_grad())
        {
            foreach (var form in Forms) Assert.InRange(Reference.Distance(expected, trunk.Forward(form.Of(faces))), 0, 1e-4);
            Assert.InRange(Reference.LeastCosine(expected, trunk.Forward(new MapForm(MapLayout.ChannelsLast, MapPrecision.Bf16).Of(faces))), 0.99, 1.001);
        }

        foreach (var side in (int[])[56, 28, 14, 7])
        {
            var join = trunk.JoinAt(Resolution.Of(side));
            Assert.Equal(side, join.Shape.Height);
            Assert.InRange(join.TailMultiplyAccumulates, 1, trunk.MultiplyAccumulates - 1);
        }
    }

    [Fact]
    public void A_network_in_half_precision_runs_in_the_precision_of_its_input()
    {
        using var scope = NewDisposeScope();
        var model = Networks.Mobilenet();
        using var exact = OnnxTrunk.Load(Reference.Write(_folder.File("exact.onnx"), model));
        foreach (var weight in model.Graph.Initializer.Where(tensor => tensor.DataType == GraphParts.Float))
        {
            weight.DataType = 10;
            weight.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(Array.ConvertAll(MemoryMarshal.Cast<byte, float>(weight.RawData.ToByteArray()).ToArray(), value => (Half)value).AsSpan()));
        }

        NodeProto Cast(string from, string to, int kind) => new() { OpType = "Cast", Input = { from }, Output = { to }, Attribute = { GraphParts.Int("to", kind) } };
        var (nodes, output) = (model.Graph.Node, model.Graph.Output[0]);
        nodes[0].Input[0] = "half";
        nodes.Insert(0, Cast(GraphBuilder.Input, "half", 10));
        nodes.Add(Cast(output.Name, "single", 1));
        output.Name = "single";
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), model));
        var faces = MapForm.Default.Of(Reference.Faces(2));

        Assert.InRange(Reference.Distance(Reference.Embed(exact.Path, faces), trunk.Forward(faces)), 0, 0.02);
        Assert.DoesNotContain(trunk.TailNodes(trunk.Joins[0]), node => node.Type == "Cast");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_slope_serves_maps_of_several_widths(bool isBehindNorm)
    {
        using var scope = NewDisposeScope();
        var graph = new GraphBuilder();
        var slope = graph.Weights(0.3, 0.1, 1);
        string Bent(string map, int width)
        {
            var wide = graph.Conv(map, width, 3, 2);
            return graph.Node("PRelu", [isBehindNorm ? graph.Norm(wide) : wide, slope]);
        }

        // Wider each time, and narrower again.
        var end = ((ReadOnlySpan<int>)[4, 16, 64, 8]).ToArray().Aggregate(GraphBuilder.Input, Bent);
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), graph.Model(graph.TorchHead(end, 16))));
        var faces = Reference.Faces(2);
        var expected = Reference.Embed(trunk.Path, faces);

        foreach (var form in Forms) Assert.InRange(Reference.Distance(expected, trunk.Forward(form.Of(faces))), 0, 1e-4);
    }

    [Fact]
    public void Weights_that_were_first_used_in_inference_mode_take_part_in_training_later()
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Resnet()));
        var faces = new MapForm(MapLayout.ChannelsLast, MapPrecision.Bf16).Of(Reference.Faces(1));
        using (inference_mode()) trunk.Forward(faces);

        var input = faces.detach().requires_grad_();
        trunk.Forward(input).sum().backward();

        Assert.True(input.grad!.abs().sum().ToSingle() > 0);
    }
}
