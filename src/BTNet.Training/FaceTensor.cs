using BTNet.Faces;
using BTNet.Training.Data;
using BTNet.Training.Kernels;
using static TorchSharp.torch;

namespace BTNet.Training;

/// <summary>Pixels as the networks take them: <c>[N, 3, r, r]</c>, float32 unless told otherwise, <c>(x / 255 - 0.5) / 0.5</c>.</summary>
public static class FaceTensor
{
    /// <summary>From planar bytes.</summary>
    /// <param name="planar"><c>[N, 3, r, r]</c> bytes, 0-255, red plane first; longer buffers are cut.</param>
    /// <param name="count">N.</param>
    /// <param name="side">r.</param>
    /// <param name="form">How they lie in memory and how precise they are; null for <see cref="MapForm.Default"/>.</param>
    /// <exception cref="ArgumentException">There are fewer bytes.</exception>
    public static Tensor FromPlanar(byte[] planar, int count, int side, MapForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(planar);
        return PixelMap.Of(planar, count, side, form ?? MapForm.Default);
    }

    /// <summary>From decoded faces of one size.</summary>
    /// <exception cref="ArgumentException">A face of another size.</exception>
    public static Tensor FromFaces(IReadOnlyList<FaceImage> faces, int start, int count, int side)
    {
        ArgumentNullException.ThrowIfNull(faces);
        var planar = new byte[count * 3 * side * side];
        for (var i = 0; i < count; i++)
        {
            var face = faces[start + i];
            if (face.Width != side || face.Height != side)
                throw new ArgumentException($"a face of {face.Width} x {face.Height} pixels, expected {side} x {side}", nameof(faces));
            PixelPlanes.Write(face.Pixels, planar.AsSpan(i * 3 * side * side, 3 * side * side));
        }

        return FromPlanar(planar, count, side);
    }
}
