using Microsoft.Data.Sqlite;

namespace BTNet.Gallery.Embedded;

/// <summary>Copies of a gallery's file.</summary>
internal static class GalleryCopy
{
    /// <summary>Writes one, all or nothing.</summary>
    /// <param name="connection">Of the gallery.</param>
    /// <param name="path">The copy, which must not be there.</param>
    /// <param name="cancellation">Heeded before it gets its name.</param>
    /// <exception cref="InputException">There is a file already, or it cannot be written.</exception>
    public static void Write(SqliteConnection connection, string path, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        GalleryFile.RequireNew(path);
        var draft = $"{full}.{Guid.NewGuid():N}.tmp";
        GalleryFile.Guard(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            try
            {
                using (var copy = GalleryFile.Connect(draft, SqliteOpenMode.ReadWriteCreate))
                {
                    connection.BackupDatabase(copy);
                    GalleryFile.Run(copy, "PRAGMA wal_checkpoint(TRUNCATE)");
                }

                cancellation.ThrowIfCancellationRequested();
                using (var written = new FileStream(draft, FileMode.Open, FileAccess.ReadWrite)) written.Flush(flushToDisk: true);
                GalleryFile.RequireNew(path);
                File.Move(draft, full);
            }
            finally
            {
                foreach (var rest in (string[])[draft, $"{draft}-wal", $"{draft}-shm"]) File.Delete(rest);
            }
        });
    }
}
