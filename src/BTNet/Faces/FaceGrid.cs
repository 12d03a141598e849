namespace BTNet.Faces;

/// <summary>A face as a few grey values that do not depend on its brightness and contrast.</summary>
public static class FaceGrid
{
    /// <summary>The contrast below which a picture is nearly one colour and has no grid, in grey levels of 255: the deviation of the
    /// grid's values. The faces of Labeled Faces in the Wild have 12 or more.</summary>
    public const double LeastContrast = 3;

    /// <summary>Brings a face to side x side values with mean 0 and deviation 1, row by row from the top.</summary>
    /// <param name="face">Of any size.</param>
    /// <param name="side">Rows and columns, at least 1.</param>
    /// <returns><c>[side * side]</c>; null where the contrast is below <see cref="LeastContrast"/>.</returns>
    public static float[]? Of(FaceImage face, int side)
    {
        ArgumentNullException.ThrowIfNull(face);
        var pixels = FaceResizer.Resize(face, side, side).Pixels;
        var values = new float[side * side];
        // Rec. 601, as JPEG has it.
        for (var i = 0; i < values.Length; i++) values[i] = (0.299f * pixels[3 * i]) + (0.587f * pixels[(3 * i) + 1]) + (0.114f * pixels[(3 * i) + 2]);
        var mean = values.Average(value => (double)value);
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        if (deviation < LeastContrast) return null;
        for (var i = 0; i < values.Length; i++) values[i] = (float)((values[i] - mean) / deviation);
        return values;
    }
}
