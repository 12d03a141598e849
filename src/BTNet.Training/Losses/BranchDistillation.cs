using BTNet.Training.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Losses;

/// <summary>
/// What pulls a branch to its teacher, the trunk on the full-size image: the map at the join and the raw embedding.
/// The teacher's side bears no gradient.
/// </summary>
public sealed class BranchDistillation
{
    /// <param name="form">How distance is measured.</param>
    /// <param name="featureWeight">The weight of the map's part, 0 or more; the paper's is 0.5.</param>
    /// <param name="embeddingWeight">The weight of the embedding's part, 0 or more; the paper's is 0.5.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public BranchDistillation(DistillationForm form = DistillationForm.Mse, double featureWeight = 0.5, double embeddingWeight = 0.5)
    {
        if (!Enum.IsDefined(form)) throw new ArgumentOutOfRangeException(nameof(form), form, "no such form");
        if (!(featureWeight >= 0 && double.IsFinite(featureWeight)))
            throw new ArgumentOutOfRangeException(nameof(featureWeight), featureWeight, "expected 0 or more");
        if (!(embeddingWeight >= 0 && double.IsFinite(embeddingWeight)))
            throw new ArgumentOutOfRangeException(nameof(embeddingWeight), embeddingWeight, "expected 0 or more");
        Form = form;
        FeatureWeight = featureWeight;
        EmbeddingWeight = embeddingWeight;
    }

    /// <summary>How distance is measured.</summary>
    public DistillationForm Form { get; }

    /// <summary>The weight of the map's part.</summary>
    public double FeatureWeight { get; }

    /// <summary>The weight of the embedding's part.</summary>
    public double EmbeddingWeight { get; }

    /// <summary>The loss and its parts.</summary>
    /// <param name="branchMap"><c>[N, C, H, W]</c>: the branch's map at the join.</param>
    /// <param name="teacherMap">The teacher's there, of the same shape; null to compare no maps, where their weight is 0.</param>
    /// <param name="branchEmbeddings"><c>[N, D]</c>, raw.</param>
    /// <param name="teacherEmbeddings">The teacher's, of the same shape, raw.</param>
    /// <exception cref="ArgumentException">The two sides differ in shape, or a map that counts is missing.</exception>
    public DistillationLoss Loss(Tensor branchMap, Tensor? teacherMap, Tensor branchEmbeddings, Tensor teacherEmbeddings)
    {
        // Checked, because torch would broadcast maps of different sizes and go on.
        if (teacherMap is not null) RequireSameShape(branchMap, teacherMap, 4);
        else if (FeatureWeight > 0) throw new ArgumentException("the teacher's map is missing, and the weight of maps is above 0", nameof(teacherMap));
        RequireSameShape(branchEmbeddings, teacherEmbeddings, 2);
        using var scope = NewDisposeScope();
        // In single precision, whatever the maps are.
        var feature = teacherMap is null ? null : Distance(branchMap.to(ScalarType.Float32), teacherMap.detach().to(ScalarType.Float32));
        var embedding = Distance(branchEmbeddings, teacherEmbeddings.detach());
        var total = embedding.Times(EmbeddingWeight);
        if (feature is not null) total = feature.Times(FeatureWeight).Plus(total);
        return new DistillationLoss(
            total.MoveToOuterDisposeScope(), feature?.MoveToOuterDisposeScope(), embedding.MoveToOuterDisposeScope());
    }

    // Dimension 1 is the channels of a map as well as the values of an embedding.
    private Tensor Distance(Tensor branch, Tensor teacher) => Form == DistillationForm.Mse
        ? nn.functional.mse_loss(branch, teacher)
        : (nn.functional.normalize(branch, dim: 1) * nn.functional.normalize(teacher, dim: 1)).sum(1).mean().FromOne();

    private static void RequireSameShape(Tensor branch, Tensor teacher, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(branch);
        ArgumentNullException.ThrowIfNull(teacher);
        if (branch.dim() == dimensions && branch.shape.SequenceEqual(teacher.shape)) return;
        throw new ArgumentException(
            $"expected two tensors of one shape and {dimensions} dimensions, got the branch's "
            + $"[{string.Join(", ", branch.shape)}] and the teacher's [{string.Join(", ", teacher.shape)}]", nameof(branch));
    }
}

/// <summary>A distillation loss and its parts, scalars all; the parts are not yet weighted.</summary>
/// <param name="Total">The weighted sum, to be added to the classification loss.</param>
/// <param name="FeatureLoss">The map's part; null where no maps were compared.</param>
/// <param name="EmbeddingLoss">The embedding's part.</param>
public sealed record DistillationLoss(Tensor Total, Tensor? FeatureLoss, Tensor EmbeddingLoss) : IDisposable
{
    /// <summary>Frees the three.</summary>
    public void Dispose()
    {
        Total.Dispose();
        FeatureLoss?.Dispose();
        EmbeddingLoss.Dispose();
    }
}
