using BTNet.Training.Kernels;
using TorchSharp;

namespace BTNet.Training;

/// <summary>A form that was measured to be the quickest.</summary>
/// <param name="Form">It.</param>
/// <param name="Device">On which kind of device; on another it is measured anew.</param>
internal sealed record KeptForm(MapForm Form, DeviceType Device);
