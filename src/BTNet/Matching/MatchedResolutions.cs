using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>At what resolutions two faces were seen that are compared. The order counts: strangers to a sharp gallery score otherwise than a sharp face in a gallery of small ones.</summary>
/// <param name="Gallery">Of the enrolled face.</param>
/// <param name="Probe">Of the face that is searched for.</param>
public readonly record struct MatchedResolutions(Resolution Gallery, Resolution Probe)
{
    /// <summary>As <c>112x14</c>: the gallery first.</summary>
    public override string ToString() => $"{Gallery}x{Probe}";
}
