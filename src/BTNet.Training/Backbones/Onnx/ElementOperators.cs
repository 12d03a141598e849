using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What is done to each number by itself.</summary>
internal static class ElementOperators
{
    /// <summary>A function of one map.</summary>
    public static Tensor Each(NodeCall call, Func<Tensor, Tensor> function)
    {
        var input = call.Map(0);
        // libtorch has no shapes without numbers for some functions, and none changes the shape.
        return input.device_type == DeviceType.META ? input : function(input);
    }

    public static Tensor Clip(NodeAttributes attributes, NodeCall call)
    {
        // The bounds were attributes before version 11 of the operators.
        var (least, most) = attributes.Opset < 11
            ? (attributes.Float("min", double.NegativeInfinity), attributes.Float("max", double.PositiveInfinity))
            : (call.Number(1, "a lower bound") ?? double.NegativeInfinity, call.Number(2, "an upper bound") ?? double.PositiveInfinity);
        if (!(least <= most)) throw new InputException($"has the bounds {least} and {most}");
        if (call.ConstantOrNull(0) is { IsInteger: true }) throw new InputException("bounds integers, expected floats");
        // ReLU and ReLU6 have a quicker way back. TorchSharp's hardtanh does nothing.
        return Each(call, input => (least, most) switch
        {
            (0, double.PositiveInfinity) => input.relu(),
            (0, 6) => input.relu6(),
            _ => input.clamp(LastingScalar.Of(least), LastingScalar.Of(most))
        });
    }

    public static Tensor HardSigmoid(NodeCall call, double slope, double shift) =>
        Each(call, input => input.Times(slope).Plus(shift).clamp(LastingScalar.Of(0.0), LastingScalar.Of(1.0)));

    /// <summary>An operator on two tensors, laid over each other from behind.</summary>
    public static Tensor Both(NodeCall call, Func<Tensor, Tensor, Tensor> operation)
    {
        var (isLeft, isRight) = (call.ConstantOrNull(0) is not null, call.ConstantOrNull(1) is not null);
        var left = isLeft && !isRight ? call.Beside(0, call.Map(1)) : call.Map(0);
        var right = isRight && !isLeft ? call.Beside(1, left) : call.Map(1);
        if (left.is_floating_point() != right.is_floating_point()) throw new InputException("takes floats with integers");
        Shapes.Broadcast(left, right);
        return operation(left, right);
    }

    public static Tensor Divide(Tensor left, Tensor right) => left.is_floating_point() ? left.div(right)
        : right.data<long>().Contains(0) ? throw new InputException("divides integers by zero")
        : left.div(right, RoundingMode.trunc);

    public static Tensor Pow(NodeCall call)
    {
        var power = call.Number(1, "a power") ?? throw new InputException("lacks its power");
        return Each(call, input => power == 2 ? input.mul(input) : power == 0.5 ? input.sqrt() : input.pow(LastingScalar.Of(power)));
    }
}
