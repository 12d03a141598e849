using BTNet.TestSupport;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Kernels;
using BTNet.Training.Native;
using TorchSharp;
using static BTNet.Training.Export.GraphParts;
using static BTNet.Training.Tests.Backbones.Onnx.GraphBuilder;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Backbones.Onnx;

public sealed class OnnxGradientTests : IDisposable
{
    private const float Step = 2e-3f;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MapLayout.Planar)]
    [InlineData(MapLayout.ChannelsLast)]
    public void Gradients_to_the_map_and_to_own_weights_are_those_of_finite_differences(MapLayout layout)
    {
        using var scope = NewDisposeScope();
        using var trunk = Small();
        var join = trunk.Joins[0];
        var map = new MapForm(layout, MapPrecision.Fp32).Of(trunk.MapAt(join, Reference.Faces(2, 28))).detach().requires_grad_();
        using var own = new OwnWeights();
        var direction = tensor(Enumerable.Range(0, 2 * 16).Select(i => MathF.Sin(i)).ToArray(), [2, 16]);
        double Loss() => trunk.Tail(join, map, own).mul(direction).sum().ToDouble();

        trunk.Tail(join, map, own).mul(direction).sum().backward();

        // Two convolutions, two norms, a matrix.
        Assert.Equal(5, own.Weights.Count);
        foreach (var tensor in own.Weights.Values.SelectMany(pair => new[] { pair.Weight, pair.Bias }).OfType<Tensor>().Append(map))
        {
            Assert.NotNull(tensor.grad);
            var (analytic, numeric) = (0.0, 0.0);
            var towards = tensor.grad!.div(tensor.grad!.norm());
            using (no_grad())
            {
                tensor.add_(towards, LastingScalar.Of(Step));
                var above = Loss();
                tensor.add_(towards, LastingScalar.Of(-2.0 * Step));
                numeric = (above - Loss()) / (2 * Step);
                tensor.add_(towards, LastingScalar.Of(Step));
                analytic = tensor.grad!.norm().ToDouble();
            }

            Assert.InRange(numeric / analytic, 0.97, 1.03);
        }
    }

    [Fact]
    public void Gradients_in_bf16_point_where_those_in_single_precision_do()
    {
        using var scope = NewDisposeScope();
        using var trunk = OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), Networks.Mobilenet()));
        var join = trunk.JoinAt(BTNet.Resolutions.Resolution.Of(14));
        var map = trunk.MapAt(join, Reference.Faces(2)).detach();
        Tensor Gradient(MapForm form)
        {
            var input = form.Of(map).detach().requires_grad_();
            trunk.Tail(join, input).mul(tensor(Enumerable.Range(0, 32).Select(i => MathF.Sin(i)).ToArray(), [2, 16])).sum().backward();
            return input.grad!.to(ScalarType.Float32).flatten();
        }

        var exact = Gradient(new MapForm(MapLayout.Planar, MapPrecision.Fp32));

        foreach (var form in (MapForm[])[MapForm.Default, new(MapLayout.ChannelsLast, MapPrecision.Bf16), new(MapLayout.Planar, MapPrecision.Bf16)])
        {
            var gradient = Gradient(form);
            Assert.InRange(exact.dot(gradient).ToDouble() / (exact.norm().ToDouble() * gradient.norm().ToDouble()), form.Precision == MapPrecision.Bf16 ? 0.95 : 0.99999, 1.00001);
        }
    }

    [Fact]
    public void The_weights_of_the_network_get_no_gradients_and_those_given_back_as_they_are_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var trunk = Small();
        var join = trunk.Joins[0];
        var map = trunk.MapAt(join, Reference.Faces(1, 28)).requires_grad_();

        var same = trunk.Tail(join, map, new SameWeights());
        same.sum().backward();

        Assert.True(SmallNetworks.AreEqual(trunk.Tail(join, map), same));
        Assert.All(trunk.TailNodes(join).SelectMany(node => node.Constants.Values), constant => Assert.False(constant.requires_grad));
    }

    private OnnxTrunk Small()
    {
        var graph = new GraphBuilder();
        var map = graph.Conv(Input, 16, 3, 2);
        map = graph.Slopes(graph.Norm(graph.Conv(map, 16, 3, 1, 16)));
        map = graph.Node("Add", [map, graph.Norm(graph.Conv(map, 16, 3, 1, 1, bias: true))]);
        var model = graph.Model(graph.Linear(graph.Node("Flatten", [map], Int("axis", 1)), 16 * 14 * 14, 16), side: 28);
        return OnnxTrunk.Load(Reference.Write(_folder.File("net.onnx"), model));
    }

    /// <summary>Copies that are trained.</summary>
    private sealed class OwnWeights : ITailWeights, IDisposable
    {
        public Dictionary<int, (Tensor Weight, Tensor? Bias)> Weights { get; } = [];

        public (Tensor Weight, Tensor? Bias) Of(int node, Tensor weight, Tensor? bias)
        {
            if (!Weights.TryGetValue(node, out var own))
                Weights.Add(node, own = (weight.clone().requires_grad_().DetachFromDisposeScope(), bias?.clone().requires_grad_().DetachFromDisposeScope()));
            return own;
        }

        public void Dispose()
        {
            foreach (var (weight, bias) in Weights.Values)
            {
                weight.Dispose();
                bias?.Dispose();
            }
        }
    }

    private sealed class SameWeights : ITailWeights
    {
        public (Tensor Weight, Tensor? Bias) Of(int node, Tensor weight, Tensor? bias) => (weight, bias);
    }
}
