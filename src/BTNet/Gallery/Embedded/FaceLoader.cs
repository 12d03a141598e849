using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BTNet.Gallery.Embedded;

/// <summary>Reads faces from the file into memory, several parts of it at a time.</summary>
/// <param name="file">The file.</param>
/// <param name="rows">Gets them.</param>
internal sealed class FaceLoader(GalleryFile file, SearchRows rows)
{
    private const int FacesAtATime = 2048;

    private readonly Lock _adding = new();

    /// <summary>Reads some.</summary>
    /// <param name="connection">A connection that nobody else uses meanwhile.</param>
    /// <param name="which">Which faces, in SQL.</param>
    /// <param name="values">The values in it.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    /// <exception cref="InputException">One is damaged.</exception>
    public void Load(SqliteConnection connection, string which, (string, object?)[] values, CancellationToken cancellation)
    {
        var size = file.Info.Model.Size;
        var (faces, owners, keys, count) = (new float[FacesAtATime * size], new int[FacesAtATime], new long[FacesAtATime], 0);
        using var command = GalleryFile.Command(connection, $"SELECT number, subject, checksum, embedding FROM templates WHERE {which} ORDER BY number", values);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // A look at the bytes where SQLite has them: a copy of each would be as much again.
            var (number, subject) = (reader.GetInt64(0), reader.GetInt64(1));
            var bytes = raw.sqlite3_column_blob(reader.Handle, 3);
            if (!StoredEmbedding.TryRead(bytes, subject, reader.GetInt64(2), size, out var embedding))
                throw GalleryFile.Damaged(number);
            embedding.CopyTo(faces.AsSpan(count * size));
            (owners[count], keys[count]) = (checked((int)subject), number);
            if (++count == FacesAtATime) Add();
        }

        Add();

        void Add()
        {
            cancellation.ThrowIfCancellationRequested();
            lock (_adding) rows.AddMany(faces.AsMemory(0, count * size), owners.AsMemory(0, count), keys.AsMemory(0, count));
            count = 0;
        }
    }
}
