using System.Globalization;

namespace BTNet.Cli.Tests;

/// <summary>What signals come to here.</summary>
internal static class Signals
{
    private const int Interrupt = 2;

    /// <summary>Whether Ctrl-C does nothing: a shell without job control starts programs in the background so, and their children inherit it.</summary>
    public static bool InterruptsAreIgnored() => OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (ulong.Parse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (Interrupt - 1))) != 0;
}
