using System.Runtime.InteropServices;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>Exchanges of tensors, on whatever device they are. MPI is given dense memory of this process; what lies otherwise goes
/// through a copy there, unless the library takes a device's memory as it is.</summary>
internal static class GroupTensors
{
    private delegate void Exchange(Span<float> values);

    /// <summary>Replaces a float32 tensor by its sum over the ranks.</summary>
    public static void Sum(this IProcessGroup group, Tensor values) => Do(group, values, group.Sum);

    /// <summary>Replaces a float32 tensor by its greatest values over the ranks.</summary>
    public static void Max(this IProcessGroup group, Tensor values) => Do(group, values, group.Max);

    /// <summary>Replaces tensors of any type by those of rank 0.</summary>
    public static void Broadcast(this IProcessGroup group, IEnumerable<Tensor> tensors)
    {
        if (group.Size == 1) return;
        using var _ = no_grad();
        foreach (var tensor in tensors)
        {
            using var scope = NewDisposeScope();
            var dense = Dense(tensor);
            group.Broadcast(dense.bytes);
            if (!IsDense(tensor)) tensor.copy_(dense);
        }
    }

    /// <summary>Rows <c>[n, ...]</c> of every rank below one another, <c>[n of rank 0 + n of rank 1 + ..., ...]</c>, on the device
    /// of this rank's.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="rows">This rank's; alike but for their number.</param>
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
        return cat([.. counts.Select((count, rank) => all.narrow(0, rank * most, count))]).to(rows.device).MoveToOuterDisposeScope();
    }

    /// <summary>The tensor itself, or its values in dense host memory.</summary>
    public static Tensor Dense(Tensor tensor) => tensor.detach().cpu().contiguous();

    private static bool IsDense(Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.is_contiguous();

    private static void Do(IProcessGroup group, Tensor values, Exchange exchange)
    {
        if (values.dtype != ScalarType.Float32) throw new ArgumentException($"expected float32, got {values.dtype}", nameof(values));
        if (IsDense(values))
        {
            exchange(MemoryMarshal.Cast<byte, float>(values.bytes));
            return;
        }

        if (values.device_type == DeviceType.CUDA && values.is_contiguous() && group.TakesDeviceMemory)
        {
            // MPI knows nothing of the streams that still write it.
            cuda.synchronize(values.device);
            exchange(TensorMemory.Floats(values));
            return;
        }

        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var dense = Dense(values);
        exchange(MemoryMarshal.Cast<byte, float>(dense.bytes));
        values.copy_(dense);
    }
}
