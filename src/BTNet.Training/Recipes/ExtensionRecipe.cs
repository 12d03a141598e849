using BTNet.Training.Backbones.Onnx;
using BTNet.Training.Branches;
using BTNet.Training.Data;
using BTNet.Training.Losses;
using BTNet.Training.Optimizers;

namespace BTNet.Training.Recipes;

/// <summary>How to train a branch for somebody else's recogniser, from faces without labels.</summary>
public sealed record ExtensionRecipe : IChecked
{
    /// <summary>A folder with a branch for the same recogniser whose values this one starts from, as far as they fit: a layer of the recogniser's by all that is its own there or by
    /// nothing, where thin matrices go into weights that are copied here; of layers drawn afresh the last convolution in front of the join is mostly fresh at another resolution. What is not taken is said. Null to start afresh.</summary>
    public string? StartFrom { get; init; }

    /// <summary>Which faces. Who they are does not matter.</summary>
    public DataOptions Data { get; init; } = new() { Kind = DataKind.Pictures };

    /// <summary>Faces that nobody has, the weighted mean of two pictures each, to learn from as well: so many for each picture, 0 to 100. Default 0.</summary>
    public double Blends { get; init; }

    /// <summary>Faces that are drawn, each of a person of its own, to learn from beside the pictures: so many in all, 0 to 1000000. Default 0.</summary>
    public int Drawn { get; init; }

    /// <summary>How faces are varied.</summary>
    public AugmentationOptions Augmentation { get; init; } = new() { ShiftPixels = 4, BrightnessJitter = 0.2, RandomKernel = true, Views = 8 };

    /// <summary>The name of the join's tensor in the recogniser's graph; null for what <see cref="JoinPlace"/> says.</summary>
    public string? Join { get; init; }

    /// <summary>Which of the recogniser's maps of the resolution is joined, where none is named. Null, the default, for the deepest where the branch is of the recogniser's own layers, which
    /// are then all its own up to there and no slower, and for the earliest where layers are drawn afresh.</summary>
    public JoinPlace? JoinPlace { get; init; }

    /// <summary>Of what the branch is built.</summary>
    public BranchShape Branch { get; init; } = new();

    /// <summary>What of the recogniser's tail is the resolution's own.</summary>
    public TailChoice Tail { get; init; } = new();

    /// <summary>What pulls the branch to the recogniser. Where maps are not compared, branches of all resolutions share what it was asked.</summary>
    public RecogniserLossOptions Loss { get; init; } = new();

    /// <summary>Length and steps. Default: AdamW from 0.0007 by half a cosine behind half an epoch of warm-up, 32 images a step, 12 epochs. Layers drawn afresh learn quicker at 0.002.</summary>
    public OptimizationOptions Optimization { get; init; } = new()
    {
        Optimizer = OptimizerKind.AdamW, Schedule = ScheduleKind.Cosine, Epochs = 12, Batch = 32, LearningRate = 0.0007, WarmUpEpochs = 0.5, WeightDecay = 0.02
    };

    /// <summary>Share of the average of the weights that each step keeps; the average is what is judged and written. 0 for the last step's weights; default 0.998.</summary>
    public double Average { get; init; } = 0.998;

    /// <summary>Saving, judging, logging. <see cref="RunOptions.TeacherCacheMegabytes"/> is by default 32768.</summary>
    public RunOptions Run { get; init; } = new() { TeacherCacheMegabytes = TaughtTraining.Megabytes };

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        foreach (var fault in TaughtFaults.Of(Data, Blends, Drawn, Augmentation, Loss, Average, Run)) yield return fault;
        foreach (var fault in Branch.Faults()) yield return $"branch.{fault}";
        foreach (var fault in Tail.Faults()) yield return $"tail.{fault}";
        foreach (var fault in WithoutEffect()) yield return fault;
    }

    /// <summary>Which map is joined where none is named.</summary>
    internal JoinPlace Place => JoinPlace ?? (Branch.Blocks is BranchBlocks.Copied or BranchBlocks.Enlarged ? Backbones.Onnx.JoinPlace.Deepest : Backbones.Onnx.JoinPlace.Earliest);

    /// <summary>What is stated and does nothing beside what else is stated.</summary>
    private IEnumerable<string> WithoutEffect()
    {
        if (Join is not null && JoinPlace is not null) yield return "joinPlace: has no effect where join names the map";
        if (Branch.Blocks is BranchBlocks.Copied or BranchBlocks.Enlarged)
        {
            const string Layers = "has no effect on the recogniser's own layers (branch.blocks)";
            if (Branch.Size != BranchSize.Paper) yield return $"branch.size: {Layers}";
            if (Branch.Width is not null) yield return $"branch.width: {Layers}";
            if (Branch.Depth is not null) yield return $"branch.depth: {Layers}";
        }

        if (Branch.Blocks != BranchBlocks.Copied && Branch.Oversampling is (2 or 4)) yield return "branch.oversampling: has an effect on copied layers alone (branch.blocks)";
        if (Tail.Change != TailChange.LowRank && Tail.Rank != new TailChoice().Rank && Tail.Rank is >= 1 and <= 256) yield return "tail.rank: has an effect where tail.change is lowRank alone";
        if (Tail.Change == TailChange.None && Tail.Rate != new TailChoice().Rate && Tail.Rate is > 0 and <= 1) yield return "tail.rate: has no effect where nothing of the tail is the branch's own (tail.change)";
    }
}
