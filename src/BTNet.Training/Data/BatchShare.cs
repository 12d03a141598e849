namespace BTNet.Training.Data;

/// <summary>Which part of each step's items is one process's, where several train together.</summary>
/// <param name="Part">Which, from 0.</param>
/// <param name="Parts">How many there are, of as many items each.</param>
public readonly record struct BatchShare(int Part, int Parts)
{
    /// <summary>All items.</summary>
    public static BatchShare Whole { get; } = new(0, 1);

    /// <summary>This part of a step.</summary>
    public PlannedBatch Of(PlannedBatch step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var count = step.Items.Length / Parts;
        return Parts == 1 ? step : step with { Items = step.Items[(Part * count)..((Part + 1) * count)] };
    }
}
