using System.Diagnostics;
using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>
/// A gallery's file that has another name until it is whole. It says in it that it is not whole, whatever it is called, and nobody opens it; when it is, it says the other name instead, and is a gallery as soon as it has not that
/// name any more: one renaming makes it so.
/// </summary>
internal static class GalleryDraft
{
    private const string Ending = ".copying";
    private const string LockEnding = "-lock";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

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
                try
                {
                    // Not what somebody else has put there meanwhile.
                    if (IsDraftOf(draft)) Guard(path, () => Remove(draft));
                }
                catch (InputException)
                {
                    // What went wrong first is what the user must hear of; the next copy removes what is left.
                }
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
        if (Path.Exists(draft))
        {
            if (!IsDraftOf(draft)) throw InTheWay(path, draft);
            Remove(draft);
        }

        // It was killed before the draft was one: what is made for a draft has its name and a number.
        foreach (var begun in Directory.EnumerateFiles(Path.GetDirectoryName(draft)!))
            if (begun.StartsWith($"{draft}.", StringComparison.Ordinal) && begun[(draft.Length + 1)..].Split('.') is [var number, "tmp" or "tmp-wal" or "tmp-shm" or "tmp-journal"] && Guid.TryParseExact(number, "N", out _)) File.Delete(begun);
        // Ours would lie beside the draft, which is removed last.
        foreach (var beside in (string[])["-wal", "-shm", "-journal"])
            if (Path.Exists(draft + beside)) throw InTheWay(path, draft + beside);
    }

    private static void GiveName(string path, string draft, string full)
    {
        using (var connection = Connect(draft, SqliteOpenMode.ReadWrite))
        {
            Run(connection, "UPDATE gallery SET value = $name WHERE key = $key", ("$key", GallerySchema.DraftKey), ("$name", Path.GetFileName(draft)));
            EmptyLog(path, draft, connection);
        }

        // What is in the log is not renamed with the file.
        if (new FileInfo($"{draft}-wal") is { Exists: true, Length: > 0 }) throw Read(path, draft);
        using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
        RequireNew(path);
        File.Move(draft, full);
        try
        {
            // So that it is one also where somebody gives it the other name again. It takes a log, with which SQLite brings the folder to the disk.
            using var connection = Connect(full, SqliteOpenMode.ReadWrite);
            Run(connection, "DELETE FROM gallery WHERE key = $key", ("$key", GallerySchema.DraftKey));
        }
        catch (SqliteException)
        {
            // Such as where the disk is full: nobody misses it.
        }
    }

    /// <summary>Into the file; SQLite tells in a row, and not as a fault, that somebody reads from it.</summary>
    private static void EmptyLog(string path, string draft, SqliteConnection connection)
    {
        for (var until = Stopwatch.GetTimestamp(); Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)") != 0; Thread.Sleep(20))
            if (Stopwatch.GetElapsedTime(until) > Patience) throw Read(path, draft);
    }

    private static void Remove(string draft)
    {
        // The file last: a log without it is never ours.
        foreach (var rest in (string[])[$"{draft}-shm", $"{draft}-wal", draft]) File.Delete(rest);
    }

    private static InputException Read(string path, string draft) => new($"{path}: somebody reads {draft} all the while, which has that name until it is whole; nothing of the copy was kept. Copy again when nobody does");

    private static InputException InTheWay(string path, string file) => new($"{path}: {file} is in the way, where the copy would be made, and no copy has left it; move it away, or give another name");
}
