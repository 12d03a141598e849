using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>
/// What the method's authors published for pairs at two resolutions, in percent: the column "Face verification benchmarks" of the results in the README of their implementation
/// (github.com/StevenSmith2000/BTNet, commit df06e02fa4cf, table (a)), which is one figure for all of their benchmarks.
/// </summary>
internal static class PublishedPairs
{
    /// <summary>Who, and what with.</summary>
    public const string Name = "published by the method's authors";

    /// <summary>What their network was trained on: the configurations that the README names.</summary>
    public const string TrainedOn = "MS1MV3, 93 thousand people, 5.2 million images (IResNet-50)";

    /// <summary>What must be known to read the figures.</summary>
    public const string Note =
        "The published row is of other pairs: one figure for the authors' benchmarks together (their script names LFW, CFP-FF, CFP-FP, AgeDB-30, CALFW and CPLFW), of a larger network that saw 5.2 million images. It shows how "
        + "recognition falls with resolution there, and is no figure to be compared with those above it. Source: table (a) of the results in the README of github.com/StevenSmith2000/BTNet, commit df06e02fa4cf; "
        + "Learning Unified Representations for Multi-Resolution Face Recognition, BMVC 2023.";

    /// <summary>The figures as they were published, for each resolution pair.</summary>
    public static IReadOnlyDictionary<ResolutionPair, string> Figures { get; } = new Dictionary<ResolutionPair, string>
    {
        [ResolutionPair.Parse("112x7")] = "86.10", [ResolutionPair.Parse("112x14")] = "94.08", [ResolutionPair.Parse("112x28")] = "96.65", [ResolutionPair.Parse("7x7")] = "77.78",
        [ResolutionPair.Parse("14x14")] = "90.90", [ResolutionPair.Parse("28x28")] = "96.27", [ResolutionPair.Parse("112x112")] = "97.25"
    };
}
