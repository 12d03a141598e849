using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>What a resolution has of its own in a recogniser's tail. At first it changes nothing.</summary>
internal sealed class OwnTail : ITailWeights, IDisposable
{
    private readonly Dictionary<int, OwnLayer> _layers;

    /// <param name="nodes">The tail's layers with weights.</param>
    /// <param name="choice">How much of them is to be the resolution's own.</param>
    public OwnTail(IEnumerable<OnnxLayer> nodes, TailChoice choice) =>
        _layers = nodes.Where(_ => choice.Change != TailChange.None).ToDictionary(node => node.Index, node => new OwnLayer(node, choice));

    /// <summary>Everything that is the resolution's own.</summary>
    public IEnumerable<Weight> Weights => _layers.Values.SelectMany(layer => layer.Weights);

    /// <inheritdoc />
    public (Tensor Weight, Tensor? Bias) Of(int node, Tensor weight, Tensor? bias) => _layers.TryGetValue(node, out var layer) ? layer.Apply(weight, bias) : (weight, bias);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var weight in Weights) weight.Tensor.Dispose();
    }

    private sealed class OwnLayer
    {
        private readonly Weight? _matrix;
        private readonly Weight? _down;
        private readonly Weight? _up;
        private readonly Weight _scale;
        private readonly Weight _shift;

        public OwnLayer(OnnxLayer node, TailChoice choice)
        {
            using var _ = no_grad();
            var shape = node.Weight.shape;
            var key = $"tail.{node.Index}";
            _scale = Own($"{key}.scale", WeightKind.NormScale, ones(shape[0]));
            _shift = Own($"{key}.shift", WeightKind.NormShift, zeros(shape[0]));
            var (rows, columns) = (shape[0], node.Weight.NumberOfElements / shape[0]);
            if (choice.Change == TailChange.Whole && shape.Length > 1) _matrix = Own($"{key}.weight", WeightKind.Convolution, node.Weight.detach().to(ScalarType.Float32).clone());
            if (choice.Change != TailChange.LowRank || 2 * choice.Rank >= Math.Min(rows, columns)) return;
            // As LoRA begins: one factor drawn, the other 0, so that their product is 0.
            _down = Own($"{key}.down", WeightKind.Linear, randn(choice.Rank, columns).mul_(LastingScalar.Of(1 / Math.Sqrt(columns))));
            _up = Own($"{key}.up", WeightKind.Linear, zeros(rows, choice.Rank));
        }

        public IEnumerable<Weight> Weights => new[] { _matrix, _down, _up, _scale, _shift }.OfType<Weight>();

        public (Tensor Weight, Tensor? Bias) Apply(Tensor weight, Tensor? bias)
        {
            var own = _matrix?.Tensor ?? weight;
            if (_up is not null) own = own.Plus(_up.Tensor.matmul(_down!.Tensor).reshape(weight.shape));
            var scaled = own * _scale.Tensor.reshape([-1, .. Enumerable.Repeat(1L, (int)own.dim() - 1)]);
            return (scaled, bias is null ? _shift.Tensor : (bias * _scale.Tensor).Plus(_shift.Tensor));
        }

        private static Weight Own(string key, WeightKind kind, Tensor values) => new(key, kind, new Parameter(values, requires_grad: true));
    }
}
