using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>
/// Margin softmax over a classifier whose identities are spread over the ranks. Embeddings and labels of all ranks come
/// together on each, are compared with its own identities, and the softmax runs over all of them; the gradients of the
/// embeddings go back. The loss, the loss's state and the sampled identities are those of one process that has all
/// identities and all images.
/// </summary>
internal sealed class ClassifierShard : IDisposable
{
    private readonly IProcessGroup _group;
    private readonly MarginLoss _loss;
    private readonly PartialFcSampler? _sampler;

    /// <param name="group">The ranks.</param>
    /// <param name="whole">Every identity; this disposes it.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="sampler">Picks the identities of a step; null for all.</param>
    /// <exception cref="InputException">There are more ranks than identities.</exception>
    public ClassifierShard(IProcessGroup group, CosineClassifier whole, MarginLoss loss, PartialFcSampler? sampler)
    {
        (_group, _loss, _sampler) = (group, loss, sampler);
        using (whole)
        {
            if (whole.Classes < group.Size)
                throw new InputException($"{group.Size} ranks share the classifier, and it has {whole.Classes} identities; every rank needs at least one: start {whole.Classes} ranks at most (mpirun -np {whole.Classes})");
            Shards = new RowShards(group, whole.Classes);
            using var scope = NewDisposeScope();
            Rows = CosineClassifier.FromWeight(whole.Weight.detach().narrow(0, Shards.First, Shards.Count));
            if (whole.IsFrozen) Rows.Freeze();
        }
    }

    /// <summary>This rank's identities.</summary>
    public CosineClassifier Rows { get; }

    /// <summary>Which they are.</summary>
    public RowShards Shards { get; }

    /// <summary>The mean loss over the images of all ranks.</summary>
    /// <param name="embeddings">This rank's, <c>[n, D]</c>, raw.</param>
    /// <param name="classes">Their identities among all, <c>[n]</c> int64.</param>
    /// <param name="step">The step's number in the run.</param>
    /// <returns>The loss, and the rows of <see cref="Rows"/> that the step uses, <c>[S]</c> int64; null for all.</returns>
    public (Tensor Loss, Tensor? Used) Loss(Tensor embeddings, Tensor classes, long step)
    {
        using var scope = NewDisposeScope();
        var counts = _group.Gather((int)classes.shape[0]);
        var all = GatheredRows.Of(_group, embeddings, counts);
        using var labels = _group.GatherRows(classes.cpu(), counts);
        var (used, columns) = Choose(labels.data<long>().ToArray(), labels, step);
        (used, columns) = (used?.to(embeddings.device), columns.to(embeddings.device));
        var cosines = Rows.Cosines(all, used);
        Tensor targets;
        using (no_grad())
        {
            targets = cosines.shape[1] == 0 ? zeros(columns.shape[0], device: columns.device) : ClassColumns.Take(cosines.detach(), columns).contiguous();
            _group.Sum(targets);
        }

        var logits = _loss.ShardLogits(all, cosines, columns, targets.unsqueeze(1));
        return (ShardedCrossEntropy.Of(_group, logits, columns).MoveToOuterDisposeScope(), used?.MoveToOuterDisposeScope());
    }

    /// <inheritdoc />
    public void Dispose() => Rows.Dispose();

    /// <summary>This rank's rows of the step, and each image's own column among them.</summary>
    private (Tensor? Used, Tensor Columns) Choose(long[] labels, Tensor all, long step)
    {
        if (_sampler is null) return (null, Columns(labels, Shards.First, Shards.Count));
        // Every rank draws the same identities and keeps its own: so the draw does not depend on their number.
        using var sample = _sampler.Sample(all, step);
        var chosen = sample.Classes.data<long>().ToArray();
        var own = Array.FindAll(chosen, identity => identity >= Shards.First && identity < Shards.First + Shards.Count);
        var before = chosen.Count(identity => identity < Shards.First);
        return (tensor(Array.ConvertAll(own, identity => identity - Shards.First)), Columns(sample.Labels.data<long>().ToArray(), before, own.Length));
    }

    private static Tensor Columns(long[] places, long first, int count) =>
        tensor(Array.ConvertAll(places, place => place >= first && place < first + count ? place - first : -1L));
}
