using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// Softmax cross entropy over scaled cosines whose target is made harder by a margin. What the margin is, and whether
/// it learns from the batches it sees, is the derived loss's matter. Each call is one training step: it moves
/// <see cref="State"/>. Not for use from several threads.
/// </summary>
public abstract class MarginLoss
{
    private protected MarginLoss(double margin, double scale)
    {
        if (!(margin >= 0 && margin < Math.PI)) throw new ArgumentOutOfRangeException(nameof(margin), margin, "expected 0 to below pi");
        if (!(scale > 0 && double.IsFinite(scale))) throw new ArgumentOutOfRangeException(nameof(scale), scale, "expected a positive number");
        Margin = margin;
        Scale = scale;
    }

    /// <summary>The margin: an angle in radians, or a cosine for CosFace.</summary>
    public double Margin { get; }

    /// <summary>What the cosines are multiplied by before the softmax.</summary>
    public double Scale { get; }

    /// <summary>
    /// What the loss has learnt from earlier batches, for a checkpoint: float32 values, so that a resumed run goes on
    /// bit for bit. Empty for a loss that learns nothing.
    /// </summary>
    public virtual IReadOnlyList<double> State => [];

    /// <summary>Puts back what <see cref="State"/> gave.</summary>
    /// <exception cref="InputException">The values are another loss's: their number differs or one is not finite.</exception>
    public void Restore(IReadOnlyList<double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var expected = State.Count;
        if (state.Count != expected || state.Any(value => !double.IsFinite(value)))
        {
            throw new InputException(
                $"The checkpoint's margin state has {state.Count} value(s) ({string.Join(", ", state)}), where {GetType().Name} "
                + $"keeps {expected} finite one(s). It was saved by another loss: resume with that loss, or start afresh.");
        }

        SetState(state);
    }

    /// <summary>The mean cross entropy of the batch, a scalar.</summary>
    /// <param name="rawEmbeddings"><c>[N, D]</c>, not normalised; read by losses that use the feature norm.</param>
    /// <param name="cosines"><c>[N, C]</c> in -1..1, from <see cref="CosineClassifier"/>.</param>
    /// <param name="labels"><c>[N]</c> int64: each row's target column of <paramref name="cosines"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public Tensor Loss(Tensor rawEmbeddings, Tensor cosines, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var logits = Logits(rawEmbeddings, cosines, labels);
        return nn.functional.cross_entropy(logits, labels).MoveToOuterDisposeScope();
    }

    /// <summary>The scaled cosines with the margin applied, <c>[N, C]</c>: what the cross entropy is taken of.</summary>
    /// <inheritdoc cref="Loss" path="/param"/>
    /// <inheritdoc cref="Loss" path="/exception"/>
    public Tensor Logits(Tensor rawEmbeddings, Tensor cosines, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(rawEmbeddings);
        ArgumentNullException.ThrowIfNull(cosines);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.dim() != 1 || cosines.dim() != 2 || rawEmbeddings.dim() != 2
            || cosines.shape[0] != labels.shape[0] || rawEmbeddings.shape[0] != labels.shape[0])
        {
            throw new ArgumentException(
                $"expected [N, D], [N, C] and [N], got [{string.Join(", ", rawEmbeddings.shape)}], "
                + $"[{string.Join(", ", cosines.shape)}] and [{string.Join(", ", labels.shape)}]", nameof(labels));
        }

        using var scope = NewDisposeScope();
        var column = labels.unsqueeze(1);
        var target = cosines.gather(1, column);
        var (others, harderTarget) = ApplyMargin(rawEmbeddings, cosines, target);
        return others.scatter(1, column, harderTarget).Times(Scale).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="Logits"/>, for some of the identities, where the others' are elsewhere.</summary>
    /// <param name="rawEmbeddings"><c>[N, D]</c>.</param>
    /// <param name="cosines"><c>[N, S]</c> with the identities that are here; S may be 0.</param>
    /// <param name="columns"><c>[N]</c> int64: each row's target column, or -1 where its identity is elsewhere.</param>
    /// <param name="targets"><c>[N, 1]</c>: every row's cosine with its own identity; bears no gradient.</param>
    internal Tensor ShardLogits(Tensor rawEmbeddings, Tensor cosines, Tensor columns, Tensor targets)
    {
        using var scope = NewDisposeScope();
        if (cosines.shape[1] == 0) return ApplyMargin(rawEmbeddings, cosines, targets).Others.Times(Scale).MoveToOuterDisposeScope();
        var (here, column) = (ClassColumns.Here(columns).unsqueeze(1), ClassColumns.Index(columns));
        // The gradient of a target is the matter of whoever has its identity.
        var (others, harderTarget) = ApplyMargin(rawEmbeddings, cosines, where(here, cosines.gather(1, column), targets));
        return where(here, others.scatter(1, column, harderTarget), others).Times(Scale).MoveToOuterDisposeScope();
    }

    /// <summary>The cosines as the softmax shall see them, before scaling.</summary>
    /// <param name="rawEmbeddings"><c>[N, D]</c>.</param>
    /// <param name="cosines"><c>[N, C]</c>.</param>
    /// <param name="target"><c>[N, 1]</c>: the cosine with the row's own identity.</param>
    /// <returns><c>[N, C]</c>, whose target column does not matter, and the target column <c>[N, 1]</c>.</returns>
    private protected abstract (Tensor Others, Tensor Target) ApplyMargin(Tensor rawEmbeddings, Tensor cosines, Tensor target);

    private protected virtual void SetState(IReadOnlyList<double> state)
    {
    }
}
