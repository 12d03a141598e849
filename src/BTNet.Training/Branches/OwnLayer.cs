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
        var key = $"layer.{node.Index}";
        Scale = Own($"{key}.scale", WeightKind.NormScale, ones(outputs));
        HasShift = node.Type != "MatMul";
        Shift = HasShift ? Own($"{key}.shift", WeightKind.NormShift, zeros(outputs)) : null;
        if (choice.Change == TailChange.Whole && weight.dim() > 1) Matrix = Own($"{key}.weight", WeightKind.Convolution, weight.detach().to(ScalarType.Float32, copy: true));
        // Thin factors of a matrix that is thin itself would save nothing; of a matrix that lies the other way they are not needed yet.
        if (choice.Change != TailChange.LowRank || OutputSide != 0 || 2 * choice.Rank >= Math.Min(outputs, rest)) return;
        // As LoRA begins: one factor drawn, the other 0, so that their product is 0.
        Up = Own($"{key}.up", WeightKind.Linear, zeros(outputs, choice.Rank));
        Down = Own($"{key}.down", WeightKind.Linear, randn(choice.Rank, rest).mul_(LastingScalar.Of(1 / Math.Sqrt(rest))));
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

    /// <summary>The shape in which the scale lies over weights.</summary>
    public long[] ScaleShape(int sides) => [.. Enumerable.Range(0, sides).Select(side => side == OutputSide ? -1L : 1)];

    private static int OutputsOf(OnnxNode node) => node.Type switch
    {
        "MatMul" => 1,
        "Gemm" => node.Proto.Attribute.Any(attribute => attribute is { Name: "transB", I: not 0 }) ? 0 : 1,
        _ => 0
    };

    private static Weight Own(string key, WeightKind kind, Tensor values) => new(key, kind, new Parameter(values, requires_grad: true));
}
