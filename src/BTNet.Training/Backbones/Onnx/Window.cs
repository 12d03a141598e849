using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>How the kernel of a convolution or pooling goes over a map of some size.</summary>
/// <param name="Kernel">Height and width.</param>
/// <param name="Strides">Steps down and to the right.</param>
/// <param name="Dilations">How far apart the places of the kernel are.</param>
/// <param name="Pads">What is added above, to the left, below and to the right.</param>
internal sealed record Window(long[] Kernel, long[] Strides, long[] Dilations, long[] Pads)
{
    /// <summary>No kernel, stride or margin of a network for faces is larger.</summary>
    private const long Largest = 1024;

    /// <summary>What is added above and on the left, where this is also what is added below and on the right.</summary>
    public long[]? EvenPads => Pads[0] == Pads[2] && Pads[1] == Pads[3] ? [Pads[0], Pads[1]] : null;

    /// <summary>From a node's attributes.</summary>
    /// <param name="attributes">The attributes.</param>
    /// <param name="kernel">Height and width of the kernel; null for what the attributes say.</param>
    /// <param name="map">The map <c>[N, C, H, W]</c>.</param>
    public static Window Of(NodeAttributes attributes, long[]? kernel, Tensor map)
    {
        if (map.dim() != 4) throw new InputException($"takes a map of {map.dim()} sides, expected [N, C, H, W]");
        var said = attributes.Ints("kernel_shape");
        if (kernel is not null && said is not null && !said.SequenceEqual(kernel)) throw new InputException($"has a kernel of {string.Join('x', kernel)} and says {string.Join('x', said)}");
        kernel ??= said ?? throw new InputException("does not say the size of its kernel");
        var (strides, dilations) = (attributes.Ints("strides") ?? [1, 1], attributes.Ints("dilations") ?? [1, 1]);
        Check(kernel, "kernel", 2, 1);
        Check(strides, "strides", 2, 1);
        Check(dilations, "dilations", 2, 1);
        var pads = attributes.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" or "" => attributes.Ints("pads") ?? [0, 0, 0, 0],
            "VALID" => [0, 0, 0, 0],
            "SAME_UPPER" => Same(upper: true),
            "SAME_LOWER" => Same(upper: false),
            var other => throw new InputException($"has the auto_pad '{other}', expected NOTSET, VALID, SAME_UPPER or SAME_LOWER")
        };
        Check(pads, "pads", 4, 0);
        return new Window(kernel, strides, dilations, pads);

        long[] Same(bool upper)
        {
            var all = new long[4];
            for (var axis = 0; axis < 2; axis++)
            {
                var side = map.shape[2 + axis];
                var steps = (side + strides[axis] - 1) / strides[axis];
                var missing = Math.Max(0, ((steps - 1) * strides[axis]) + ((kernel[axis] - 1) * dilations[axis]) + 1 - side);
                all[axis] = upper ? missing / 2 : missing - (missing / 2);
                all[axis + 2] = missing - all[axis];
            }

            return all;
        }
    }

    /// <summary>A side of what comes out.</summary>
    /// <param name="axis">0 for the height, 1 for the width.</param>
    /// <param name="side">That side of the map.</param>
    public long Side(int axis, long side)
    {
        var left = Left(axis, side);
        return left < 0 ? throw new InputException($"has a kernel that is larger than its map of {side}") : (left / Strides[axis]) + 1;
    }

    /// <summary>Whether the steps end just at the border, or leave out less than one step, on both sides: then rounding up or down is the same.</summary>
    public bool EndsAtTheBorder(Tensor map) => Left(0, map.shape[2]) % Strides[0] == 0 && Left(1, map.shape[3]) % Strides[1] == 0;

    /// <summary>The map with its margins, for what takes even ones only.</summary>
    public Tensor Padded(Tensor map, double value) => Pads.All(pad => pad == 0) ? map : nn.functional.pad(map, [Pads[1], Pads[3], Pads[0], Pads[2]], PaddingModes.Constant, value);

    private long Left(int axis, long side) => side + Pads[axis] + Pads[axis + 2] - ((Kernel[axis] - 1) * Dilations[axis]) - 1;

    private static void Check(long[] values, string what, int count, long least)
    {
        if (values.Length != count || values.Any(value => value < least || value > Largest))
            throw new InputException($"has the {what} {string.Join(", ", values)}, expected {count} of {least} to {Largest}");
    }
}
