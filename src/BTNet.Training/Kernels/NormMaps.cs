using static TorchSharp.torch;

namespace BTNet.Training.Kernels;

/// <summary>What a batch norm holds.</summary>
internal sealed record NormParameters(Tensor Scale, Tensor Shift, Tensor Mean, Tensor Variance, double Momentum, double Epsilon);

/// <summary>A batch norm as it acted on one batch, a number a channel: <c>y = x * Factor + Offset</c>.</summary>
/// <param name="Mean">The mean that was taken off.</param>
/// <param name="InverseDeviation">One by the standard deviation.</param>
/// <param name="Factor">Scale times that.</param>
/// <param name="Offset">Shift less mean times factor.</param>
internal sealed record NormMaps(float[] Mean, float[] InverseDeviation, float[] Factor, float[] Offset);
