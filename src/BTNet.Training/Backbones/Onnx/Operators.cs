using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>The operators that a recogniser may be made of.</summary>
internal static class Operators
{
    private static readonly Dictionary<string, Func<NodeAttributes, NodeCall, Tensor>> Single = new()
    {
        ["Conv"] = ConvolutionOperators.Conv,
        ["Gemm"] = ConvolutionOperators.Gemm,
        ["MatMul"] = (_, call) => ConvolutionOperators.MatMul(call),
        ["BatchNormalization"] = NormOperators.BatchNormalization,
        ["PRelu"] = (_, call) => NormOperators.PRelu(call),
        ["Relu"] = (_, call) => ElementOperators.Each(call, input => input.relu()),
        ["LeakyRelu"] = (attributes, call) => ElementOperators.Each(call, input => input.leaky_relu(LastingScalar.Of(attributes.Float("alpha", 0.01)))),
        ["Sigmoid"] = (_, call) => ElementOperators.Each(call, input => input.sigmoid()),
        ["HardSigmoid"] = (attributes, call) => ElementOperators.HardSigmoid(call, attributes.Float("alpha", 0.2), attributes.Float("beta", 0.5)),
        ["HardSwish"] = (_, call) => ElementOperators.HardSigmoid(call, 1 / 6.0, 0.5).mul(call.Map(0)),
        ["Tanh"] = (_, call) => ElementOperators.Each(call, input => input.tanh()),
        ["Sqrt"] = (_, call) => ElementOperators.Each(call, input => input.sqrt()),
        ["Clip"] = ElementOperators.Clip,
        ["Pow"] = (_, call) => ElementOperators.Pow(call),
        ["Add"] = (_, call) => ElementOperators.Both(call, (left, right) => left.Plus(right)),
        ["Sub"] = (_, call) => ElementOperators.Both(call, (left, right) => left.Plus(right.neg())),
        ["Mul"] = (_, call) => ElementOperators.Both(call, (left, right) => left.mul(right)),
        ["Div"] = (_, call) => ElementOperators.Both(call, ElementOperators.Divide),
        ["Concat"] = ShapeOperators.Concat,
        ["Flatten"] = ShapeOperators.Flatten,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Transpose"] = ShapeOperators.Transpose,
        ["Shape"] = ShapeOperators.Shape,
        ["Gather"] = ShapeOperators.Gather,
        ["Unsqueeze"] = ShapeOperators.Unsqueeze,
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Slice"] = ShapeOperators.Slice,
        ["Cast"] = ShapeOperators.Cast,
        ["Expand"] = (_, call) => ShapeOperators.Expand(call),
        ["ConstantOfShape"] = ShapeOperators.ConstantOfShape,
        ["Pad"] = ShapeOperators.Pad,
        ["Constant"] = (attributes, _) => ShapeOperators.Constant(attributes),
        ["GlobalAveragePool"] = (_, call) => PoolingOperators.GlobalAveragePool(call),
        ["GlobalMaxPool"] = (_, call) => PoolingOperators.GlobalMaxPool(call),
        ["AveragePool"] = PoolingOperators.AveragePool,
        ["MaxPool"] = PoolingOperators.MaxPool,
        ["ReduceMean"] = (attributes, call) => PoolingOperators.Reduce(attributes, call, (input, axes, keep) => input.mean(axes, keep)),
        ["ReduceSum"] = (attributes, call) => PoolingOperators.Reduce(attributes, call, (input, axes, keep) => input.sum(axes, keep)),
        ["ReduceL2"] = (attributes, call) => PoolingOperators.Reduce(attributes, call, PoolingOperators.Length),
        ["LpNormalization"] = PoolingOperators.LpNormalization,
        // Both do nothing in a trained network.
        ["Dropout"] = (_, call) => call.Map(0),
        ["Identity"] = (_, call) => call.Map(0)
    };

    /// <summary>Those that may compute on constants alone: shapes, and small arithmetic on weights.</summary>
    private static readonly HashSet<string> OnConstants =
    [
        "Add", "Sub", "Mul", "Div", "Sqrt", "Pow", "Concat", "Flatten", "Reshape", "Transpose", "Shape", "Gather", "Unsqueeze", "Squeeze", "Slice", "Cast", "Expand", "ConstantOfShape", "Constant", "Identity"
    ];

    /// <summary>What only transformers are made of.</summary>
    private static readonly HashSet<string> OfTransformers = ["Softmax", "LayerNormalization", "SkipLayerNormalization", "Attention", "MultiHeadAttention", "Erf", "Gelu", "Einsum"];

    public static bool Knows(string type, string domain) => OnnxGraph.IsStandard(domain) && (type == "Split" || Single.ContainsKey(type));

    public static bool IsOnConstants(string type) => OnConstants.Contains(type);

    public static bool IsOfTransformers(string type) => OfTransformers.Contains(type);

    /// <summary>What a node of a known type does.</summary>
    public static Operation Of(string type, NodeAttributes attributes, int outputs)
    {
        if (type == "Split") return call => ShapeOperators.Split(attributes, call, outputs);
        var operation = Single[type];
        return call => [operation(attributes, call)];
    }
}
