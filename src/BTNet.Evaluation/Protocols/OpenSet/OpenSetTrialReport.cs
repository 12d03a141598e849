using BTNet.Evaluation.Metrics;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>How many searches there were in a trial.</summary>
/// <param name="Mated">For people who were enrolled in it.</param>
/// <param name="Unmated">For strangers.</param>
public readonly record struct OpenSetTrial(int Mated, int Unmated);

/// <summary>What came out for one resolution of probes over all trials.</summary>
/// <param name="Probes">At what resolution they were seen.</param>
/// <param name="RankOne">The share of searches for enrolled people in which they come first, closed-set.</param>
/// <param name="Tpirs">What is found at each of <see cref="OpenSetReport.FalsePositiveRates"/>.</param>
public sealed record OpenSetTrialResult(Resolution Probes, TrialSpread RankOne, IReadOnlyList<TpirSpread> Tpirs);

/// <summary>One network over random trials, treating small faces in one way.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Lists">What it was measured on.</param>
/// <param name="Options">How.</param>
/// <param name="Drawing">How people were drawn.</param>
/// <param name="Enrolled">People enrolled in each trial, with a face each.</param>
/// <param name="People">People in the pool.</param>
/// <param name="Faces">Their faces.</param>
/// <param name="SkippedImages">Images that turned out broken.</param>
/// <param name="SkippedFaces">Faces of the lists that were left out, missing and broken ones.</param>
/// <param name="Notices">What the reader should be told, a sentence each.</param>
/// <param name="Trials">The trials, in their order.</param>
/// <param name="Results">One a resolution of probes, in the order asked for.</param>
public sealed record OpenSetTrialReport(
    string Embedder, string Lists, OpenSetOptions Options, OpenSetTrialOptions Drawing, int Enrolled, int People, int Faces, int SkippedImages, int SkippedFaces, IReadOnlyList<string> Notices,
    IReadOnlyList<OpenSetTrial> Trials, IReadOnlyList<OpenSetTrialResult> Results)
{
    /// <summary>The result of one resolution of probes.</summary>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public OpenSetTrialResult this[Resolution probes] => Results.FirstOrDefault(result => result.Probes == probes) ?? throw new ArgumentException($"{probes} was not measured", nameof(probes));
}
