using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>What changes shapes or picks parts, of maps as of the shapes that exporters compute with.</summary>
internal static class ShapeOperators
{
    private const int Int32 = 6, Int64 = 7;

    public static Tensor Shape(NodeAttributes attributes, NodeCall call)
    {
        var shape = call.Map(0).shape;
        int End(long at) => (int)Math.Clamp(at < 0 ? at + shape.Length : at, 0, shape.Length);
        var (start, end) = (End(attributes.Int("start", 0)), End(attributes.Int("end", shape.Length)));
        return tensor(start < end ? shape[start..end] : [], ScalarType.Int64);
    }

    public static Tensor Reshape(NodeAttributes attributes, NodeCall call)
    {
        var (input, sides) = (call.Map(0), call.Integers(1, "a shape"));
        if (attributes.Int("allowzero", 0) == 0)
        {
            for (var i = 0; i < sides.Length; i++)
            {
                if (sides[i] == 0) sides[i] = i < input.dim() ? input.shape[i] : throw new InputException($"keeps side {i} of {string.Join('x', input.shape)}");
            }
        }

        var known = Shapes.Count(sides.Where(side => side != -1));
        var unknown = sides.Count(side => side == -1);
        var count = input.NumberOfElements;
        if (unknown > 1 || (unknown == 1 ? known == 0 || count % known != 0 : known != count)) throw new InputException($"makes {string.Join('x', sides)} of {string.Join('x', input.shape)}");
        return input.reshape(sides);
    }

    public static Tensor Flatten(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var axis = attributes.Int("axis", 1);
        var at = axis == input.dim() ? (int)axis : Shapes.Axis(axis, input.dim());
        return input.reshape(input.shape[..at].Aggregate(1L, (product, side) => product * side), input.shape[at..].Aggregate(1L, (product, side) => product * side));
    }

    public static Tensor Transpose(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var order = attributes.Ints("perm") ?? [.. Enumerable.Range(0, (int)input.dim()).Reverse().Select(axis => (long)axis)];
        if (order.Length != input.dim() || !Shapes.Axes(order, input.dim()).SequenceEqual(Enumerable.Range(0, order.Length))) throw new InputException($"orders {input.dim()} sides as {string.Join(", ", order)}");
        return input.permute(order);
    }

    public static Tensor Squeeze(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var axes = Said(attributes, call) is { } said ? Shapes.Axes(said, input.dim()) : [.. Enumerable.Range(0, (int)input.dim()).Where(axis => input.shape[axis] == 1)];
        if (axes.Any(axis => input.shape[axis] != 1)) throw new InputException($"drops the sides {string.Join(", ", axes)} of {string.Join('x', input.shape)}");
        return input.reshape([.. input.shape.Where((_, axis) => !axes.Contains(axis))]);
    }

    public static Tensor Unsqueeze(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var said = Said(attributes, call) ?? throw new InputException("does not say its axes");
        var axes = Shapes.Axes(said, input.dim() + said.Length);
        var sides = new long[input.dim() + said.Length];
        var at = 0;
        for (var axis = 0; axis < sides.Length; axis++) sides[axis] = axes.Contains(axis) ? 1 : input.shape[at++];
        return input.reshape(sides);
    }

    public static Tensor Gather(NodeAttributes attributes, NodeCall call)
    {
        var (input, places) = (call.Map(0), call.Constant(1, "places"));
        var axis = Shapes.Axis(attributes.Int("axis", 0), input.dim());
        var side = input.shape[axis];
        long[] wanted = [.. places.Integers.Select(place => place >= -side && place < side ? (place < 0 ? place + side : place) : throw new InputException($"picks place {place} of {side}"))];
        var shape = places.Value.shape;
        if (shape.Length == 0) return input.select(axis, wanted[0]);
        long[] sides = [.. input.shape[..axis], .. shape, .. input.shape[(axis + 1)..]];
        Shapes.Count(sides);
        return wanted.Length == 0 ? throw new InputException("picks nothing") : cat([.. wanted.Select(place => input.narrow(axis, place, 1))], axis).reshape(sides);
    }

    public static Tensor Slice(NodeAttributes attributes, NodeCall call)
    {
        var result = call.Map(0);
        // Attributes before version 10 of the operators.
        var isOld = attributes.Opset < 10;
        var starts = isOld ? attributes.Ints("starts") ?? [] : call.Integers(1, "starts");
        var ends = isOld ? attributes.Ints("ends") ?? [] : call.Integers(2, "ends");
        var axes = (isOld ? attributes.Ints("axes") : call.Has(3) ? call.Integers(3, "axes") : null) ?? [.. starts.Select((_, axis) => (long)axis)];
        var steps = (isOld || !call.Has(4) ? null : call.Integers(4, "steps")) ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length) throw new InputException("has starts, ends, axes and steps of different numbers");
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = Shapes.Axis(axes[i], result.dim());
            var side = result.shape[axis];
            if (steps[i] < 1) throw new InputException($"goes by steps of {steps[i]}, expected 1 or more");
            long From(long at) => Math.Clamp(at < 0 ? at + side : at, 0, side);
            var (start, end) = (From(starts[i]), From(ends[i]));
            result = result.slice(axis, start, Math.Max(start, end), steps[i]);
        }

        return result;
    }

    public static Tensor[] Split(NodeAttributes attributes, NodeCall call, int outputs)
    {
        var input = call.Map(0);
        var axis = Shapes.Axis(attributes.Int("axis", 0), input.dim());
        var side = input.shape[axis];
        var sizes = attributes.Ints("split") ?? (call.Has(1) ? call.Integers(1, "sizes") : null);
        if (sizes is null)
        {
            var even = (side + outputs - 1) / outputs;
            sizes = [.. Enumerable.Range(0, outputs).Select(part => Math.Min(even, side - (part * even)))];
        }

        if (sizes.Length != outputs || sizes.Any(size => size < 1) || sizes.Sum() != side) throw new InputException($"splits {side} into {string.Join(", ", sizes)} for {outputs} outputs");
        var parts = new Tensor[outputs];
        var at = 0L;
        for (var part = 0; part < outputs; at += sizes[part++]) parts[part] = input.narrow(axis, at, sizes[part]);
        return parts;
    }

    public static Tensor Concat(NodeAttributes attributes, NodeCall call)
    {
        var map = Enumerable.Range(0, call.Count).FirstOrDefault(input => call.ConstantOrNull(input) is null, -1);
        var parts = new Tensor[call.Count];
        for (var i = 0; i < parts.Length; i++) parts[i] = map < 0 ? call.Map(i) : call.Beside(i, call.Map(map));
        if (parts.Length == 0) throw new InputException("joins nothing");
        if (parts.Any(part => part.dim() != parts[0].dim() || part.is_floating_point() != parts[0].is_floating_point())) throw new InputException("joins tensors of different kinds");
        var axis = Shapes.Axis(attributes.Int("axis", 1), parts[0].dim());
        Shapes.Count([parts.Sum(part => part.shape[axis]), .. parts[0].shape.Where((_, at) => at != axis)]);
        return cat(parts, axis);
    }

    public static Tensor Expand(NodeCall call)
    {
        var (input, sides) = (call.Map(0), call.Integers(1, "a shape"));
        Shapes.Count(sides);
        using var shape = empty(sides, device: META);
        return input.expand(Shapes.Broadcast(input, shape));
    }

    public static Tensor ConstantOfShape(NodeAttributes attributes, NodeCall call)
    {
        var sides = call.Integers(0, "a shape");
        Shapes.Count(sides);
        var value = attributes.Tensor("value") ?? tensor(0f);
        return value.NumberOfElements == 1 ? value.reshape(1).expand(Math.Max(1, sides.Length) == sides.Length ? sides : [1]).reshape(sides).clone() : throw new InputException("fills with other than one number");
    }

    public static Tensor Pad(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        if (attributes.Text("mode", "constant") is not ("constant" or "")) throw new InputException($"pads by '{attributes.Text("mode", "")}', expected a constant");
        var isOld = attributes.Opset < 11;
        var pads = isOld ? attributes.Ints("pads") ?? [] : call.Integers(1, "pads");
        var value = isOld ? attributes.Float("value", 0) : call.Number(2, "a value") ?? 0;
        int[] axes = call.Has(3) ? [.. call.Integers(3, "axes").Select(axis => Shapes.Axis(axis, input.dim()))] : [.. Enumerable.Range(0, (int)input.dim())];
        if (pads.Length != 2 * axes.Length || pads.Any(pad => pad is < 0 or > 1024)) throw new InputException($"pads by {string.Join(", ", pads)}");
        // From the last side, before and behind.
        var all = new long[2 * input.dim()];
        for (var i = 0; i < axes.Length; i++) (all[2 * (input.dim() - 1 - axes[i])], all[(2 * (input.dim() - 1 - axes[i])) + 1]) = (pads[i], pads[i + axes.Length]);
        Shapes.Count(input.shape.Select((side, axis) => side + all[2 * (input.dim() - 1 - axis)] + all[(2 * (input.dim() - 1 - axis)) + 1]));
        return nn.functional.pad(input, all, PaddingModes.Constant, value);
    }

    /// <summary>Shapes become integers or floats; maps stay in the precision that the network runs in.</summary>
    public static Tensor Cast(NodeAttributes attributes, NodeCall call)
    {
        var input = call.Map(0);
        var isToInteger = attributes.Int("to", 0) switch
        {
            1 or 10 or 11 or 16 => false,
            Int32 or Int64 => true,
            var kind => throw new InputException($"makes numbers of kind {kind}")
        };
        if (call.ConstantOrNull(0) is not null) return input.to(isToInteger ? ScalarType.Int64 : ScalarType.Float32);
        return isToInteger ? throw new InputException("makes integers of a map") : input;
    }

    public static Tensor Constant(NodeAttributes attributes)
    {
        if (attributes.Tensor("value") is { } value) return value;
        if (attributes.Has("value_float")) return tensor((float)attributes.Float("value_float", 0));
        if (attributes.Floats("value_floats") is { } floats) return tensor(floats);
        if (attributes.Has("value_int")) return tensor(attributes.Int("value_int", 0), ScalarType.Int64);
        if (attributes.Ints("value_ints") is { } integers) return tensor(integers, ScalarType.Int64);
        throw new InputException("holds no tensor, numbers or integers");
    }

    private static long[]? Said(NodeAttributes attributes, NodeCall call) => attributes.Ints("axes") ?? (call.Has(1) ? call.Integers(1, "axes") : null);
}
