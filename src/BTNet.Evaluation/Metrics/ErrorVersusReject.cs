namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Whether a measure of quality knows which searches fail: the share of errors that is left where the worst share of searches is not made (Grother and Tabassi 2007). A good measure lets it fall
/// quickly, one that knows nothing leaves it level. Searches of equal quality are left out in equal parts.
/// </summary>
public sealed class ErrorVersusReject
{
    private readonly (double Quality, int Count, int Errors)[] _groups;
    private readonly int _count;

    private ErrorVersusReject((double, int, int)[] groups, int count) => (_groups, _count) = (groups, count);

    /// <summary>Takes the searches.</summary>
    /// <param name="searches">Of each its quality, the higher the better, and whether it failed; at least one.</param>
    /// <exception cref="ArgumentException">There is none, or a quality is not a number.</exception>
    public static ErrorVersusReject Of(IReadOnlyList<(double Quality, bool IsError)> searches)
    {
        ArgumentNullException.ThrowIfNull(searches);
        if (searches.Count == 0) throw new ArgumentException("needs at least one search", nameof(searches));
        if (searches.Any(search => double.IsNaN(search.Quality))) throw new ArgumentException("a quality is not a number", nameof(searches));
        return new ErrorVersusReject([.. searches.GroupBy(search => search.Quality).OrderBy(group => group.Key).Select(group => (group.Key, group.Count(), group.Count(search => search.IsError)))], searches.Count);
    }

    /// <summary>The share of errors among the searches that are left.</summary>
    /// <param name="rejected">The share that is not made, of the lowest quality; 0 to below 1.</param>
    public double At(double rejected)
    {
        if (!(rejected is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rejected), rejected, "expected 0 to below 1");
        var (drop, left, errors) = (rejected * _count, 0.0, 0.0);
        foreach (var (_, count, failed) in _groups)
        {
            var kept = Math.Clamp(count - drop, 0, count);
            drop = Math.Max(drop - count, 0);
            left += kept;
            errors += kept * failed / count;
        }

        return errors / left;
    }

    /// <summary>The mean of the curve up to a share (the partial area of Schlett and others 2023, by its width), by the trapezoidal rule in 200 steps.</summary>
    /// <param name="upTo">Above 0, below 1.</param>
    public double MeanTo(double upTo)
    {
        const int Steps = 200;
        if (!(upTo is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(upTo), upTo, "expected above 0 and below 1");
        double sum = (At(0) + At(upTo)) / 2;
        for (var step = 1; step < Steps; step++) sum += At(upTo * step / Steps);
        return sum / Steps;
    }

    /// <summary>The curve of a measure that knows every failure, for comparison.</summary>
    /// <param name="rejected">As for <see cref="At"/>.</param>
    public double BestAt(double rejected)
    {
        var errors = _groups.Sum(group => group.Errors) / (double)_count;
        return Math.Max(errors - rejected, 0) / (1 - rejected);
    }
}
