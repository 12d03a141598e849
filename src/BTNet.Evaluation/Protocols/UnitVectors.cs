namespace BTNet.Evaluation.Protocols;

/// <summary>Likeness of raw embeddings scaled to length 1, in double precision; zeros stay zeros.</summary>
internal static class UnitVectors
{
    public static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        double product = 0, leftSquares = 0, rightSquares = 0;
        for (var i = 0; i < left.Length; i++)
        {
            product += (double)left[i] * right[i];
            leftSquares += (double)left[i] * left[i];
            rightSquares += (double)right[i] * right[i];
        }

        var scale = Math.Sqrt(leftSquares) * Math.Sqrt(rightSquares);
        return scale > 0 ? product / scale : 0;
    }

    /// <summary>A vector at length 1, for comparing it with many: of two such the product is their <see cref="Cosine"/>, but for rounding.</summary>
    public static double[] Of(ReadOnlySpan<float> vector)
    {
        var (unit, scale) = (new double[vector.Length], Scale(vector));
        for (var i = 0; i < unit.Length; i++) unit[i] = vector[i] * scale;
        return unit;
    }

    public static double SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var (leftScale, rightScale) = (Scale(left), Scale(right));
        double sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            var difference = (left[i] * leftScale) - (right[i] * rightScale);
            sum += difference * difference;
        }

        return sum;
    }

    private static double Scale(ReadOnlySpan<float> vector)
    {
        double squares = 0;
        foreach (var value in vector) squares += (double)value * value;
        return squares > 0 ? 1 / Math.Sqrt(squares) : 0;
    }
}
