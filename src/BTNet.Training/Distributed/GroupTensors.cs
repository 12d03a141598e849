using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>Exchanges of tensors.</summary>
internal static class GroupTensors
{
    /// <summary>Values of a bucket of gradients: 4 MiB of floats, enough for the exchange to be bound by bandwidth.</summary>
    private const long BucketValues = 1 << 20;

    /// <summary>Replaces a contiguous float32 tensor by its sum over the ranks.</summary>
    public static void Sum(this IProcessGroup group, Tensor values) => group.Sum(Floats(values));

    /// <summary>Replaces a contiguous float32 tensor by its greatest values over the ranks.</summary>
    public static void Max(this IProcessGroup group, Tensor values) => group.Max(Floats(values));

    /// <summary>Replaces tensors of any type by those of rank 0.</summary>
    public static void Broadcast(this IProcessGroup group, IEnumerable<Tensor> tensors)
    {
        if (group.Size == 1) return;
        using var _ = no_grad();
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            var dense = tensor.detach().contiguous();
            group.Broadcast(dense.bytes);
            if (!tensor.is_contiguous()) tensor.copy_(dense);
        }
    }

    /// <summary>Rows <c>[n, ...]</c> of every rank below one another, <c>[n of rank 0 + n of rank 1 + ..., ...]</c>.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="rows">This rank's; contiguous, alike but for their number.</param>
    /// <param name="counts">How many each rank has.</param>
    public static Tensor GatherRows(this IProcessGroup group, Tensor rows, IReadOnlyList<int> counts)
    {
        using var scope = NewDisposeScope();
        long most = counts.Max();
        long[] shape = [most, .. rows.shape[1..]];
        var mine = zeros(shape, rows.dtype);
        mine.narrow(0, 0, rows.shape[0]).copy_(rows);
        var all = zeros([most * group.Size, .. shape[1..]], rows.dtype);
        group.AllGather(mine.bytes, all.bytes);
        return cat([.. counts.Select((count, rank) => all.narrow(0, rank * most, count))]).MoveToOuterDisposeScope();
    }

    /// <summary>Adds up the gradients of all ranks, in buckets.</summary>
    public static void SumGradients(this IProcessGroup group, IEnumerable<Parameter> parameters)
    {
        if (group.Size == 1) return;
        using var _ = no_grad();
        List<Tensor> bucket = [];
        foreach (var gradient in parameters.Select(parameter => parameter.grad).OfType<Tensor>())
        {
            if (bucket.Count > 0 && bucket.Sum(held => held.NumberOfElements) + gradient.NumberOfElements > BucketValues) Flush();
            bucket.Add(gradient);
        }

        if (bucket.Count > 0) Flush();

        void Flush()
        {
            using var scope = NewDisposeScope();
            var flat = cat([.. bucket.Select(gradient => gradient.reshape(-1))]);
            group.Sum(flat);
            var at = 0L;
            foreach (var gradient in bucket)
            {
                gradient.copy_(flat.narrow(0, at, gradient.NumberOfElements).reshape(gradient.shape));
                at += gradient.NumberOfElements;
            }

            bucket.Clear();
        }
    }

    private static Span<float> Floats(Tensor values)
    {
        if (values.dtype != ScalarType.Float32 || !values.is_contiguous()) throw new ArgumentException("expected contiguous float32", nameof(values));
        return MemoryMarshal.Cast<byte, float>(values.bytes);
    }
}
