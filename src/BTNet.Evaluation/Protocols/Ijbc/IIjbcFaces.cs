using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>Where the faces of a set come from. The protocol asks for a few at a time, so that no more of them are held.</summary>
public interface IIjbcFaces
{
    /// <summary>The face of an image at each of some resolutions. Called from several threads.</summary>
    /// <param name="image">As an index into <see cref="IjbcSet.Images"/>.</param>
    /// <param name="resolutions">Which; a face a resolution is given, of exactly that size, in order.</param>
    /// <exception cref="InputException">The image is broken; it is then left out.</exception>
    FaceImage[] See(int image, IReadOnlyList<Resolution> resolutions);
}
