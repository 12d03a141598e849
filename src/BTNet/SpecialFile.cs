using System.Runtime.InteropServices;

namespace BTNet;

/// <summary>What has a path and is no file with contents: opening it may wait forever, or do things.</summary>
internal static partial class SpecialFile
{
    private const int HereAndBelow = -100;
    private const uint TypeOnly = 1;
    private const int ModeInStatx = 28;
    private const int ModeInStat = 4;

    // Larger than either structure.
    private const int Room = 512;

    /// <summary>What a path is in place of a file, links followed; null where it is a file, a folder or nothing, or where the system does not say.</summary>
    public static string? KindOf(string path) => (Mode(path) & 0xF000) switch
    {
        0x1000 => "a pipe",
        0x2000 or 0x6000 => "a device",
        0xC000 => "a socket",
        _ => null
    };

    /// <exception cref="InputException">The path is a pipe, a device or a socket.</exception>
    public static void Refuse(string path, string expected)
    {
        if (KindOf(path) is { } kind) throw new InputException(Fault(path, kind, expected));
    }

    public static string Fault(string path, string kind, string expected) => $"{path}: is {kind} and no regular file; expected {expected}, copy what it gives into a file first";

    private static int Mode(string path)
    {
        // What .NET tells of a file leaves its type out; pipes and the like have no path on Windows that is taken for a file's.
        Span<byte> status = stackalloc byte[Room];
        try
        {
            // Linux has this structure alike on every processor, and macOS its own on all that are supported.
            if (OperatingSystem.IsLinux()) return statx(HereAndBelow, path, 0, TypeOnly, ref MemoryMarshal.GetReference(status)) == 0 ? BitConverter.ToUInt16(status[ModeInStatx..]) : 0;
            return OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64 && stat(path, ref MemoryMarshal.GetReference(status)) == 0 ? BitConverter.ToUInt16(status[ModeInStat..]) : 0;
        }
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, ref byte status);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int stat(string path, ref byte status);
}
