using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Devices;

/// <summary>What this machine, and the flavour of libtorch in this program, has beside the processor.</summary>
/// <param name="CudaDevices">CUDA devices; 0 where there are none, or where libtorch is of the CPU flavour.</param>
/// <param name="HasMps">Whether there is Apple's Metal.</param>
public sealed record Accelerators(int CudaDevices, bool HasMps)
{
    /// <summary>This machine's.</summary>
    public static Accelerators Here { get; } = new(cuda.is_available() ? cuda.device_count() : 0, mps_is_available());

    /// <inheritdoc />
    public override string ToString() =>
        string.Join(", ", ["cpu", .. Enumerable.Range(0, CudaDevices).Select(index => $"cuda:{index}"), .. HasMps ? (string[])["mps"] : []]);
}
