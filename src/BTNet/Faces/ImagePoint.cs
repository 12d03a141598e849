namespace BTNet.Faces;

/// <summary>
/// A place in a picture, in its own pixels: (0, 0) is the centre of the first pixel, (0.5, 0.5) its lower right corner.
/// Detectors and OpenCV count this way. A place may lie outside of the picture.
/// </summary>
/// <param name="X">To the right.</param>
/// <param name="Y">Downwards.</param>
public readonly record struct ImagePoint(double X, double Y);
