using static TorchSharp.torch;

namespace BTNet.Training.Backbones.Onnx;

/// <summary>Checks of shapes before libtorch sees them, which would take memory first.</summary>
internal static class Shapes
{
    /// <summary>More numbers than any map of a face has.</summary>
    public const long MostNumbers = 1L << 28;

    /// <summary>How many numbers a shape has.</summary>
    public static long Count(IEnumerable<long> shape)
    {
        var count = 1L;
        foreach (var side in shape)
        {
            if (side < 0 || (side > 0 && count > MostNumbers / side)) throw new InputException($"makes a tensor of {string.Join('x', shape)} numbers, more than a network for faces has");
            count *= side;
        }

        return count;
    }

    /// <summary>The shape of a result of two tensors, laid over each other from behind.</summary>
    public static long[] Broadcast(Tensor left, Tensor right)
    {
        var (a, b) = (left.shape, right.shape);
        var result = new long[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var (x, y) = (i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
            result[^i] = x == y || y == 1 ? x : x == 1 ? y : throw new InputException($"takes tensors of {string.Join('x', a)} and {string.Join('x', b)}, which do not fit each other");
        }

        Count(result);
        return result;
    }

    /// <summary>Whether a tensor can be laid over another without making it larger.</summary>
    public static void CheckOneWay(Tensor small, Tensor large)
    {
        if (!Broadcast(small, large).SequenceEqual(large.shape)) throw new InputException($"has slopes of {string.Join('x', small.shape)} for {string.Join('x', large.shape)}");
    }

    public static void CheckProduct(Tensor left, Tensor right)
    {
        if (left.dim() < 2 || right.dim() < 2 || left.shape[^1] != right.shape[^2]) throw new InputException($"multiplies {string.Join('x', left.shape)} with {string.Join('x', right.shape)}");
        Count([.. left.shape[..^1], right.shape[^1], .. right.shape[..^2]]);
    }

    /// <summary>An axis from the front.</summary>
    public static int Axis(long axis, long sides) => axis >= -sides && axis < sides ? (int)(axis < 0 ? axis + sides : axis) : throw new InputException($"has the axis {axis} for {sides} sides");

    public static int[] Axes(IEnumerable<long> axes, long sides)
    {
        int[] all = [.. axes.Select(axis => Axis(axis, sides)).Order()];
        return all.Distinct().Count() == all.Length ? all : throw new InputException($"has the axes {string.Join(", ", axes)}, one of them twice");
    }
}
