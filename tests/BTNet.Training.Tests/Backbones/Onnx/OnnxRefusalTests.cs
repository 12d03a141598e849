using System.Runtime.InteropServices;
using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Export.Onnx;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using TorchSharp;
using static BTNet.Training.Export.GraphParts;
using static BTNet.Training.Tests.Backbones.Onnx.GraphBuilder;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones.Onnx;

public sealed class OnnxRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_transformer_is_refused_and_all_its_unknown_operators_named_at_once()
    {
        var graph = new GraphBuilder();
        var patches = graph.Node("Transpose", [graph.Node("Reshape", [graph.Conv(Input, 8, 16, 16, 1, false, Ints("pads", 0, 0, 0, 0)), graph.Integers(0, 8, -1)])], Ints("perm", 0, 2, 1));
        var normal = graph.Node("LayerNormalization", [patches, graph.Weights(1, 8), graph.Weights(1, 8)], Int("axis", -1));
        var scores = graph.Node("Softmax", [graph.Node("MatMul", [normal, graph.Node("Transpose", [normal], Ints("perm", 0, 2, 1))])]);
        var tokens = graph.Node("Add", [patches, graph.Node("MatMul", [graph.Node("Softmax", [scores]), normal])]);

        var fault = Refused(graph.Model(graph.Linear(graph.Node("ReduceMean", [tokens], Ints("axes", 1), Int("keepdims", 0)), 8, 16)));

        Assert.Contains("the operator LayerNormalization is not known (the node 'node_LayerNormalization_3' (LayerNormalization))", fault, StringComparison.Ordinal);
        Assert.Contains("the operator Softmax is not known (the node 'node_Softmax_6' (Softmax) and 1 more)", fault, StringComparison.Ordinal);
        Assert.Contains("transformer", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_of_another_domain_is_named_with_it()
    {
        var model = Networks.Resnet();
        model.Graph.Node[0].Domain = "com.microsoft";

        Assert.Contains("com.microsoft.Conv is not known", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_detector_is_refused()
    {
        var fault = Assert.Throws<InputException>(() => OnnxTrunk.Load(SharedData.Require("models", "face_detection_yunet_2023mar.onnx")));

        Assert.Contains("outputs (cls_8, ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("as detectors do; expected a recogniser", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_outputs_are_refused()
    {
        var model = Networks.Resnet();
        model.Graph.Output.Add(Value(model.Graph.Node[3].Output[0], [null, 8, 56, 56]));

        Assert.Contains("has 2 outputs", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_that_is_no_row_of_numbers_is_refused()
    {
        var graph = new GraphBuilder();
        var map = graph.ConvNormRelu(Input, 4, 3, 8);

        Assert.Contains("gives 'Relu_2' of [2, 4, 14, 14] for 2 faces; expected a recogniser: one input [N, 3, side, side], one output [N, D]", Refused(graph.Model(map)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new long[] { 1, 112, 112, 3 }, "takes 'face' of [1, 112, 112, 3]")]
    [InlineData(new long[] { 1, 1, 112, 112 }, "takes 'face' of [1, 1, 112, 112]")]
    [InlineData(new long[] { 1, 3, 112 }, "takes 'face' of [1, 3, 112]")]
    [InlineData(new long[] { 1, 3, 112, 96 }, "96 x 112 pixels, not square")]
    [InlineData(new long[] { 1, 3, 4096, 4096 }, "4096 pixels")]
    public void An_input_that_is_no_square_picture_is_refused(long[] sides, string expected)
    {
        var model = Networks.Resnet();
        var shape = model.Graph.Input[0].Type.TensorType.Shape;
        shape.Dim.Clear();
        shape.Dim.AddRange(sides.Select(side => new TensorShapeProto.Types.Dimension { DimValue = side }));

        Assert.Contains(expected, Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_inputs_are_refused()
    {
        var model = Networks.Resnet();
        model.Graph.Input.Add(Value("second", [null, 3]));

        Assert.Contains("has 2 inputs", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_side_that_the_graph_leaves_open_is_assumed_or_given()
    {
        var path = Reference.Write(_folder.File("net.onnx"), Open());

        using (var trunk = OnnxTrunk.Load(path)) Assert.Equal((112, true), (trunk.Side, trunk.IsSideAssumed));
        using (var trunk = OnnxTrunk.Load(path, 160)) Assert.Equal((160, true), (trunk.Side, trunk.IsSideAssumed));
        Assert.Throws<InputException>(() => OnnxTrunk.Load(path, 0));

        static ModelProto Open()
        {
            var graph = new GraphBuilder();
            return graph.Model(graph.TorchHead(graph.ConvNormRelu(Input, 4, 3, 8), 16), side: null);
        }
    }

    [Fact]
    public void Weights_in_a_file_that_is_missing_or_too_short_or_elsewhere_are_refused()
    {
        var model = Networks.Resnet();
        var weight = model.Graph.Initializer[0];
        var bytes = weight.RawData.ToByteArray();
        var at = model.Graph.Initializer.IndexOf(weight);
        void External(string file) => model.Graph.Initializer[at] = BTNet.Training.Export.GraphParts.External(weight.Name, BTNet.Training.Export.GraphParts.Float, weight.Dims, file, 4, bytes.Length);

        External("net.bin");
        Assert.Contains($"there is no {_folder.File("net.bin")}; put it beside the graph", Refused(model), StringComparison.Ordinal);
        _folder.WriteBytes("net.bin", bytes);
        Assert.Contains("expected", Refused(model), StringComparison.Ordinal);
        _folder.WriteBytes("net.bin", [1, 2, 3, 4, .. bytes]);
        using (OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), model)))
        {
        }

        External("../net.bin");
        Assert.Contains("expected a file beside it", Refused(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(16)]
    public void Weights_of_other_precisions_become_singles(int kind)
    {
        var model = Networks.Resnet();
        using var scope = NewDisposeScope();
        using var exact = OnnxTrunk.Load(Reference.Write(_folder.File("exact.onnx"), model));
        foreach (var weight in model.Graph.Initializer.Where(tensor => tensor.DataType == BTNet.Training.Export.GraphParts.Float))
        {
            var values = MemoryMarshal.Cast<byte, float>(weight.RawData.ToByteArray()).ToArray();
            weight.DataType = kind;
            weight.RawData = ByteString.CopyFrom(kind switch
            {
                10 => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (Half)value).AsSpan()),
                11 => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (double)value).AsSpan()),
                _ => MemoryMarshal.AsBytes(Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).AsSpan())
            });
        }

        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), model));
        var faces = Reference.Faces(1);

        var difference = (exact.Forward(faces) - trunk.Forward(faces)).norm().ToSingle() / exact.Forward(faces).norm().ToSingle();
        Assert.InRange(difference, 0, kind == 11 ? 0 : kind == 10 ? 0.01 : 0.1);
    }

    [Fact]
    public void Integer_weights_are_refused()
    {
        var model = Networks.Resnet();
        var weight = model.Graph.Initializer[0];
        weight.DataType = 3;
        weight.RawData = ByteString.CopyFrom(new byte[weight.RawData.Length / 4]);

        Assert.Contains("'node_Conv_0' (Conv) has a weight of integers", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_before_version_7_are_refused()
    {
        var model = Networks.Resnet();
        model.OpsetImport[0].Version = 6;

        Assert.Contains("version 6", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_does_not_fit_its_input_is_named()
    {
        var model = Networks.Resnet();
        model.Graph.Node.First(node => node.OpType == "BatchNormalization").Input[1] = model.Graph.Node.Last(node => node.OpType == "BatchNormalization").Input[1];

        Assert.Contains("'node_BatchNormalization_1' (BatchNormalization) has 24 numbers", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_empty_or_no_ONNX_is_refused()
    {
        Assert.Throws<InputException>(() => OnnxTrunk.Load(_folder.File("none.onnx")));
        Assert.Throws<InputException>(() => OnnxTrunk.Load(_folder.WriteBytes("empty.onnx", [])));
        Assert.Throws<InputException>(() => OnnxTrunk.Load(_folder.WriteText("text.onnx", "no network at all")));
        Assert.Throws<InputException>(() => OnnxTrunk.Load(_folder.Path));
    }

    [Theory]
    [InlineData("resnet")]
    [InlineData("everything else")]
    public void A_damaged_file_is_read_or_refused(string network)
    {
        var path = Reference.Write(_folder.File("net.onnx"), Light(Networks.All[network]()));
        var valid = File.ReadAllBytes(path);
        var (read, refused) = (0, 0);
        using var faces = Reference.Faces(1);

        foreach (var damaged in Mutations.Of(valid, 600, seed: 5)) Try(damaged);
        var bytes = Gen.Choose(0, valid.Length - 1).Zip(Gen.Choose(0, 255)).ListOf(4);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Arb.From(bytes), changes =>
        {
            var damaged = (byte[])valid.Clone();
            foreach (var (at, value) in changes) damaged[at] = (byte)value;
            Try(damaged);
        }));

        Assert.True(read > 5 && refused > 20, $"{read} read, {refused} refused");

        void Try(byte[] damaged)
        {
            File.WriteAllBytes(path, damaged);
            try
            {
                using var scope = NewDisposeScope();
                using var trunk = OnnxTrunk.Load(path);
                using var mode = no_grad();
                if (trunk.Side == 112) Assert.Equal([1, trunk.EmbeddingSize], trunk.Forward(faces).shape);
                read++;
            }
            catch (InputException)
            {
                refused++;
            }
        }

        // Weights lie elsewhere, so that the damage hits what says what they are.
        ModelProto Light(ModelProto model)
        {
            _folder.WriteBytes("w", new byte[1 << 16]);
            foreach (var weight in model.Graph.Initializer.Where(tensor => tensor.DataType == BTNet.Training.Export.GraphParts.Float && tensor.RawData.Length > 64))
            {
                weight.DataLocation = TensorProto.Types.DataLocation.External;
                weight.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "w" });
                weight.RawData = ByteString.Empty;
            }

            return model;
        }
    }

    private string Refused(ModelProto model) => Assert.Throws<InputException>(() => OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), model))).Message;
}
