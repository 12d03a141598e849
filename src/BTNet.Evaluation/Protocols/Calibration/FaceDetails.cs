using BTNet.Faces;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>How sharp faces are at some resolutions, found out as they are decoded for the network.</summary>
internal sealed class FaceDetails
{
    private const double BelowLeast = 0.02;
    private const int LeastSide = 14;

    private readonly Dictionary<Resolution, double[]> _details;

    public FaceDetails(IReadOnlyList<Resolution> sides, IReadOnlyList<ListedImage> images)
    {
        _details = sides.Where(side => side.Side >= LeastSide).ToDictionary(side => side, _ => new double[images.Count]);
        Images = [.. images.Select((image, i) => new ListedImage(image.Name, () =>
        {
            var face = image.Decode();
            foreach (var (side, details) in _details) details[i] = FaceDetail.Of(face, side);
            return face;
        }))];
    }

    /// <summary>The images; to decode one finds out about it.</summary>
    public IReadOnlyList<ListedImage> Images { get; }

    /// <summary>What 1 in 50 of the decoded images is below; 0 at the smallest resolution.</summary>
    public double Least(Resolution side, int[] decoded) =>
        _details.TryGetValue(side, out var details) ? decoded.Select(i => details[i]).Order().ElementAt((int)(BelowLeast * decoded.Length)) : 0;
}
