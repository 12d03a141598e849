using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;

namespace BTNet.Training.Recipes;

/// <summary>How to train a trunk of ours to give a recogniser's embeddings, from faces without labels and without any of the recogniser's weights.</summary>
public sealed record DistilledTrunkRecipe : IChecked
{
    /// <summary>Which network. Its embeddings have as many numbers as the recogniser's, which an embedding size of 0 stands for. Default: a MobileFaceNet of width 64, and 0.</summary>
    public BackboneSpec Backbone { get; init; } = new() { Name = "mobilefacenet", Width = 64, EmbeddingSize = 0 };

    /// <summary>A checkpoint folder whose trunk the weights start from; null for fresh weights.</summary>
    public string? StartFrom { get; init; }

    /// <summary>Which faces. Who they are does not matter.</summary>
    public DataOptions Data { get; init; } = new() { Kind = DataKind.Pictures };

    /// <summary>Faces that nobody has, the weighted mean of two pictures each, to learn from as well: so many for each picture, 0 to 100. Default 0.</summary>
    public double Blends { get; init; }

    /// <summary>Faces that are drawn, each of a person of its own, to learn from beside the pictures: so many in all, 0 to 1000000. Default 0.</summary>
    public int Drawn { get; init; }

    /// <summary>How faces are varied. The recogniser sees what the trunk sees, reduction apart.</summary>
    public AugmentationOptions Augmentation { get; init; } = new() { ShiftPixels = 4, BrightnessJitter = 0.2, Views = 16 };

    /// <summary>The trunk sees each view reduced to one of these, drawn evenly, and enlarged back to 112. Default 112: as it is.</summary>
    public int[] Resolutions { get; init; } = [112];

    /// <summary>What pulls the trunk to the recogniser. There is no map to compare.</summary>
    public RecogniserLossOptions Loss { get; init; } = new() { Map = 0 };

    /// <summary>Length and steps. Default: AdamW from 0.002 by half a cosine behind half an epoch of warm-up, 32 images a step, 40 epochs.</summary>
    public OptimizationOptions Optimization { get; init; } = new()
    {
        Optimizer = OptimizerKind.AdamW, Schedule = ScheduleKind.Cosine, Epochs = 40, Batch = 32, LearningRate = 0.002, WarmUpEpochs = 0.5, WeightDecay = 0.02
    };

    /// <summary>Share of the average of the weights that each step keeps; the average is what is judged and written. 0 for the last step's weights; default 0.998.</summary>
    public double Average { get; init; } = 0.998;

    /// <summary>Saving, judging, logging. <see cref="RunOptions.TeacherCacheMegabytes"/> is by default 32768.</summary>
    public RunOptions Run { get; init; } = new() { TeacherCacheMegabytes = TaughtTraining.Megabytes };

    /// <summary>With the size of a recogniser's embeddings.</summary>
    /// <param name="teacher">The recogniser.</param>
    /// <exception cref="InputException">Another size is stated.</exception>
    public DistilledTrunkRecipe For(OnnxTrunk teacher)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        if (Backbone.EmbeddingSize != 0 && Backbone.EmbeddingSize != teacher.EmbeddingSize)
            throw new InputException($"backbone.embeddingSize: {Backbone.EmbeddingSize}, and {teacher.Path} gives embeddings of {teacher.EmbeddingSize}; expected the same, or 0 for as many as it gives");
        return this with { Backbone = Backbone with { EmbeddingSize = teacher.EmbeddingSize } };
    }

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        foreach (var fault in (Backbone.EmbeddingSize == 0 ? Backbone with { EmbeddingSize = new BackboneSpec().EmbeddingSize } : Backbone).Faults()) yield return $"backbone: {fault}";
        foreach (var fault in TaughtFaults.Of(Data, Blends, Drawn, Augmentation, Loss, Average, Run)) yield return fault;
        if (Augmentation.Reduction != new ReductionOptions()) yield return "augmentation.reduction: is for branches; a trunk's training cannot use it";
        if (Resolutions.Length == 0) yield return "resolutions: the list is empty";
        foreach (var side in Resolutions.Where(side => Resolution.All.All(level => level.Side != side)))
            yield return $"resolutions: {side} is no resolution of the pyramid; expected {string.Join(", ", Resolution.All)}";
        if (Loss.Map != 0) yield return $"loss.map: {Loss.Map}; a trunk's maps are not like the recogniser's, expected 0";
    }
}
