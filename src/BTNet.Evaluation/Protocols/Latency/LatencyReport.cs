using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Latency;

/// <summary>How long faces of one resolution take.</summary>
/// <param name="Resolution">Their size.</param>
/// <param name="Median">The median time of a call with one face.</param>
/// <param name="Low">The time that one call in ten is below.</param>
/// <param name="High">The time that one call in ten is above.</param>
/// <param name="FacesPerSecond">Faces a second in batches, by the median time of a batch.</param>
public sealed record LatencyResult(Resolution Resolution, TimeSpan Median, TimeSpan Low, TimeSpan High, double FacesPerSecond);

/// <summary>How long faces take, measured on the spot.</summary>
/// <param name="Embedder">What was measured.</param>
/// <param name="Options">How.</param>
/// <param name="Results">One a resolution of the network, the largest first.</param>
public sealed record LatencyReport(string Embedder, LatencyOptions Options, IReadOnlyList<LatencyResult> Results);
