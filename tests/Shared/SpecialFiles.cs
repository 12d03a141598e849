using System.Runtime.InteropServices;

namespace BTNet.TestSupport;

/// <summary>What has a path and is no file.</summary>
internal static partial class SpecialFiles
{
    /// <summary>Makes a named pipe, which nobody writes to: whoever opens it to read waits for ever. Skips the test where there are none.</summary>
    public static string MakePipe(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs pipes in folders");
        Assert.Equal(0, mkfifo(path, 0b110_000_000));
        return path;
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);
}
