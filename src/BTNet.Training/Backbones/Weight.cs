using BTNet.Training.Devices;
using TorchSharp;
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

/// <summary>A tensor of a network with the key under which files know it. Who shares the weight shares the tensor, also
/// after it has moved to another device.</summary>
/// <param name="key">The key in the layout of the reference implementation's state dict, such as
/// <c>layer1.0.conv1.weight</c>.</param>
/// <param name="kind">What it is.</param>
/// <param name="tensor">The tensor itself, not a copy; it leaves the dispose scope that it was made in.</param>
public sealed class Weight(string key, WeightKind kind, Tensor tensor)
{
    /// <summary>The key in the layout of the reference implementation's state dict.</summary>
    public string Key { get; } = key;

    /// <summary>What it is.</summary>
    public WeightKind Kind { get; } = kind;

    /// <summary>The tensor itself, not a copy.</summary>
    public Tensor Tensor { get; private set; } = tensor.DetachFromDisposeScope();

    /// <summary>Whether gradients may train it (running statistics are not trained so).</summary>
    public bool IsParameter => Tensor is Parameter;

    /// <summary>Takes the tensor to a device. Its gradient stays behind, and so does an optimizer made before.</summary>
    internal void MoveTo(Device device)
    {
        if (Tensor.IsOn(device)) return;
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var before = Tensor;
        var moved = before.detach().to(device);
        Tensor = (before is Parameter ? new Parameter(moved, before.requires_grad) : moved).DetachFromDisposeScope();
        before.Dispose();
    }
}
