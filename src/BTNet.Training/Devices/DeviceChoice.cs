using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Devices;

/// <summary>Which device computes: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c> or <c>mps</c>.</summary>
public sealed record DeviceChoice
{
    /// <summary>The CUDA devices of this machine shared out over its ranks where there are any, else the processor.</summary>
    public const string Auto = "auto";

    /// <summary>Set by Open MPI's mpirun: which of the ranks on this machine this process is.</summary>
    private const string LocalRankVariable = "OMPI_COMM_WORLD_LOCAL_RANK";

    private const string Expected = "expected auto, cpu, cuda, cuda:N (N from 0) or mps";

    private readonly string _name;
    private readonly int? _index;

    private DeviceChoice(string name, int? index) => (_name, _index) = (name, index);

    /// <summary>Reads a choice.</summary>
    /// <param name="text">As above; upper or lower case.</param>
    /// <param name="fault">What is wrong with it, where it is none.</param>
    /// <returns>Null where it is none.</returns>
    public static DeviceChoice? TryParse(string? text, out string? fault)
    {
        fault = null;
        var parts = (text ?? "").ToLowerInvariant().Split(':');
        if (parts is [Auto or "cpu" or "cuda" or "mps"]) return new DeviceChoice(parts[0], null);
        if (parts is ["cuda", var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return new DeviceChoice("cuda", index);
        fault = $"'{text}' is no device; {Expected}";
        return null;
    }

    /// <summary>The device that a text names, on this machine.</summary>
    /// <param name="text">As above.</param>
    /// <param name="say">Told of a device other than the processor; null for nobody.</param>
    /// <exception cref="InputException">It is no device's name, or this machine or program has none such.</exception>
    public static Device Resolve(string text, Action<string>? say = null)
    {
        var device = TryParse(text, out var fault)?.On(Accelerators.Here, LocalRank()) ?? throw new InputException(fault!);
        if (device.type != DeviceType.CPU) say?.Invoke($"computing on {device}");
        return device;
    }

    /// <summary>The device on a machine.</summary>
    /// <param name="has">What the machine has.</param>
    /// <param name="localRank">Which of the processes on the machine that train together this is, from 0.</param>
    /// <exception cref="InputException">It has none such.</exception>
    public Device On(Accelerators has, int localRank)
    {
        ArgumentNullException.ThrowIfNull(has);
        return _name switch
        {
            "cuda" when has.CudaDevices == 0 => throw new InputException(
                "there is no CUDA device, or this program was built with the libtorch for processors only: build it with -p:TorchFlavour=cuda (docs/gpu.md) on a machine with an NVIDIA driver, or choose --device cpu"),
            "cuda" when _index >= has.CudaDevices => throw new InputException($"there is no cuda:{_index}: choose from {has}"),
            "mps" when !has.HasMps => throw new InputException($"there is no Metal device here: choose from {has}"),
            "cuda" or Auto when has.CudaDevices > 0 => new Device(DeviceType.CUDA, _index ?? localRank % has.CudaDevices),
            "mps" => new Device(DeviceType.MPS),
            _ => CPU
        };
    }

    private static int LocalRank() =>
        int.TryParse(Environment.GetEnvironmentVariable(LocalRankVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var rank) ? rank : 0;
}
