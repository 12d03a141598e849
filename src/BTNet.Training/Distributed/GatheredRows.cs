using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>The rows of all ranks as one operator with a gradient: what each rank's part of the loss says of a row is added
/// up and goes back to the rank that the row is of.</summary>
internal sealed class GatheredRows : autograd.SingleTensorFunction<GatheredRows>
{
    private const string StateKey = "state";

    /// <inheritdoc />
    public override string Name => nameof(GatheredRows);

    /// <summary>Gathers float32 rows <c>[n, D]</c> as <c>[N, D]</c>.</summary>
    /// <param name="group">The ranks; all run the backward pass as well.</param>
    /// <param name="rows">This rank's.</param>
    /// <param name="counts">How many each rank has.</param>
    public static Tensor Of(IProcessGroup group, Tensor rows, int[] counts) => apply(rows, group, counts);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, group, counts) = ((Tensor)vars[0], (IProcessGroup)vars[1], (int[])vars[2]);
        ctx.save_data(StateKey, new Saved(group, counts));
        return group.GatherRows(rows.contiguous(), counts);
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var (group, counts) = (Saved)ctx.get_data(StateKey);
        // Another's memory may lie behind the gradient, and the sum is made in place.
        var sum = grad_output.contiguous().clone();
        group.Sum(sum);
        return [sum.narrow(0, counts.Take(group.Rank).Sum(), counts[group.Rank]).contiguous(), null!, null!];
    }

    private sealed record Saved(IProcessGroup Group, int[] Counts);
}
