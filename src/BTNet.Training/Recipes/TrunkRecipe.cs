using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Data;

namespace BTNet.Training.Recipes;

/// <summary>How to train a trunk: the paper's first stage. Every default is the paper's unless it says otherwise.</summary>
public sealed record TrunkRecipe : IChecked
{
    /// <summary>Which network.</summary>
    public BackboneSpec Backbone { get; init; } = new();

    /// <summary>A checkpoint folder whose trunk the weights start from, to fine-tune it (the paper's third stage); null
    /// for fresh weights. The classifier is a fresh one.</summary>
    public string? StartFrom { get; init; }

    /// <summary>Which faces.</summary>
    public DataOptions Data { get; init; } = new();

    /// <summary>How faces are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new();

    /// <summary>Each image is reduced to one of these, drawn evenly (list one twice to draw it twice as often), and
    /// enlarged back to 112. Default the whole pyramid.</summary>
    public int[] Resolutions { get; init; } = [112, 56, 28, 14, 7];

    /// <summary>The classification loss.</summary>
    public MarginOptions Margin { get; init; } = new();

    /// <summary>Length and steps.</summary>
    public OptimizationOptions Optimization { get; init; } = new();

    /// <summary>Saving, judging, logging.</summary>
    public RunOptions Run { get; init; } = new();

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        foreach (var fault in Backbone.Faults()) yield return $"backbone: {fault}";
        foreach (var fault in Augmentation.Faults()) yield return $"augmentation: {fault}";
        if (Augmentation.BendPixels > 0) yield return "augmentation.bendPixels: a bent face is of nobody, and a trunk learns whom faces are of; expected 0";
        if (Augmentation.Reduction != new ReductionOptions()) yield return "augmentation: Reduction is for branches, whose teacher sees the face whole; a trunk's training cannot use it";
        if (Resolutions.Length == 0) yield return "resolutions: the list is empty";
        foreach (var side in Resolutions.Where(side => Resolution.All.All(level => level.Side != side)))
            yield return $"resolutions: {side} is no resolution of the pyramid; expected {string.Join(", ", Resolution.All)}";
    }
}
