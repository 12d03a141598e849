using System.Runtime.InteropServices;

namespace BTNet.Inference;

/// <summary>Memory that ONNX Runtime gave back and glibc kept. Making a session folds and reorders weights, copy after copy; of IResNet-50 the
/// process held 2.5 times the weights behind it, half of them freed.</summary>
internal static partial class FreedMemory
{
    /// <summary>Gives it back to the system, where there is a glibc.</summary>
    public static void ReturnToSystem()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, such as musl, which keeps less.
        }
        catch (DllNotFoundException)
        {
            // The same, and it is called otherwise.
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint pad);
}
