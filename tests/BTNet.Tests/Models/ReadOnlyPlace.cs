using System.Diagnostics;

namespace BTNet.Tests.Models;

/// <summary>A folder that nobody may write to, not even root, whom permissions do not hold: a mount of its own where that is allowed.</summary>
internal sealed class ReadOnlyPlace : IDisposable
{
    private ReadOnlyPlace(string path) => Path = path;

    public string Path { get; }

    /// <summary>Lets a folder be seen at another place, read-only; skips the test, saying why, where it cannot be.</summary>
    /// <param name="folder">What is to be seen.</param>
    public static ReadOnlyPlace Make(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs mounts as Linux has them");
        var place = Directory.CreateTempSubdirectory("btnet-read-only-").FullName;
        var said = Mount("mount", "--bind", folder, place) ?? Mount("mount", "-o", "remount,bind,ro", place);
        if (said is null) return new ReadOnlyPlace(place);
        Mount("umount", place);
        Directory.Delete(place);
        Assert.Skip($"needs the right to mount a folder read-only: {said}");
        throw new UnreachableException();
    }

    public void Dispose()
    {
        Assert.Null(Mount("umount", Path));
        Directory.Delete(Path);
    }

    /// <returns>What it says where it fails; null where it does not.</returns>
    private static string? Mount(string program, params string[] args)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : said.Trim();
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return fault.Message;
        }
    }
}
