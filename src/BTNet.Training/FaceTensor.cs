using BTNet.Faces;
using BTNet.Training.Kernels;
using BTNet.Training.Native;
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
    public static Tensor FromPlanar(byte[] planar, int count, int side, MapForm? form = null)
    {
        ArgumentNullException.ThrowIfNull(planar);
        var used = count * 3 * side * side;
        using var bytes = tensor(planar.Length == used ? planar : planar.AsSpan(0, used).ToArray(), ScalarType.Byte);
        using var planes = bytes.reshape(count, 3, side, side);
        using var exact = planes.to(ScalarType.Float32).div_(LastingScalar.Of(127.5)).sub_(LastingScalar.One);
        return (form ?? MapForm.Default).Of(exact);
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
            var pixels = face.Pixels;
            var plane = side * side;
            var to = i * 3 * plane;
            for (var p = 0; p < plane; p++)
            {
                planar[to + p] = pixels[3 * p];
                planar[to + plane + p] = pixels[(3 * p) + 1];
                planar[to + (2 * plane) + p] = pixels[(3 * p) + 2];
            }
        }

        return FromPlanar(planar, count, side);
    }
}
