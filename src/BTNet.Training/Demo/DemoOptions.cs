using BTNet.Resolutions;

namespace BTNet.Training.Demo;

/// <summary>What the demo does. The recipes of its two stages are <c>recipes/demo-*.json</c>, built in.</summary>
public sealed record DemoOptions
{
    /// <summary>Where everything is written. Default <c>btnet-demo</c> in the current folder.</summary>
    public string Output { get; init; } = "btnet-demo";

    /// <summary>Of the people, the weights and the order of the images. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Synthetic people to judge on, none of whom is trained on. Default 120.</summary>
    public int JudgedPeople { get; init; } = 120;

    /// <summary>Pictures of each of them. Default 8.</summary>
    public int JudgedImages { get; init; } = 8;

    /// <summary>Pairs to judge, half of them of one person. Default 4000.</summary>
    public int Pairs { get; init; } = 4000;

    /// <summary>Branches to train, the largest first. Default 28, 14, 7.</summary>
    public IReadOnlyList<Resolution> Branches { get; init; } = [Resolution.Of(28), Resolution.Of(14), Resolution.Of(7)];

    /// <summary>Values of the trunk's recipe to change, by dotted key. Default none.</summary>
    public IReadOnlyDictionary<string, string> TrunkOverrides { get; init; } = new Dictionary<string, string>();

    /// <summary>Values of the branches' recipe to change, by dotted key. Default none.</summary>
    public IReadOnlyDictionary<string, string> BranchOverrides { get; init; } = new Dictionary<string, string>();
}

/// <summary>What the demo came to.</summary>
/// <param name="UpSampled">The baseline: small faces enlarged for the trunk.</param>
/// <param name="Branches">BTNet: small faces into the branch of their resolution.</param>
/// <param name="Files">What was written, to look at.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record DemoResult(
    Evaluation.Protocols.Pairs.PairReport UpSampled, Evaluation.Protocols.Pairs.PairReport Branches, IReadOnlyList<string> Files, double Seconds);
