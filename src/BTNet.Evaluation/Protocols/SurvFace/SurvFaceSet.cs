using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Evaluation.Protocols.Pairs;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>The test sets of QMUL-SurvFace (Cheng, Zhu and Gong 2018, arXiv:1804.09691): surveillance faces of 6 to 124 pixels, in the sizes that they were found in.</summary>
/// <param name="Identification">The 1:N set: several faces of each enrolled person, probes of these people and of strangers.</param>
/// <param name="Verification">The 1:1 set, pairs of one person and of two; null where it is not there.</param>
public sealed record SurvFaceSet(OpenSetLists Identification, PairSet? Verification)
{
    /// <summary>The files that were read.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}
