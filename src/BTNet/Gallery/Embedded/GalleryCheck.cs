using Microsoft.Data.Sqlite;
using SQLitePCL;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>Whether a gallery is whole.</summary>
internal static class GalleryCheck
{
    private const int FaultsNamed = 10;

    /// <exception cref="InputException">It is not.</exception>
    public static GalleryCounts Run(SqliteConnection connection, string path, int size, CancellationToken cancellation)
    {
        List<string> faults = [];
        using (var command = Command(connection, "PRAGMA integrity_check(10)"))
        using (var reader = command.ExecuteReader())
            while (reader.Read())
                if (reader.GetString(0) is not "ok" and var fault) faults.Add(fault);
        if (faults.Count == 0)
        {
            using var command = Command(connection, "SELECT number, subject, checksum, embedding FROM templates");
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                if (!StoredEmbedding.TryRead(raw.sqlite3_column_blob(reader.Handle, 3), reader.GetInt64(1), reader.GetInt64(2), size, out _)) faults.Add($"face {reader.GetInt64(0)}: its numbers are not those that were written");
            }
        }

        return faults.Count == 0
            ? new GalleryCounts(Number(connection, "SELECT count(*) FROM subjects"), Number(connection, "SELECT count(*) FROM templates"), GalleryReader.LastChange(connection))
            : throw new InputException($"{path}, which is damaged (restore a backup, or save what is whole with `btnet gallery salvage`)", [.. faults.Take(FaultsNamed)], faults.Count);
    }
}
