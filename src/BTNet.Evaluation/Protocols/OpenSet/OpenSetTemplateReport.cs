using BTNet.Evaluation.Metrics;
using BTNet.Gallery;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>What a way to fuse faces comes to for one resolution of probes over all trials.</summary>
/// <param name="Probes">At what resolution they were seen.</param>
/// <param name="Fusion">How the faces of a person were fused.</param>
/// <param name="RankOne">The share of searches for enrolled people in which they come first, closed-set.</param>
/// <param name="Tpirs">What is found at each of <see cref="OpenSetReport.FalsePositiveRates"/>.</param>
/// <param name="Calibrated">What thresholds of the model's calibration come to, at each of <see cref="OpenSetTemplateProtocol.Asked"/>; none where there is no calibration.</param>
public sealed record OpenSetTemplateResult(Resolution Probes, TemplateFusion Fusion, TrialSpread RankOne, IReadOnlyList<TpirSpread> Tpirs, IReadOnlyList<CalibratedSpread> Calibrated);

/// <summary>What calibrated thresholds come to, each candidate's by the resolution of the face that stands for it.</summary>
/// <param name="Asked">The false positive identification rate asked for.</param>
/// <param name="Fpir">What was obtained.</param>
/// <param name="Tpir">What is found.</param>
public sealed record CalibratedSpread(double Asked, TrialSpread Fpir, TrialSpread Tpir);

/// <summary>Ways to fuse the faces of enrolled people, over random trials.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Lists">What it was measured on.</param>
/// <param name="Options">How; of the gallery <paramref name="Templates"/> says more.</param>
/// <param name="Templates">With which faces people were enrolled.</param>
/// <param name="Drawing">How people were drawn.</param>
/// <param name="Enrolled">People enrolled in each trial.</param>
/// <param name="People">People in the pool.</param>
/// <param name="Faces">Their faces.</param>
/// <param name="SkippedFaces">Faces of the lists that were left out, missing and broken ones.</param>
/// <param name="Notices">What the reader should be told, a sentence each.</param>
/// <param name="Trials">The trials, in their order.</param>
/// <param name="Results">For each resolution of probes one a way to fuse, in the order asked for.</param>
public sealed record OpenSetTemplateReport(
    string Embedder, string Lists, OpenSetOptions Options, OpenSetTemplateOptions Templates, OpenSetTrialOptions Drawing, int Enrolled, int People, int Faces, int SkippedFaces, IReadOnlyList<string> Notices,
    IReadOnlyList<OpenSetTrial> Trials, IReadOnlyList<OpenSetTemplateResult> Results)
{
    /// <summary>The result of a way to fuse at one resolution of probes.</summary>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public OpenSetTemplateResult this[Resolution probes, TemplateFusion fusion] =>
        Results.FirstOrDefault(result => result.Probes == probes && result.Fusion == fusion) ?? throw new ArgumentException($"{fusion} at {probes} was not measured", nameof(fusion));
}
