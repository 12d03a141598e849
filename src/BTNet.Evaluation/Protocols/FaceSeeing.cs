using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>How a protocol brings faces to a network, whatever it then compares.</summary>
/// <param name="Reduction">How faces are reduced, and brought to 112 where they have another size.</param>
/// <param name="Enlarging">How a reduced face is enlarged to 112 for the trunk.</param>
/// <param name="FlipAveraging">Whether the raw embedding of the mirrored face is added.</param>
/// <param name="GreatestBrokenShare">The share of images, 0 to 1, that may be broken.</param>
/// <param name="ImagesAtATime">Images decoded at a time, at least 1.</param>
internal sealed record FaceSeeing(ResampleKernel Reduction, ResampleKernel Enlarging, bool FlipAveraging, double GreatestBrokenShare, int ImagesAtATime)
{
    /// <summary>What is wrong, a sentence each.</summary>
    public IEnumerable<string> Faults()
    {
        if (!(GreatestBrokenShare is >= 0 and <= 1)) yield return $"the share of broken images that is borne is {GreatestBrokenShare}; expected 0 to 1";
        if (ImagesAtATime < 1) yield return $"{ImagesAtATime} images at a time; expected at least 1";
    }
}
