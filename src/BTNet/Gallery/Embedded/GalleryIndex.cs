using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>
/// The faces of a gallery in memory, coded, and brought up to date with the file before a search. An owner is a subject's number, a key a face's. What is compared in single precision is read from the file, so that
/// a million faces of 512 numbers take half a gigabyte.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class GalleryIndex(GalleryFile file) : IDisposable
{
    private const int RowsAtATime = 2048;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection = file.Connect();
    private long _version = -1;
    private long _sequence = -1;

    /// <summary>The faces; never null after <see cref="Refresh"/>.</summary>
    public SearchRows Rows { get; private set; } = new(file.Info.Model.Size);

    /// <summary>Reads what was changed since, by whomever.</summary>
    /// <exception cref="InputException">A face is damaged.</exception>
    public SearchRows Refresh(CancellationToken cancellation)
    {
        lock (_lock)
        {
            // Changes where any other connection has written, of this process or another.
            var version = Number(_connection, "PRAGMA data_version");
            if (version == _version) return Rows;
            using var transaction = _connection.BeginTransaction(deferred: true);
            var (last, forgotten) = (GalleryReader.LastChange(_connection), GalleryReader.Forgotten(_connection));
            if (_sequence < 0 || forgotten > _sequence)
            {
                Rows = new SearchRows(file.Info.Model.Size);
                Load("SELECT number, subject, checksum, embedding FROM templates ORDER BY number", [], cancellation);
            }
            else if (last > _sequence)
            {
                var gone = Numbers("SELECT subject FROM changes WHERE sequence > $after AND kind = $kind", ("$after", _sequence), ("$kind", (int)GalleryChangeKind.Removed));
                if (gone.Count > 0) Rows.RemoveWhere((owner, _) => gone.Contains(owner));
                Load(
                    "SELECT number, subject, checksum, embedding FROM templates WHERE number IN (SELECT template FROM changes WHERE sequence > $after AND kind = $kind) ORDER BY number",
                    [("$after", _sequence), ("$kind", (int)GalleryChangeKind.Enrolled)], cancellation);
            }

            (_version, _sequence) = (version, last);
            return Rows;
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Load(string sql, (string, object?)[] values, CancellationToken cancellation)
    {
        using var command = Command(_connection, sql, values);
        using var reader = command.ExecuteReader();
        var size = file.Info.Model.Size;
        var (rows, owners, keys, count) = (new float[RowsAtATime * size], new int[RowsAtATime], new long[RowsAtATime], 0);
        while (reader.Read())
        {
            // A look at the bytes where SQLite has them: a copy of each would be as much again.
            var (number, subject) = (reader.GetInt64(0), reader.GetInt64(1));
            var bytes = raw.sqlite3_column_blob(reader.Handle, 3);
            if (!StoredEmbedding.TryRead(bytes, subject, reader.GetInt64(2), size, out var embedding))
                throw new InputException($"{file.Path}: face {number} is damaged: its numbers are not those that were written; restore a backup, or save what is whole with `btnet gallery salvage`");
            embedding.CopyTo(rows.AsSpan(count * size));
            (owners[count], keys[count]) = (checked((int)subject), number);
            if (++count == RowsAtATime) Add();
        }

        Add();

        void Add()
        {
            cancellation.ThrowIfCancellationRequested();
            Rows.AddMany(rows.AsMemory(0, count * size), owners.AsMemory(0, count), keys.AsMemory(0, count));
            count = 0;
        }
    }

    private HashSet<long> Numbers(string sql, params ReadOnlySpan<(string, object?)> values)
    {
        HashSet<long> numbers = [];
        using var command = Command(_connection, sql, values);
        using var reader = command.ExecuteReader();
        while (reader.Read()) numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
