namespace BTNet.Training.Quantization;

/// <summary>Weights in 8-bit integers with a scale for each output, and the bias in 32-bit integers that goes with them.</summary>
/// <param name="Values">-127 to 127: a weight is its value times its output's scale.</param>
/// <param name="Scales">One for each output, above 0.</param>
/// <param name="Bias">A bias is its value times its output's scale times the scale of what the weights are applied to.</param>
internal sealed record QuantizedKernel(sbyte[] Values, float[] Scales, int[] Bias)
{
    private const int Greatest = 127;

    /// <summary>Products of 8-bit numbers are added to it in 32 bits, and need room.</summary>
    private const double GreatestBias = 1 << 30;

    private const double Smallest = 1e-30;

    /// <summary>Rounds each weight to the nearest; none is off by more than half its output's scale.</summary>
    /// <param name="kernel">The weights.</param>
    /// <param name="bias">What is added to each output.</param>
    /// <param name="inputScale">Scale of what the weights are applied to.</param>
    public static QuantizedKernel Of(Kernel kernel, double[] bias, float inputScale)
    {
        var (values, scales, integers) = (new sbyte[kernel.Values.Length], new float[kernel.Outputs], new int[kernel.Outputs]);
        for (var output = 0; output < kernel.Outputs; output++)
        {
            var row = kernel.Values.AsSpan(output * kernel.RowLength, kernel.RowLength);
            var factor = kernel.Factors[output];
            var largest = 0.0;
            foreach (var value in row) largest = Math.Max(largest, Math.Abs(value * factor));
            // Of an output without weights, but for its bias, any scale would do that the bias fits.
            var scale = Math.Max(largest / Greatest, Math.Abs(bias[output]) / (inputScale * GreatestBias));
            scales[output] = scale > Smallest ? (float)scale : 1;
            for (var i = 0; i < row.Length; i++)
                values[(output * kernel.RowLength) + i] = (sbyte)Math.Clamp(Math.Round(row[i] * factor / scales[output]), -Greatest, Greatest);
            integers[output] = (int)Math.Clamp(Math.Round(bias[output] / ((double)inputScale * scales[output])), -GreatestBias, GreatestBias);
        }

        return new QuantizedKernel(values, scales, integers);
    }
}
