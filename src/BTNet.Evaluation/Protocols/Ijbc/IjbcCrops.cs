using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// The faces in a folder of loosely cut images, aligned by their five points (<see cref="FaceAligner"/>) from the image's pixels straight to each resolution: a face of 14 pixels was never one of
/// 112.
/// </summary>
/// <param name="folder">The folder of the images: <c>loose_crop</c>.</param>
/// <param name="images">Their names and points.</param>
public sealed class IjbcCrops(string folder, IjbcImages images) : IIjbcFaces
{
    /// <inheritdoc/>
    public FaceImage[] See(int image, IReadOnlyList<Resolution> resolutions)
    {
        ArgumentNullException.ThrowIfNull(resolutions);
        var points = images.Points.AsSpan(image * IjbcImages.PointNumbers, IjbcImages.PointNumbers);
        var landmarks = new FaceLandmarks(At(points, 0), At(points, 1), At(points, 2), At(points, 3), At(points, 4));
        var photo = FaceDecoder.DecodeFile(Path.Combine(folder, images.Names[image]));
        return [.. resolutions.Select(resolution => FaceAligner.Align(photo, landmarks, resolution.Side))];
    }

    private static ImagePoint At(ReadOnlySpan<float> points, int which) => new(points[2 * which], points[(2 * which) + 1]);
}
