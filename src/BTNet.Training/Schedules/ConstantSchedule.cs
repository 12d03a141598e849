namespace BTNet.Training.Schedules;

/// <summary>The same learning rate throughout.</summary>
public sealed class ConstantSchedule : ISchedule
{
    private readonly double _learningRate;

    /// <param name="learningRate">Positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public ConstantSchedule(double learningRate)
    {
        if (!(learningRate > 0 && double.IsFinite(learningRate)))
            throw new ArgumentOutOfRangeException(nameof(learningRate), learningRate, "expected a positive number");
        _learningRate = learningRate;
    }

    /// <inheritdoc/>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return _learningRate;
    }
}
