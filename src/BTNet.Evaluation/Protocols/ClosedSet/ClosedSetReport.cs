using BTNet.Evaluation.Metrics;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>How many faces went to a branch.</summary>
/// <param name="Branch">The branch; 112 is the trunk.</param>
/// <param name="Gallery">Enrolled faces of people who are searched for.</param>
/// <param name="Distractors">Enrolled faces of others.</param>
/// <param name="ProbeSets">Faces that are searched with, of each set of searches.</param>
public sealed record ClosedSetBranchShare(Resolution Branch, int Gallery, int Distractors, IReadOnlyList<int> ProbeSets)
{
    /// <summary>Faces that are searched with, in all sets.</summary>
    public int Probes => ProbeSets.Sum();
}

/// <summary>What some searches found.</summary>
/// <param name="Probes">What they have in common; <see cref="ClosedSetReport.Overall"/> for all together.</param>
/// <param name="Ranks">At which place the first enrolled face of the right person comes.</param>
/// <param name="Precision">Mean average precision over all enrolled faces of the right person.</param>
public sealed record ClosedSetFigures(string Probes, ClosedSetRanks Ranks, AveragePrecision Precision);

/// <summary>What came out for one way of choosing branches.</summary>
/// <param name="Rule">How faces were sent to branches; null where all were enlarged for the trunk.</param>
/// <param name="Branches">Where they went, the largest first, branches of no face included; the trunk alone where all were enlarged for it.</param>
/// <param name="Figures">One a set of searches, and last all together where there are several.</param>
public sealed record ClosedSetResult(BranchRule? Rule, IReadOnlyList<ClosedSetBranchShare> Branches, IReadOnlyList<ClosedSetFigures> Figures)
{
    /// <summary>A few of the searches in which somebody else came first: images as indices into <see cref="ClosedSetLists.Images"/>.</summary>
    public IReadOnlyList<SearchMistake> Hardest { get; init; } = [];

    /// <summary>Of every search, the best score of the right person and the best of anybody else; of the latter negative infinity where nobody else is enrolled.</summary>
    public IReadOnlyList<(float Own, float Other)> Scores { get; init; } = [];
}

/// <summary>One network on a closed set of faces in their own sizes, treating small faces in one way.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Set">What it was measured on.</param>
/// <param name="Options">How.</param>
/// <param name="Way">What was done with small faces.</param>
/// <param name="Ranks">The ranks that are asked for, ascending.</param>
/// <param name="People">People who are enrolled and may be searched for.</param>
/// <param name="GalleryFaces">Their enrolled faces.</param>
/// <param name="Distractors">Enrolled faces of others.</param>
/// <param name="SkippedImages">Images that turned out broken.</param>
/// <param name="SkippedFaces">Faces that were left out, missing and broken ones included.</param>
/// <param name="Notices">What the reader should be told, a sentence each.</param>
/// <param name="Results">One a way of choosing branches, in the order asked for.</param>
public sealed record ClosedSetReport(
    string Embedder, string Set, NativeSizeOptions Options, SmallFaceWay Way, IReadOnlyList<int> Ranks, int People, int GalleryFaces, int Distractors, int SkippedImages, int SkippedFaces,
    IReadOnlyList<string> Notices, IReadOnlyList<ClosedSetResult> Results)
{
    /// <summary>What all searches together are called.</summary>
    public const string Overall = "all";

    /// <summary>Whether anybody has several enrolled faces: with one each, the rank says all, and average precision means little.</summary>
    public bool HasSeveralFaces => GalleryFaces > People;
}
