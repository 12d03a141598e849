namespace BTNet.Training.Schedules;

/// <summary>
/// What the falling schedules share: from 0 at step 0 the rate grows linearly to the base rate at the step that ends
/// the warm-up, and then falls by a curve of the share of the remaining steps that is done.
/// </summary>
internal sealed class WarmUp
{
    private readonly double _baseRate;
    private readonly long _warmUpSteps;
    private readonly long _maxSteps;

    public WarmUp(double baseRate, long warmUpSteps, long maxSteps)
    {
        if (!(baseRate > 0 && double.IsFinite(baseRate)))
            throw new ArgumentOutOfRangeException(nameof(baseRate), baseRate, "expected a positive number");
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUpSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(warmUpSteps, maxSteps);
        _baseRate = baseRate;
        _warmUpSteps = warmUpSteps;
        _maxSteps = maxSteps;
    }

    public double At(long step, Func<double, double> fall)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (step < _warmUpSteps) return _baseRate * step / _warmUpSteps;
        var done = (double)(Math.Min(step, _maxSteps) - _warmUpSteps) / (_maxSteps - _warmUpSteps);
        return _baseRate * fall(done);
    }
}
