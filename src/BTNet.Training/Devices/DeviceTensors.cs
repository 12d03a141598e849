using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Devices;

/// <summary>Tensors and where they are.</summary>
internal static class DeviceTensors
{
    /// <summary>Whether a tensor is on a device already.</summary>
    public static bool IsOn(this Tensor tensor, Device device) => tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index);

    /// <summary>The tensor itself where it is on the device, or a copy there; both belong to the caller's scope.</summary>
    public static Tensor On(this Tensor tensor, Device device) => tensor.IsOn(device) ? tensor : tensor.to(device);
}
