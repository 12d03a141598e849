using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>A gallery's file that has another name until it is whole. In it lies that other name, so that it is told from any other gallery by having it, and is whole as soon as it has not.</summary>
internal static class GalleryDraft
{
    private const string Ending = ".copying";
    private const string LockEnding = "-lock";

    /// <summary>Makes one, all or nothing.</summary>
    /// <param name="path">Its name, which nothing must have.</param>
    /// <param name="make">Makes the draft where it is told to, and closes it.</param>
    /// <exception cref="InputException">There is a file already, somebody else makes it, or it cannot be written.</exception>
    public static async Task<T> MakeAsync<T>(string path, Func<string, Task<T>> make)
    {
        RequireNew(path);
        var full = Path.GetFullPath(path);
        var draft = full + Ending;
        FileStream? alone = null;
        Guard(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            alone = Lock(path, draft + LockEnding);
        });
        using (alone)
        {
            Guard(path, () => RemoveLeft(path, draft));
            try
            {
                var made = await make(draft).ConfigureAwait(false);
                Guard(path, () => GiveName(path, draft, full));
                return made;
            }
            finally
            {
                Guard(path, () => Remove(draft));
            }
        }
    }

    /// <summary>Two would take each other's drafts for left ones. Whoever is killed has it no more.</summary>
    private static FileStream Lock(string path, string file)
    {
        // Windows, Linux, macOS.
        const int SharingViolation = 32, WouldBlock = 11, WouldBlockOnMac = 35;
        if (File.Exists(file) && new FileInfo(file).Length > 0) throw InTheWay(path, file);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException fault) when ((fault.HResult & 0xFFFF) is SharingViolation or WouldBlock or WouldBlockOnMac)
        {
            throw new InputException($"{path}: somebody else is copying a gallery there; wait until that is done, or give another name", fault);
        }
    }

    /// <summary>Removes what a copy that was killed has left, and nothing else.</summary>
    private static void RemoveLeft(string path, string draft)
    {
        if (Path.Exists(draft) && !IsDraftOf(draft)) throw InTheWay(path, draft);
        Remove(draft);
        // It was killed before the draft was one.
        foreach (var beginning in Directory.EnumerateFiles(Path.GetDirectoryName(draft)!, $"{Path.GetFileName(draft)}.*.tmp*"))
            if (Guid.TryParseExact(Path.GetFileName(beginning)[(Path.GetFileName(draft).Length + 1)..].Split('.')[0], "N", out _)) File.Delete(beginning);
    }

    private static void GiveName(string path, string draft, string full)
    {
        using (var connection = Connect(draft, SqliteOpenMode.ReadWrite)) Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
        RequireNew(path);
        File.Move(draft, full);
        try
        {
            // It is a gallery like every other from here on, also where somebody gives it the other name again.
            using var connection = Connect(full, SqliteOpenMode.ReadWrite);
            Run(connection, "DELETE FROM gallery WHERE key = $key", ("$key", GallerySchema.DraftKey));
        }
        catch (SqliteException)
        {
            // Such as where the disk is full: nobody misses it.
        }
    }

    private static void Remove(string draft)
    {
        foreach (var rest in (string[])[draft, $"{draft}-wal", $"{draft}-shm"]) File.Delete(rest);
    }

    private static InputException InTheWay(string path, string file) => new($"{path}: {file} is in the way, where the copy would be made, and no copy has left it; move it away, or give another name");
}
