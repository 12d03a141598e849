using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>One network on one pair set, treating small faces in one way.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="PairSet">What it was measured on.</param>
/// <param name="Options">How, with what the reference-compatible mode stands for written out.</param>
/// <param name="Images">Distinct images in the set.</param>
/// <param name="SkippedImages">Images that turned out broken.</param>
/// <param name="Evaluated">The pairs compared, as indices into the set's pairs; the same at each resolution.</param>
/// <param name="SkippedPairs">Pairs left out, because an image is missing or broken.</param>
/// <param name="Notices">What the reader should be told, a sentence each.</param>
/// <param name="Results">One a resolution pair, in the order asked for.</param>
public sealed record PairReport(
    string Embedder, string PairSet, PairOptions Options, int Images, int SkippedImages,
    IReadOnlyList<int> Evaluated, int SkippedPairs, IReadOnlyList<string> Notices, IReadOnlyList<PairResult> Results)
{
    /// <summary>The result of one resolution pair.</summary>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public PairResult this[ResolutionPair resolutions] => Results.FirstOrDefault(result => result.Resolutions == resolutions)
        ?? throw new ArgumentException($"{resolutions} was not measured", nameof(resolutions));

    /// <summary>Compares pair by pair with a baseline measured on the same pairs: for each resolution pair that both
    /// have, this report less the baseline.</summary>
    /// <param name="baseline">The other system, or the other way of treating small faces.</param>
    /// <param name="seed">Of the resampling.</param>
    /// <exception cref="ArgumentException">The baseline was measured on other pairs.</exception>
    public IReadOnlyList<(ResolutionPair Resolutions, PairedDifference Difference)> Against(PairReport baseline, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        if (baseline.PairSet != PairSet || !baseline.Evaluated.SequenceEqual(Evaluated))
            throw new ArgumentException($"compared on other pairs: {baseline.PairSet} and {PairSet}", nameof(baseline));
        return [.. from ours in Results
            join theirs in baseline.Results on ours.Resolutions equals theirs.Resolutions
            select (ours.Resolutions, PairedDifference.Of(ours.Same, theirs.Accuracy.Correct, theirs.Scores, ours.Accuracy.Correct, ours.Scores, seed: seed))];
    }
}
