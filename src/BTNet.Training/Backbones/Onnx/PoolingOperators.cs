using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What makes one number of several.</summary>
internal static class PoolingOperators
{
    public static Tensor MaxPool(NodeAttributes attributes, NodeCall call)
    {
        var (input, window, up) = Pooled(attributes, call);
        if (window.EvenPads is { } pads && pads[0] <= window.Kernel[0] / 2 && pads[1] <= window.Kernel[1] / 2)
            return nn.functional.max_pool2d(input, window.Kernel, window.Strides, pads, window.Dilations, up);
        if (up) throw new InputException("rounds up and has uneven margins");
        return nn.functional.max_pool2d(window.Padded(input, double.NegativeInfinity), window.Kernel, window.Strides, [0, 0], window.Dilations);
    }

    public static Tensor AveragePool(NodeAttributes attributes, NodeCall call)
    {
        var (input, window, up) = Pooled(attributes, call);
        var countsMargin = attributes.Int("count_include_pad", 0) != 0;
        if (window.Dilations is not [1, 1]) throw new InputException("has gaps in its kernel");
        if (up && (countsMargin || window.Pads.Any(pad => pad > 0))) throw new InputException("rounds up and has margins");
        if (window.EvenPads is { } pads && pads[0] <= window.Kernel[0] / 2 && pads[1] <= window.Kernel[1] / 2)
            return nn.functional.avg_pool2d(input, window.Kernel, window.Strides, pads, up, countsMargin);
        var sums = nn.functional.avg_pool2d(window.Padded(input, 0), window.Kernel, window.Strides);
        if (countsMargin) return sums;
        var shares = nn.functional.avg_pool2d(window.Padded(ones([1, 1, input.shape[2], input.shape[3]], dtype: input.dtype, device: input.device), 0), window.Kernel, window.Strides);
        return sums.div(shares);
    }

    public static Tensor GlobalAveragePool(NodeCall call)
    {
        var input = call.Map(0);
        return input.dim() == 4 ? input.mean([2, 3], keepdim: true) : throw new InputException($"takes a map of {input.dim()} sides, expected 4");
    }

    public static Tensor GlobalMaxPool(NodeCall call)
    {
        var input = call.Map(0);
        return input.dim() == 4 ? input.amax([2, 3], keepdim: true) : throw new InputException($"takes a map of {input.dim()} sides, expected 4");
    }

    /// <summary>A reduction over axes, which versions of the operators say in an attribute or an input.</summary>
    public static Tensor Reduce(NodeAttributes attributes, NodeCall call, Func<Tensor, long[], bool, Tensor> reduction)
    {
        var input = call.Map(0);
        var said = attributes.Ints("axes") ?? (call.Has(1) ? call.Integers(1, "axes") : null);
        if (said is not { Length: > 0 })
        {
            if (attributes.Int("noop_with_empty_axes", 0) != 0) return input;
            said = [.. Enumerable.Range(0, (int)input.dim()).Select(axis => (long)axis)];
        }

        return reduction(input, [.. Shapes.Axes(said, input.dim()).Select(axis => (long)axis)], attributes.Int("keepdims", 1) != 0);
    }

    /// <summary>The lengths of vectors, summed up in single precision.</summary>
    public static Tensor Length(Tensor input, long[] axes, bool keep)
    {
        var single = input.to(ScalarType.Float32);
        return single.mul(single).sum(axes, keep).sqrt();
    }

    public static Tensor LpNormalization(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        if (attributes.Int("p", 2) != 2) throw new InputException("normalises otherwise than by the length");
        return input.div(Length(input, [Shapes.Axis(attributes.Int("axis", -1), input.dim())], keep: true));
    }

    private static (Tensor Input, Window Window, bool Up) Pooled(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var window = Window.Of(attributes, null, input);
        Shapes.Count([input.shape[0], input.shape[1], window.Side(0, input.shape[2]), window.Side(1, input.shape[3])]);
        var up = attributes.Int("ceil_mode", 0) != 0 && !window.EndsAtTheBorder(input);
        return (input, window, up);
    }
}
