using System.Runtime.InteropServices;

namespace BTNet.Training.Native;

/// <summary>
/// Keeps glibc's malloc from giving large blocks back to the kernel after every operation, which costs libtorch most
/// of its time in page faults. Does nothing where the C library is another.
/// </summary>
public static partial class GlibcMemory
{
    // malloc.h of glibc.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapMax = -4;

    /// <summary>Call once, before the first tensor.</summary>
    /// <returns>Whether the setting was accepted.</returns>
    public static bool KeepForReuse()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            // mallopt takes an int: -1 is the greatest threshold there is, so that the heap is never trimmed.
            return mallopt(MmapMax, 0) == 1 && mallopt(TrimThreshold, -1) == 1 && mallopt(TopPad, 256 << 20) == 1;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // musl has no mallopt
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int mallopt(int parameter, int value);
}
