namespace BTNet.Training.Schedules;

/// <summary>
/// Linear warm-up from 0 to the base rate, then base (1 - done)^power, where done is the share of the steps after the
/// warm-up that lie behind; 0 from the last step on. The paper trains with power 2.
/// </summary>
public sealed class PolynomialSchedule : ISchedule
{
    private readonly WarmUp _warmUp;
    private readonly double _power;

    /// <param name="baseRate">The learning rate at the end of the warm-up, positive.</param>
    /// <param name="maxSteps">The run's length in steps, at least 1.</param>
    /// <param name="warmUpSteps">From 0 to below <paramref name="maxSteps"/>.</param>
    /// <param name="power">Positive; 1 falls in a straight line.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public PolynomialSchedule(double baseRate, long maxSteps, long warmUpSteps = 0, double power = 2)
    {
        if (!(power > 0 && double.IsFinite(power))) throw new ArgumentOutOfRangeException(nameof(power), power, "expected a positive number");
        _warmUp = new WarmUp(baseRate, warmUpSteps, maxSteps);
        _power = power;
    }

    /// <inheritdoc/>
    public double At(long step) => _warmUp.At(step, done => Math.Pow(1 - done, _power));
}
