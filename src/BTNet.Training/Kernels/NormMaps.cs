using BTNet.Training.Native;
using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>What a batch norm holds, a float32 <c>[C]</c> each, in this process's memory.</summary>
internal sealed record NormParameters(Tensor Scale, Tensor Shift, Tensor Mean, Tensor Variance, double Momentum, double Epsilon)
{
    /// <summary>Moves the running statistics towards a batch's; the variance that they follow is the unbiased one, as torch
    /// has it.</summary>
    public void Follow(float[] mean, double[] variance, long rows)
    {
        Span<float> runningMean = TensorMemory.Floats(Mean), runningVariance = TensorMemory.Floats(Variance);
        var unbiased = rows / Math.Max(1.0, rows - 1);
        for (var c = 0; c < mean.Length; c++)
        {
            runningMean[c] = (float)(((1 - Momentum) * runningMean[c]) + (Momentum * mean[c]));
            runningVariance[c] = (float)(((1 - Momentum) * runningVariance[c]) + (Momentum * variance[c] * unbiased));
        }
    }
}

/// <summary>A batch norm as it acted on one batch, a number a channel: <c>y = x * Factor + Offset</c>.</summary>
/// <param name="Mean">The mean that was taken off.</param>
/// <param name="InverseDeviation">One by the standard deviation.</param>
/// <param name="Factor">Scale times that.</param>
/// <param name="Offset">Shift less mean times factor.</param>
internal sealed record NormMaps(float[] Mean, float[] InverseDeviation, float[] Factor, float[] Offset)
{
    /// <summary>From a mean and a variance.</summary>
    public static NormMaps Of(NormParameters norm, float[] mean, double[] variance)
    {
        Span<float> scale = TensorMemory.Floats(norm.Scale), shift = TensorMemory.Floats(norm.Shift);
        var inverse = Array.ConvertAll(variance, value => (float)(1 / Math.Sqrt(value + norm.Epsilon)));
        var (factor, offset) = (new float[mean.Length], new float[mean.Length]);
        for (var c = 0; c < mean.Length; c++)
        {
            factor[c] = scale[c] * inverse[c];
            offset[c] = shift[c] - (mean[c] * factor[c]);
        }

        return new NormMaps(mean, inverse, factor, offset);
    }
}
