namespace BTNet.Resolutions;

/// <summary>
/// The resolutions that a model has a way in for, and the choice among them: which branch a face of a given size
/// goes to. Sizes above the largest rung always go to 112, the trunk's own.
/// </summary>
public sealed class ResolutionLadder
{
    private readonly Resolution[] _rungs;

    /// <summary>A ladder of these rungs, in any order; what is named twice counts once.</summary>
    /// <param name="rungs">Any of <see cref="Resolution.All"/>; <see cref="Resolution.Full"/> must be among them.</param>
    /// <exception cref="ArgumentException">112 is not among the rungs, or one of them is no level of the pyramid.</exception>
    public ResolutionLadder(IEnumerable<Resolution> rungs)
    {
        ArgumentNullException.ThrowIfNull(rungs);
        _rungs = [.. rungs.Distinct().OrderDescending()];
        var foreign = _rungs.Where(rung => !Resolution.All.Contains(rung)).ToArray();
        if (foreign.Length > 0)
            throw new ArgumentException($"{string.Join(", ", foreign)} is no level of the pyramid {string.Join(", ", Resolution.All)}", nameof(rungs));
        if (!_rungs.Contains(Resolution.Full))
            throw new ArgumentException($"the ladder [{string.Join(", ", _rungs)}] lacks {Resolution.Full}, where every large face goes", nameof(rungs));
    }

    /// <summary>The rungs, the largest first.</summary>
    public IReadOnlyList<Resolution> Rungs => _rungs;

    /// <summary>The rung for a face of this size.</summary>
    /// <param name="width">Width of the face in pixels, at least 1.</param>
    /// <param name="height">Height of the face in pixels, at least 1.</param>
    /// <param name="indicator">Which number stands for the size.</param>
    /// <param name="rule">
    /// Which rung a size s between two rungs a &lt; b goes to: ceil to b; near to a up to and including (a + b) / 2
    /// rounded down, else to b; floor to a. A size below the smallest rung goes to the smallest by every rule.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A side below 1, or a value that the enumeration lacks.</exception>
    public Resolution Choose(int width, int height, SizeIndicator indicator = SizeIndicator.Max, LadderRule rule = LadderRule.Ceil)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var size = indicator switch
        {
            SizeIndicator.Max => Math.Max(width, height),
            SizeIndicator.Min => Math.Min(width, height),
            SizeIndicator.Average => (int)(((long)width + height) / 2),
            _ => throw new ArgumentOutOfRangeException(nameof(indicator), indicator, "no such indicator"),
        };

        // Down from the largest, as long as the next rung still takes the size.
        var chosen = 0;
        while (chosen + 1 < _rungs.Length && size <= LargestFor(_rungs[chosen + 1].Side, _rungs[chosen].Side, rule)) chosen++;
        return _rungs[chosen];
    }

    /// <summary>The largest size that goes to <paramref name="lower"/> rather than to the next rung above it.</summary>
    private static int LargestFor(int lower, int upper, LadderRule rule) => rule switch
    {
        LadderRule.Ceil => lower,
        LadderRule.Near => (lower + upper) / 2,
        LadderRule.Floor => upper - 1,
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "no such rule"),
    };
}
