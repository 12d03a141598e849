using BTNet.Evaluation.Metrics;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>What came out for one resolution of probes.</summary>
/// <param name="Probes">At what resolution they were seen.</param>
/// <param name="Identification">The searches.</param>
/// <param name="Tpirs">What is found at each of <see cref="OpenSetReport.FalsePositiveRates"/>.</param>
/// <param name="Nearest">What each search came nearest to: those of <see cref="OpenSetIdentification.MatedProbes"/>, then those of <see cref="OpenSetIdentification.UnmatedProbes"/>, in their order.</param>
public sealed record OpenSetResult(Resolution Probes, OpenSetIdentification Identification, IReadOnlyList<TpirAtFpir> Tpirs, IReadOnlyList<OpenSetMatch> Nearest)
{
    /// <summary>The length of the raw embedding of each of <see cref="OpenSetIdentification.MatedProbes"/>, in their order.</summary>
    public IReadOnlyList<double> MatedNorms { get; init; } = [];

    /// <summary>Everybody of the lists, to look at other galleries of them; null without <see cref="OpenSetOptions.OverGalleries"/>.</summary>
    public EveryGallery? Everybody { get; init; }
}

/// <summary>A search and the enrolled face of somebody else that is most alike.</summary>
/// <param name="Probe">The image that was searched for, as an index into <see cref="OpenSetLists.Images"/>.</param>
/// <param name="Found">The enrolled one, likewise; -1 where nobody else is enrolled.</param>
/// <param name="Score">Their score.</param>
public readonly record struct OpenSetMatch(int Probe, int Found, double Score);

/// <summary>One network on one set of lists, treating small faces in one way.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Lists">What it was measured on.</param>
/// <param name="Options">How.</param>
/// <param name="Enrolled">People in the gallery.</param>
/// <param name="GalleryFaces">Their faces.</param>
/// <param name="SkippedImages">Images that turned out broken.</param>
/// <param name="SkippedFaces">Faces of the lists that were left out, broken ones included.</param>
/// <param name="Notices">What the reader should be told, a sentence each.</param>
/// <param name="Results">One a resolution of probes, in the order asked for.</param>
public sealed record OpenSetReport(
    string Embedder, string Lists, OpenSetOptions Options, int Enrolled, int GalleryFaces, int SkippedImages, int SkippedFaces, IReadOnlyList<string> Notices, IReadOnlyList<OpenSetResult> Results)
{
    /// <summary>The false positive identification rates that are reported: 1e-1, 1e-2 and 1e-3.</summary>
    public static IReadOnlyList<double> FalsePositiveRates { get; } = [1e-1, 1e-2, 1e-3];

    /// <summary>The result of one resolution of probes.</summary>
    /// <exception cref="ArgumentException">It was not measured.</exception>
    public OpenSetResult this[Resolution probes] => Results.FirstOrDefault(result => result.Probes == probes) ?? throw new ArgumentException($"{probes} was not measured", nameof(probes));
}
