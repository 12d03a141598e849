using System.Globalization;

namespace BTNet.Training.Profiling;

/// <summary>What this process has asked of memory since it began.</summary>
/// <param name="ManagedBytes">Bytes that .NET has allocated, on all threads.</param>
/// <param name="Collections">Garbage collections that reached generation 0, 1 and 2; each counts in those below it too.</param>
/// <param name="ResidentBytes">Bytes in physical memory now.</param>
/// <param name="PageFaults">Pages that the kernel had to give or to bring; null where it is not Linux.</param>
public sealed record ProcessMemory(long ManagedBytes, IReadOnlyList<int> Collections, long ResidentBytes, long? PageFaults)
{
    private const string Statistics = "/proc/self/stat";

    // Of proc(5), counted from the state, the first field behind the name: minflt and majflt.
    private const int MinorFaults = 7;
    private const int MajorFaults = 9;

    /// <summary>As it is now.</summary>
    public static ProcessMemory Now() => new(
        GC.GetTotalAllocatedBytes(precise: true),
        [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)],
        Environment.WorkingSet,
        OperatingSystem.IsLinux() && File.Exists(Statistics) ? FaultsOf(File.ReadAllText(Statistics)) : null);

    /// <summary>Page faults, minor and major, by a process's line of statistics; the name in it may hold spaces and brackets.</summary>
    internal static long FaultsOf(string line)
    {
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[MinorFaults], CultureInfo.InvariantCulture) + long.Parse(fields[MajorFaults], CultureInfo.InvariantCulture);
    }
}
