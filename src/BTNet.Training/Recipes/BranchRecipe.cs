using BTNet.Training.Branches;
using BTNet.Training.Data;
using BTNet.Training.Losses;

namespace BTNet.Training.Recipes;

/// <summary>How to train a branch on a frozen trunk: the paper's second stage. Every default is the paper's unless it says
/// otherwise.</summary>
public sealed record BranchRecipe : IChecked
{
    /// <summary>A checkpoint folder whose branch of the same resolution the weights start from, to fine-tune it (the
    /// paper's third stage); null to start from the trunk's values.</summary>
    public string? StartFrom { get; init; }

    /// <summary>Which faces.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>How faces are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>What happens to the batch norms of the trunk's tail. Default: the resolution's own.</summary>
    public NormPolicy Norms { get; init; } = NormPolicy.Own;

    /// <summary>What the embedding is classified by. Default: the trunk's frozen classifier (backward-compatible
    /// training).</summary>
    public BranchClassification Classification { get; init; } = BranchClassification.FrozenTrunkClassifier;

    /// <summary>Weight of the classification loss. Default 1.</summary>
    public double ClassificationWeight { get; init; } = 1;

    /// <summary>The classification loss.</summary>
    public MarginOptions Margin { get; init; } = new();

    /// <summary>What is compared with the trunk's. Default: mean squared errors, the paper's.</summary>
    public DistillationForm Distillation { get; init; } = DistillationForm.Mse;

    /// <summary>Weight of the map's part. Default 0.5.</summary>
    public double FeatureWeight { get; init; } = 0.5;

    /// <summary>Weight of the embedding's part. Default 0.5.</summary>
    public double EmbeddingWeight { get; init; } = 0.5;

    /// <summary>Length and steps. The defaults are the paper's for 128 images a step: 10 epochs from 0.005 without
    /// warm-up.</summary>
    public OptimizationOptions Optimization { get; init; } = new() { Epochs = 10, LearningRate = 0.005, WarmUpEpochs = 0 };

    /// <summary>Share of the average of the weights that each step keeps; the average is what is judged and written. Default 0: the last step's weights are.</summary>
    public double Average { get; init; }

    /// <summary>Saving, judging, logging.</summary>
    public RunOptions Run { get; init; } = new();

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        foreach (var fault in Augmentation.Faults()) yield return $"augmentation: {fault}";
        if (ClassificationWeight is not (>= 0 and <= 1000)) yield return $"classificationWeight: {ClassificationWeight} is not between 0 and 1000";
        if (Augmentation.BendPixels > 0 && Classification != BranchClassification.DistillationOnly && ClassificationWeight > 0)
            yield return "augmentation.bendPixels: a bent face is of nobody, and the classifier learns whom faces are of; expected 0, or classification=distillationOnly";
        if (FeatureWeight is not (>= 0 and <= 1000)) yield return $"featureWeight: {FeatureWeight} is not between 0 and 1000";
        if (EmbeddingWeight is not (>= 0 and <= 1000)) yield return $"embeddingWeight: {EmbeddingWeight} is not between 0 and 1000";
        if (Average is not (>= 0 and < 1)) yield return $"average: {Average} is not between 0 and 1";
        if (FeatureWeight == 0 && EmbeddingWeight == 0 && (ClassificationWeight == 0 || Classification == BranchClassification.DistillationOnly))
            yield return "featureWeight, embeddingWeight, classificationWeight: all are 0, so there is nothing to learn from";
    }
}
