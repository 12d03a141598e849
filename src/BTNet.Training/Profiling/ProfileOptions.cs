namespace BTNet.Training.Profiling;

/// <summary>How long to measure.</summary>
public sealed record ProfileOptions
{
    /// <summary>Steps that <see cref="Steps"/> may be at most.</summary>
    public const int MostSteps = 10_000;

    /// <summary>Steps measured. Default 20.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>Steps before them that are not. Default 3.</summary>
    public int WarmUp { get; init; } = 3;

    /// <summary>What to compare with; null to measure it first. Default null.</summary>
    public MachinePeak? Peak { get; init; }

    /// <summary>Every fault of these options, a sentence each; none where they are sound.</summary>
    public IEnumerable<string> Faults()
    {
        if (Steps is < 1 or > MostSteps) yield return $"{Steps} steps cannot be profiled; expected 1 to {MostSteps}";
        if (WarmUp is < 0 or > MostSteps) yield return $"{WarmUp} steps of warm-up are out of range; expected 0 to {MostSteps}";
    }
}
