using BTNet.Faces;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>How sharp a face's pixels are: what of them is lost where the face is halved and enlarged again. A face that was enlarged, or is out of focus, loses nearly nothing.</summary>
public static class FaceDetail
{
    /// <summary>The share of the grey values' variance that is lost.</summary>
    /// <param name="face">A face of any size.</param>
    /// <param name="resolution">The size that it is looked at, 14 pixels or more; it is brought to it first.</param>
    /// <returns>0 to about 1; 0 for a face of one colour.</returns>
    public static double Of(FaceImage face, Resolution resolution)
    {
        ArgumentNullException.ThrowIfNull(face);
        ArgumentOutOfRangeException.ThrowIfLessThan(resolution.Side, 14, nameof(resolution));
        var seen = FaceResizer.Resize(face, resolution.Side, resolution.Side);
        var half = FaceResizer.Resize(seen, resolution.Side / 2, resolution.Side / 2);
        var (grey, blurred) = (Grey(seen), Grey(FaceResizer.Resize(half, resolution.Side, resolution.Side)));
        var mean = grey.Average();
        double variance = 0, lost = 0;
        for (var i = 0; i < grey.Length; i++)
        {
            variance += (grey[i] - mean) * (grey[i] - mean);
            lost += (grey[i] - blurred[i]) * (grey[i] - blurred[i]);
        }

        return variance > 0 ? lost / variance : 0;
    }

    private static double[] Grey(FaceImage face)
    {
        var pixels = face.Pixels;
        var grey = new double[face.Width * face.Height];
        for (var i = 0; i < grey.Length; i++) grey[i] = (0.299 * pixels[3 * i]) + (0.587 * pixels[(3 * i) + 1]) + (0.114 * pixels[(3 * i) + 2]);
        return grey;
    }
}
