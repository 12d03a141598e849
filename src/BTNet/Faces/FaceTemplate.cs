namespace BTNet.Faces;

/// <summary>Where the parts of an aligned face lie: the five-point template of ArcFace, made for 112 x 112 pixels.</summary>
internal static class FaceTemplate
{
    /// <summary>The side in pixels that the template was made for.</summary>
    public const int FullSide = 112;

    private static readonly ImagePoint[] Full =
    [
        new(38.2946, 51.6963), new(73.5318, 51.5014), new(56.0252, 71.7366), new(41.5493, 92.3655), new(70.7299, 92.2041),
    ];

    /// <summary>
    /// The points of a grid of side x side pixels over the same part of the face. The grids share their outer corners and
    /// not the centres of their first pixels, as those of a picture and its reduction do.
    /// </summary>
    /// <param name="side">Width and height of the grid in pixels, at least 1.</param>
    /// <param name="count">How many points, from the first: 2 for the eyes, 5 for all.</param>
    public static ImagePoint[] Points(int side, int count) => [.. Full.Take(count).Select(point => new ImagePoint(Scaled(point.X, side), Scaled(point.Y, side)))];

    private static double Scaled(double coordinate, int side) => ((coordinate + 0.5) * side / FullSide) - 0.5;
}
