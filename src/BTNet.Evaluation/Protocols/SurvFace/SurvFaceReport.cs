using BTNet.Evaluation.Metrics;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>How many faces went to a branch.</summary>
/// <param name="Branch">The branch; 112 is the trunk.</param>
/// <param name="Gallery">Enrolled faces.</param>
/// <param name="Mated">Probes of enrolled people.</param>
/// <param name="Unmated">Probes of strangers.</param>
/// <param name="Verification">Images of the 1:1 set; 0 where it was not measured.</param>
public sealed record BranchShare(Resolution Branch, int Gallery, int Mated, int Unmated, int Verification);

/// <summary>What came out of the searches with one kind of prototypes.</summary>
/// <param name="Prototype">What stands for an enrolled person.</param>
/// <param name="Identification">The searches, at <see cref="SurvFaceReport.FalsePositiveRates"/>.</param>
public sealed record PrototypeResult(GalleryPrototype Prototype, TopRankIdentification Identification)
{
    /// <summary>A few of the searches that found somebody else: images as indices into <see cref="BTNet.Evaluation.Protocols.OpenSet.OpenSetLists.Images"/>; of a person found, the first enrolled one.</summary>
    public IReadOnlyList<SearchMistake> Hardest { get; init; } = [];
}

/// <summary>What came out for one way of choosing branches.</summary>
/// <param name="Rule">How faces were sent to branches; null where all were enlarged for the trunk.</param>
/// <param name="Branches">Where they went, the largest first, branches of no face included; the trunk alone where all were enlarged for it.</param>
/// <param name="Prototypes">One a kind of prototypes, in the order of <see cref="GalleryPrototype"/>.</param>
/// <param name="Verification">The 1:1 set; null where it is not there.</param>
public sealed record SurvFaceResult(BranchRule? Rule, IReadOnlyList<BranchShare> Branches, IReadOnlyList<PrototypeResult> Prototypes, SurvFaceVerification? Verification)
{
    /// <summary>The searches with one kind of prototypes.</summary>
    public TopRankIdentification this[GalleryPrototype prototype] => Prototypes.First(result => result.Prototype == prototype).Identification;
}

/// <summary>One network on QMUL-SurvFace, treating small faces in one way.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Set">What it was measured on.</param>
/// <param name="Options">How.</param>
/// <param name="Way">What was done with small faces.</param>
/// <param name="Enrolled">People in the gallery.</param>
/// <param name="GalleryFaces">Their faces.</param>
/// <param name="Pairs">Pairs of the 1:1 set that were compared; 0 where it is not there.</param>
/// <param name="SkippedImages">Images that turned out broken.</param>
/// <param name="SkippedFaces">Faces of the 1:N set that were left out, broken ones included.</param>
/// <param name="SkippedPairs">Pairs of the 1:1 set that were left out, as an image is missing or broken.</param>
/// <param name="Notices">What the reader should be told of the 1:N set, a sentence each.</param>
/// <param name="PairNotices">What the reader should be told of the 1:1 set, a sentence each.</param>
/// <param name="Results">One a way of choosing branches, in the order asked for.</param>
public sealed record SurvFaceReport(
    string Embedder, string Set, NativeSizeOptions Options, SmallFaceWay Way, int Enrolled, int GalleryFaces, int Pairs, int SkippedImages, int SkippedFaces, int SkippedPairs, IReadOnlyList<string> Notices,
    IReadOnlyList<string> PairNotices, IReadOnlyList<SurvFaceResult> Results)
{
    /// <summary>How many places a list of the best has: 20, as the challenge says.</summary>
    public const int Places = 20;

    /// <summary>The false positive identification rates of the challenge: 0.3, 0.2, 0.1 and 0.01.</summary>
    public static IReadOnlyList<double> FalsePositiveRates { get; } = [0.3, 0.2, 0.1, 0.01];
}
