using BTNet.Resolutions;

namespace BTNet.Evaluation.Reports.Html;

/// <summary>What a face of a resolution costs.</summary>
/// <param name="Resolution">The size of the face.</param>
/// <param name="MultiplyAccumulates">Of the whole path for one face; null where nobody counted.</param>
/// <param name="Parameters">Numbers that are this resolution's own; null where nobody counted.</param>
public sealed record PathCost(Resolution Resolution, long? MultiplyAccumulates, long? Parameters = null);
