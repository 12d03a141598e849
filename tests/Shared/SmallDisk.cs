using System.Diagnostics;

namespace BTNet.TestSupport;

/// <summary>A file system of a few megabytes, which root may mount on Linux; elsewhere the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly bool _mounted;

    public SmallDisk(int megabytes = 4)
    {
        Path = Directory.CreateDirectory(_folder.File("disk")).FullName;
        _mounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path) == 0;
        if (_mounted) return;
        _folder.Dispose();
        Assert.Skip("needs to mount a small file system, which takes root on Linux");
    }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Leaves no room on it, or a little.</summary>
    /// <param name="left">How many bytes are left, about.</param>
    public void Fill(int left = 0)
    {
        using var stream = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true) stream.Write(page);
        }
        catch (IOException)
        {
            stream.SetLength(Math.Max(0, stream.Length - left));
        }
    }

    /// <summary>Makes room again.</summary>
    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        if (_mounted) Run("umount", Path);
        _folder.Dispose();
    }

    private static int Run(string program, params string[] args)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true, UseShellExecute = false })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1; // there is no such program
        }
    }
}
