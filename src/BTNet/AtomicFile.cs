namespace BTNet;

/// <summary>
/// Files that are either as they were or wholly new, whatever happens while they are written: a full disk, a
/// killed process, a fault in the writer.
/// </summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file in the same folder, brings it to the disk and gives it the name. Missing folders
    /// are made. On any fault the temporary file is removed and an earlier file of the name stays as it was.
    /// </summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="write">Writes the contents; the stream is closed for it.</param>
    /// <exception cref="InputException">The folder cannot be made or written to, or the disk is full; the message
    /// names the file and says what to do.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
        var temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (Directory.Exists(full)) throw new InputException($"{path}: is a folder; expected the name of a file to write");
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception fault)
        {
            Remove(temporary);
            if (fault is IOException or UnauthorizedAccessException) throw new InputException(Explain(path, fault), fault);
            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without a byte-order mark; otherwise as <see cref="Write"/>.</summary>
    /// <exception cref="InputException">As for <see cref="Write"/>.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Looks whether a file could be written there, before time is spent on what would be in it.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="InputException">The path is empty or a folder, or lies within a file.</exception>
    internal static void Require(string path, string what = "a file to write")
    {
        if (path.Length == 0) throw new InputException($"a file to write is given no name; expected the name of {what}");
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder; expected the name of {what}");
        RequireFolder(Path.GetDirectoryName(Path.GetFullPath(path)), path);
    }

    /// <summary>Looks whether files could be written into a folder, which need not be there; otherwise as <see cref="Require"/>.</summary>
    /// <exception cref="InputException">The path is empty, a file, or within one.</exception>
    internal static void RequireFolder(string path)
    {
        if (path.Length == 0) throw new InputException("a folder to write into is given no name; expected one");
        RequireFolder(Path.GetFullPath(path), path);
    }

    private static void RequireFolder(string? folder, string path)
    {
        for (; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
            if (File.Exists(folder)) throw new InputException($"{path}: cannot be written, as {folder} is a file and no folder; give a path in a folder");
    }

    private static string Explain(string path, Exception fault) => IsDiskFull(fault)
        ? $"{path}: could not be written, the disk is full; an earlier file of that name is as it was. Free some space, or give a path on another disk, and run again"
        : $"{path}: could not be written ({fault.Message}); an earlier file of that name is as it was. Give a path in a folder that you may write to";

    /// <summary>ENOSPC and EDQUOT on Unix (their numbers on Linux and macOS), ERROR_HANDLE_DISK_FULL and
    /// ERROR_DISK_FULL on Windows.</summary>
    private static bool IsDiskFull(Exception fault) => fault is IOException && (OperatingSystem.IsWindows()
        ? (fault.HResult & 0xFFFF) is 39 or 112
        : fault.HResult is 28 or 122 or 69);

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what the user must hear of.
        }
    }
}
