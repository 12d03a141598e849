using TorchSharp.Modules;
using static TorchSharp.torch;

namespace BTNet.Training.Backbones;

/// <summary>What a trained tensor is, so that nothing has to be told from its name.</summary>
public enum WeightKind
{
    /// <summary>A convolution's kernel, <c>[out, in / groups, k, k]</c>.</summary>
    Convolution,

    /// <summary>A linear layer's matrix, <c>[out, in]</c>.</summary>
    Linear,

    /// <summary>A linear layer's bias, <c>[out]</c>.</summary>
    LinearBias,

    /// <summary>A PReLU's slope, one a channel.</summary>
    Slope,

    /// <summary>A batch norm's scale.</summary>
    NormScale,

    /// <summary>A batch norm's shift.</summary>
    NormShift,

    /// <summary>A batch norm's running mean; never trained by gradient.</summary>
    RunningMean,

    /// <summary>A batch norm's running variance; never trained by gradient.</summary>
    RunningVariance
}

/// <summary>A tensor of a network with the key under which files know it.</summary>
/// <param name="Key">The key in the layout of the reference implementation's state dict, such as
/// <c>layer1.0.conv1.weight</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Tensor">The tensor itself, not a copy.</param>
public sealed record Weight(string Key, WeightKind Kind, Tensor Tensor)
{
    /// <summary>Whether gradients may train it (running statistics are not trained so).</summary>
    public bool IsParameter => Tensor is Parameter;
}
