namespace BTNet.Matching;

/// <summary>How scores are calibrated.</summary>
public sealed record CalibrationOptions
{
    /// <summary>How often people are drawn anew for intervals, 20 to 10,000. Default 200.</summary>
    public int Draws { get; init; } = 200;

    /// <summary>Of the draws. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Images of a person that are looked at, from the first; at least 1. Default 5: more say more of that person and not of people.</summary>
    public int MostImages { get; init; } = 5;

    /// <summary>The share of scores, the highest, that the tail is fitted to; above 0, at most 0.1. Default 0.005, of which 0.01 is no better and 0.05 worse (docs/calibration.md).</summary>
    public double TailShare { get; init; } = 0.005;

    /// <summary>What is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Draws is < 20 or > 10_000) yield return $"{Draws} draws; expected 20 to 10,000";
        if (MostImages < 1) yield return $"{MostImages} images of a person; expected at least 1";
        if (!(TailShare is > 0 and <= 0.1)) yield return $"the tail's share is {TailShare}; expected above 0, at most 0.1";
    }
}
