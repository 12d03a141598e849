using System.Globalization;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>How people are drawn to be enrolled, trial by trial.</summary>
public sealed record OpenSetTrialOptions
{
    /// <summary>The fewest trials: one has no deviation.</summary>
    public const int Fewest = 2;

    /// <summary>The most trials.</summary>
    public const int Most = 1000;

    /// <summary>How many trials. Default 10, as in BLUFR.</summary>
    public int Count { get; init; } = 10;

    /// <summary>What the draws come from. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many people are enrolled in each trial; null for as many as <see cref="OpenSetPool.Enrolled"/> says.</summary>
    public int? Enrolled { get; init; }

    /// <summary>What is wrong, a sentence each.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Count is < Fewest or > Most) yield return string.Create(CultureInfo.InvariantCulture, $"{Count} trials are asked for; expected {Fewest} to {Most}");
        if (Enrolled < 1) yield return string.Create(CultureInfo.InvariantCulture, $"{Enrolled} people are to be enrolled; expected at least 1");
    }
}
