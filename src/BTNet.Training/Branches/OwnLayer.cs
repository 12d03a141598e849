using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Branches;

/// <summary>What a resolution has of its own in one layer of a recogniser: weights W become (W + U V) s, a factor for each output, and what is added b becomes b s + t; or W
/// is a copy that is trained itself.</summary>
internal sealed class OwnLayer
{
    private readonly string _key;

    /// <param name="node">The layer.</param>
    /// <param name="choice">How much of it.</param>
    public OwnLayer(OnnxNode node, TailChoice choice)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weight = node.Inputs[1].Constant!.Value;
        OutputSide = OutputsOf(node);
        var (outputs, rest) = (weight.shape[OutputSide], weight.NumberOfElements / weight.shape[OutputSide]);
        // The same in front of a join and behind it, so that a branch can start from one that joins elsewhere.
        _key = $"layer.{node.Index}.";
        Scale = Own("scale", WeightKind.NormScale, ones(outputs));
        HasShift = node.Type != "MatMul";
        Shift = HasShift ? Own("shift", WeightKind.NormShift, zeros(outputs)) : null;
        if (choice.Change == TailChange.Whole && weight.dim() > 1) Matrix = Own("weight", WeightKind.Convolution, weight.detach().to(ScalarType.Float32, copy: true));
        // Thin factors of a matrix that is thin itself would save nothing; of a matrix that lies the other way they are not needed yet.
        if (choice.Change != TailChange.LowRank || OutputSide != 0 || 2 * choice.Rank >= Math.Min(outputs, rest)) return;
        // As LoRA begins: one factor drawn, the other 0, so that their product is 0.
        Up = Own("up", WeightKind.Linear, zeros(outputs, choice.Rank));
        Down = Own("down", WeightKind.Linear, randn(choice.Rank, rest).mul_(LastingScalar.Of(1 / Math.Sqrt(rest))));
    }

    /// <summary>Weights in place of the layer's, of the same shape; null for the layer's own.</summary>
    public Weight? Matrix { get; }

    /// <summary>Whether nothing is left of what the layer has at one of its inputs.</summary>
    public bool Replaces(int input) => input == 1 && Matrix is not null;

    /// <summary>U, <c>[outputs, rank]</c>; null where there is none.</summary>
    public Weight? Up { get; }

    /// <summary>V, <c>[rank, numbers of an output]</c>.</summary>
    public Weight? Down { get; }

    /// <summary>s, a number for each output.</summary>
    public Weight Scale { get; }

    /// <summary>t; null where the operator adds nothing.</summary>
    public Weight? Shift { get; }

    /// <summary>Which side of the weights their outputs lie along.</summary>
    public int OutputSide { get; }

    /// <summary>Everything.</summary>
    public IEnumerable<Weight> Weights => new[] { Matrix, Up, Down, Scale, Shift }.OfType<Weight>();

    private bool HasShift { get; }

    /// <summary>Whether a node is a layer whose weights are constants. A matrix product is where it takes a row of numbers for each face; one of places does not ask for weights.</summary>
    public static bool Fits(OnnxNode node) => node.Type is "Conv" or "Gemm" or "MatMul" or "BatchNormalization" && node.Inputs.Length > 1 && node.Inputs[1].Constant is { } weight
        && (node.Type != "MatMul" || (weight.Value.dim() == 2 && node.Shapes[0].Length == 2));

    /// <summary>What the layer computes with in place of its own.</summary>
    public (Tensor Weight, Tensor? Bias) Apply(Tensor weight, Tensor? bias)
    {
        var own = Matrix?.Tensor ?? weight;
        if (Up is not null) own = own.Plus(Up.Tensor.matmul(Down!.Tensor).reshape(weight.shape));
        var scaled = own * Scale.Tensor.reshape(ScaleShape((int)weight.dim()));
        if (!HasShift) return (scaled, bias);
        return (scaled, bias is null ? Shift!.Tensor : (bias * Scale.Tensor).Plus(Shift!.Tensor));
    }

    /// <summary>Takes what another branch of the same recogniser has of its own in this layer: all of it or nothing, for its scales were learnt with its weights. Where weights are a copy here, a product that was
    /// added to the recogniser's goes into it.</summary>
    /// <param name="tensors">The other branch's, by key.</param>
    /// <param name="weight">The recogniser's weights of the layer.</param>
    /// <returns>Whether the layer computes what it does there.</returns>
    public bool Take(IReadOnlyDictionary<string, Tensor> tensors, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var theirs = tensors.Where(entry => entry.Key.StartsWith(_key, StringComparison.Ordinal)).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        if (theirs.Count == 0) return false;
        if (Matrix is not null && !theirs.ContainsKey(Matrix.Key))
        {
            var (up, down) = (theirs.GetValueOrDefault($"{_key}up"), theirs.GetValueOrDefault($"{_key}down"));
            if (up is not null && down is not null && IsProduct(up, down, weight) && theirs.Remove($"{_key}up") && theirs.Remove($"{_key}down")) weight = weight.Plus(up.matmul(down).reshape(weight.shape));
            theirs[Matrix.Key] = weight;
        }

        var mine = Weights.ToDictionary(own => own.Key, own => own.Tensor, StringComparer.Ordinal);
        if (!theirs.All(entry => mine.TryGetValue(entry.Key, out var own) && own.shape.SequenceEqual(entry.Value.shape) && own.dtype == entry.Value.dtype)) return false;
        foreach (var (key, tensor) in theirs) mine[key].copy_(tensor);
        return true;
    }

    /// <summary>The shape in which the scale lies over weights.</summary>
    public long[] ScaleShape(int sides) => [.. Enumerable.Range(0, sides).Select(side => side == OutputSide ? -1L : 1)];

    private static int OutputsOf(OnnxNode node) => node.Type switch
    {
        "MatMul" => 1,
        "Gemm" => node.Proto.Attribute.Any(attribute => attribute is { Name: "transB", I: not 0 }) ? 0 : 1,
        _ => 0
    };

    private static bool IsProduct(Tensor up, Tensor down, Tensor weight) => up.dim() == 2 && down.dim() == 2 && up.shape[1] == down.shape[0] && up.shape[0] == weight.shape[0] && up.shape[0] * down.shape[1] == weight.NumberOfElements;

    private Weight Own(string name, WeightKind kind, Tensor values) => new(_key + name, kind, new Parameter(values, requires_grad: true));
}
