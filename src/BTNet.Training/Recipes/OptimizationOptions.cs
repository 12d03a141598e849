using BTNet.Training.Optimizers;
using BTNet.Training.Schedules;
using Parameter = TorchSharp.Modules.Parameter;

namespace BTNet.Training.Recipes;

/// <summary>What moves the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with momentum, the paper's.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW
}

/// <summary>How the learning rate falls.</summary>
public enum ScheduleKind
{
    /// <summary>Polynomial of power 2 behind a linear warm-up, the paper's.</summary>
    Polynomial,

    /// <summary>Half a cosine behind a linear warm-up.</summary>
    Cosine,

    /// <summary>Constant.</summary>
    Constant
}

/// <summary>How long to train and with what steps.</summary>
public sealed record OptimizationOptions : IChecked
{
    /// <summary>Passes over the training set. Default 25, the paper's for a trunk.</summary>
    public int Epochs { get; init; } = 25;

    /// <summary>Images in a step; under mpirun, of each rank, so that a step has as many times more. Default 128.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>What moves the weights. Default <see cref="OptimizerKind.Sgd"/>.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Sgd;

    /// <summary>The highest learning rate, for a whole step: it does not follow the number of ranks. Default 0.05, the paper's 0.2 for 512 images scaled to 128.</summary>
    public double LearningRate { get; init; } = 0.05;

    /// <summary>How it falls. Default <see cref="ScheduleKind.Polynomial"/>.</summary>
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Polynomial;

    /// <summary>Epochs in which it rises first. Default 2; may be a fraction.</summary>
    public double WarmUpEpochs { get; init; } = 2;

    /// <summary>Momentum of SGD. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight decay. Default 5e-4.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>With AdamW, the classifier is moved by SGD at this multiple of the learning rate. Default 20.</summary>
    public double ClassifierRate { get; init; } = 20;

    /// <summary>Gradients are scaled down to this total norm. Default 5.</summary>
    public double Clip { get; init; } = 5;

    /// <inheritdoc />
    public IEnumerable<string> Faults()
    {
        if (Epochs < 1) yield return $"epochs: {Epochs} is less than 1";
        if (Batch < 2) yield return $"batch: {Batch} is less than 2, which batch norm needs";
        if (LearningRate is not (> 0 and <= 100)) yield return $"learningRate: {LearningRate} is not between 0 and 100";
        if (WarmUpEpochs < 0 || WarmUpEpochs >= Epochs) yield return $"warmUpEpochs: {WarmUpEpochs} of {Epochs} epochs; expected 0 or more and fewer than there are, so lower it along with epochs";
        if (Momentum is not (>= 0 and < 1)) yield return $"momentum: {Momentum} is not between 0 and 1";
        if (WeightDecay is not (>= 0 and < 1)) yield return $"weightDecay: {WeightDecay} is not between 0 and 1";
        if (ClassifierRate is not > 0) yield return $"classifierRate: {ClassifierRate} is not above 0";
        if (Clip is not > 0) yield return $"clip: {Clip} is not above 0";
    }

    /// <summary>The optimizer over some parameters.</summary>
    internal IOptimizer Create(IReadOnlyList<Parameter> parameters) => Optimizer switch
    {
        OptimizerKind.Sgd => new Sgd(parameters, Momentum, WeightDecay),
        OptimizerKind.AdamW => new AdamW(parameters, WeightDecay),
        _ => throw new ArgumentOutOfRangeException(nameof(parameters), Optimizer, "unknown optimizer")
    };

    /// <summary>The schedule over a number of steps.</summary>
    internal ISchedule Create(long stepsInEpoch)
    {
        var steps = stepsInEpoch * Epochs;
        // In a run of a few steps the rounded warm-up may be all of it; one step is left at the highest rate.
        var warmUp = Math.Min((long)Math.Round(stepsInEpoch * WarmUpEpochs), steps - 1);
        return Schedule switch
        {
            ScheduleKind.Polynomial => new PolynomialSchedule(LearningRate, steps, warmUp),
            ScheduleKind.Cosine => new CosineSchedule(LearningRate, steps, warmUp),
            ScheduleKind.Constant => new ConstantSchedule(LearningRate),
            _ => throw new ArgumentOutOfRangeException(nameof(stepsInEpoch), Schedule, "unknown schedule")
        };
    }
}
