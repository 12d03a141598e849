using BTNet.Training.Losses;
using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>
/// Mean softmax cross entropy over classes whose logits are spread over the ranks, as one operator with a gradient. Each
/// rank has the columns of its own classes; a row's greatest logit, its sum of exponentials and its target's logit go
/// over the ranks, the logits do not.
/// </summary>
internal sealed class ShardedCrossEntropy : autograd.SingleTensorFunction<ShardedCrossEntropy>
{
    private const string GroupKey = "group";

    /// <inheritdoc />
    public override string Name => nameof(ShardedCrossEntropy);

    /// <summary>The loss, the same on all ranks.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="logits"><c>[N, S]</c> float32: all images with this rank's classes; S may be 0.</param>
    /// <param name="columns"><c>[N]</c> int64: each image's own class among them, or -1 where another rank has it.</param>
    public static Tensor Of(IProcessGroup group, Tensor logits, Tensor columns) => apply(logits, columns, group);

    /// <inheritdoc />
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (logits, columns, group) = ((Tensor)vars[0], (Tensor)vars[1], (IProcessGroup)vars[2]);
        var isEmpty = logits.shape[1] == 0;
        var greatest = isEmpty ? full([logits.shape[0]], LastingScalar.Of(double.NegativeInfinity), device: logits.device) : logits.amax([1]).contiguous();
        group.Max(greatest);
        var exponentials = (logits - greatest.unsqueeze(1)).exp();
        var target = isEmpty ? zeros_like(greatest) : ClassColumns.Take(logits, columns);
        var sums = stack([exponentials.sum(1), target]).contiguous();
        group.Sum(sums);
        ctx.save_for_backward([exponentials / sums[0].unsqueeze(1), columns]);
        ctx.save_data(GroupKey, group);
        return (sums[0].log() - sums[1]).Plus(greatest).mean();
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (probabilities, columns) = (saved[0], saved[1]);
        var gradient = probabilities.clone();
        if (gradient.shape[1] > 0)
            gradient.scatter_add_(1, ClassColumns.Index(columns), ClassColumns.Here(columns).to(ScalarType.Float32).neg().unsqueeze(1));
        return [gradient.mul_(grad_output).Times(1.0 / gradient.shape[0]), null!, null!];
    }
}
