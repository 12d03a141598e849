namespace BTNet.Training.Schedules;

/// <summary>
/// Linear warm-up from 0 to the base rate, then half a cosine down to a share of it. Loshchilov and Hutter, "SGDR:
/// Stochastic Gradient Descent with Warm Restarts", ICLR 2017, without restarts.
/// </summary>
public sealed class CosineSchedule : ISchedule
{
    private readonly WarmUp _warmUp;
    private readonly double _finalShare;

    /// <param name="baseRate">The learning rate at the end of the warm-up, positive.</param>
    /// <param name="maxSteps">The run's length in steps, at least 1.</param>
    /// <param name="warmUpSteps">From 0 to below <paramref name="maxSteps"/>.</param>
    /// <param name="finalShare">What is left at the end, as a share of the base rate, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value out of its range.</exception>
    public CosineSchedule(double baseRate, long maxSteps, long warmUpSteps = 0, double finalShare = 0)
    {
        if (!(finalShare >= 0 && finalShare <= 1)) throw new ArgumentOutOfRangeException(nameof(finalShare), finalShare, "expected 0 to 1");
        _warmUp = new WarmUp(baseRate, warmUpSteps, maxSteps);
        _finalShare = finalShare;
    }

    /// <inheritdoc/>
    public double At(long step) =>
        _warmUp.At(step, done => _finalShare + (1 - _finalShare) * 0.5 * (1 + Math.Cos(Math.PI * done)));
}
