using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using BTNet.Training.Devices;
using TorchSharp;

namespace BTNet.Cli.Verbs;

/// <summary>Versions, and what of the machine speed depends on.</summary>
/// <param name="Version">Of this program.</param>
/// <param name="Runtime">Of .NET.</param>
/// <param name="Torch">Of libtorch.</param>
/// <param name="TorchThreads">Threads that torch computes with.</param>
/// <param name="Devices">What can compute: the processor, and what <c>--device</c> takes beside it.</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="MemoryBytes">Memory that this process may use.</param>
/// <param name="Simd">Vector instructions that .NET uses here.</param>
/// <param name="MemoryIsKept">Whether glibc's malloc was told to keep memory for reuse; false where it is another C library.</param>
internal sealed record MachineInfo(
    string Version, string Runtime, string Torch, int TorchThreads, string Devices, string System, int Cores, long MemoryBytes, IReadOnlyList<string> Simd, bool MemoryIsKept)
{
    /// <summary>As lines for people.</summary>
    public IEnumerable<(string Key, string Value)> Lines =>
    [
        ("btnet", Version),
        (".NET", Runtime),
        ("torch", $"{Torch}, {TorchThreads} threads"),
        ("devices", Devices),
        ("system", System),
        ("cores", $"{Cores}"),
        ("memory", $"{MemoryBytes / (double)(1L << 30):0.0} GiB"),
        ("SIMD", string.Join(", ", Simd)),
        ("malloc", MemoryIsKept ? "glibc's, keeps memory for reuse" : "as the system has it")
    ];

    public static MachineInfo Now(bool memoryIsKept) => new(
        ProgramVersion,
        Environment.Version.ToString(),
        torch.__version__,
        torch.get_num_threads(),
        Accelerators.Here.ToString(),
        SystemName,
        Environment.ProcessorCount,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        [.. Instructions()],
        memoryIsKept);

    /// <summary>What a page says of the machine and the program: without torch, which a package does not need.</summary>
    public static IReadOnlyList<(string Key, string Value)> WithoutTorch()
    {
        var lines = new List<(string, string)>
        {
            ("btnet", ProgramVersion), (".NET", Environment.Version.ToString()), ("system", SystemName), ("cores", $"{Environment.ProcessorCount}"),
            ("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):0.0} GiB"), ("SIMD", string.Join(", ", Instructions()))
        };
        if (Linux("/proc/cpuinfo", "model name") is { } processor) lines.Insert(3, ("processor", processor));
        // What else runs is what a time depends on most.
        if (Linux("/proc/loadavg", "") is { } load) lines.Add(("load, 1, 5 and 15 minutes", string.Join(' ', load.Split(' ').Take(3))));
        return lines;
    }

    /// <summary>What computed, in a line: for who keeps a result.</summary>
    public static string InShort => $"{Linux("/proc/cpuinfo", "model name") ?? RuntimeInformation.OSArchitecture.ToString()}, {Environment.ProcessorCount} cores, {string.Join(", ", Instructions())}";

    /// <summary>The version of this program.</summary>
    public static string ProgramVersion => typeof(MachineInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    private static string SystemName => $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}";

    /// <summary>What stands behind the colon of the first line that begins so, or the line itself; null where Linux does not say it.</summary>
    private static string? Linux(string file, string begin)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(begin, StringComparison.Ordinal));
            return begin.Length == 0 ? line?.Trim() : line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Instructions()
    {
        var width = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
        yield return width == 0 ? "none" : $"{width}-bit";
        if (Avx2.IsSupported) yield return "AVX2";
        if (Fma.IsSupported) yield return "FMA";
        if (Avx512F.IsSupported) yield return "AVX-512F";
        if (AdvSimd.IsSupported) yield return "AdvSIMD";
    }
}
