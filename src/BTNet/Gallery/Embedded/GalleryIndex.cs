using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>
/// The faces of a gallery in memory, coded, and brought up to date with the file before a search. An owner is a subject's number, a key a face's. What is compared in single precision is read from the file, so that
/// a million faces of 512 numbers take half a gigabyte.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class GalleryIndex(GalleryFile file) : IDisposable
{
    // Fewer are read before another connection is open.
    private const int FewestToShare = 10_000;

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
                var loader = new FaceLoader(file, Rows);
                // Up to what this look at the file saw: what is later is a change, and read as one.
                var end = Number(_connection, "SELECT coalesce(max(number), 0) FROM templates");
                var parts = end < FewestToShare ? 1 : Environment.ProcessorCount;
                Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, part =>
                {
                    using var connection = file.Connect();
                    loader.Load(connection, "number > $after AND number <= $until", [("$after", end * part / parts), ("$until", end * (part + 1) / parts)], cancellation);
                });
            }
            else if (last > _sequence)
            {
                var gone = Numbers("SELECT subject FROM changes WHERE sequence > $after AND kind = $kind", ("$after", _sequence), ("$kind", (int)GalleryChangeKind.Removed));
                if (gone.Count > 0) Rows.RemoveWhere((owner, _) => gone.Contains(owner));
                new FaceLoader(file, Rows).Load(
                    _connection, "number IN (SELECT template FROM changes WHERE sequence > $after AND kind = $kind)", [("$after", _sequence), ("$kind", (int)GalleryChangeKind.Enrolled)], cancellation);
            }

            (_version, _sequence) = (version, last);
            return Rows;
        }
    }

    public void Dispose() => _connection.Dispose();

    private HashSet<long> Numbers(string sql, params ReadOnlySpan<(string, object?)> values)
    {
        HashSet<long> numbers = [];
        using var command = Command(_connection, sql, values);
        using var reader = command.ExecuteReader();
        while (reader.Read()) numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
