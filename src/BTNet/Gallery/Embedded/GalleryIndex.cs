using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;
using static BTNet.Gallery.Embedded.GalleryFile;

namespace BTNet.Gallery.Embedded;

/// <summary>What a search is made among.</summary>
/// <param name="Rows">The rows; an owner is a subject's number, and a key a <see cref="RowKey"/>.</param>
/// <param name="Templates">What they are of the faces of each subject.</param>
internal readonly record struct GalleryRows(SearchRows Rows, TemplateFusion Templates);

/// <summary>
/// The faces of a gallery in memory, coded, and brought up to date with the file before a search. What is compared in single precision is read from the file, so that a million faces of 512 numbers take half a gigabyte.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class GalleryIndex(GalleryFile file) : IDisposable
{
    // Fewer are read before another connection is open.
    private const int FewestToShare = 10_000;

    // Of rows that were removed: a scan passes them, and they keep their memory.
    private const int MostRemovedShare = 4;

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection = file.Connect();
    private SearchRows _rows = new(file.Info.Model.Size);
    private TemplateFusion _templates = TemplateFusion.Max;
    private long _version = -1;
    private long _sequence = -1;

    // The greatest number of a subject that may have rows: whoever has a greater one is new.
    private long _greatest;

    private int Size => file.Info.Model.Size;

    /// <summary>Reads what was changed since, by whomever.</summary>
    /// <exception cref="InputException">A face is damaged.</exception>
    public GalleryRows Refresh(CancellationToken cancellation)
    {
        lock (_lock)
        {
            // Changes where any other connection has written, of this process or another.
            var version = Number(_connection, "PRAGMA data_version");
            if (version == _version) return new GalleryRows(_rows, _templates);
            using var transaction = _connection.BeginTransaction(deferred: true);
            var (last, forgotten, templates) = (GalleryReader.LastChange(_connection), GalleryReader.Forgotten(_connection), GalleryReader.Templates(_connection, file.Path));
            if (_sequence < 0 || forgotten > _sequence || templates != _templates)
            {
                // Until all is read nothing is known.
                _sequence = -1;
                _rows = new SearchRows(Size);
                ReadAll(templates, cancellation);
                file.Said(templates);
            }
            else if (last > _sequence)
            {
                ReadChanges(cancellation);
            }

            (_version, _sequence, _templates, _greatest) = (version, last, templates, Number(_connection, "SELECT coalesce(max(number), 0) FROM subjects"));
            return new GalleryRows(_rows, _templates);
        }
    }

    public void Dispose() => _connection.Dispose();

    private void ReadAll(TemplateFusion templates, CancellationToken cancellation)
    {
        var loader = new FaceLoader(Size, _rows);
        // Up to what this look at the file saw: what is later is a change, and read as one.
        var faces = Number(_connection, "SELECT coalesce(max(number), 0) FROM templates");
        var end = templates.Centres is null ? faces : Number(_connection, "SELECT coalesce(max(number), 0) FROM subjects");
        var parts = faces < FewestToShare ? 1 : Environment.ProcessorCount;
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, part =>
        {
            using var connection = file.Connect();
            (string, object?)[] values = [("$after", end * part / parts), ("$until", end * (part + 1) / parts)];
            if (templates.Centres is null) loader.Load(connection, "number > $after AND number <= $until", values, cancellation);
            else loader.LoadFused(connection, templates, "subject > $after AND subject <= $until", values, cancellation);
        });
    }

    private void ReadChanges(CancellationToken cancellation)
    {
        const string Changed = "FROM changes WHERE sequence > $after AND kind IN ($kind, $other)";
        var before = _rows.Count;
        (string, object?)[] Of(GalleryChangeKind kind, GalleryChangeKind? other = null) => [("$after", _sequence), ("$kind", (int)kind), ("$other", (int)(other ?? kind))];
        // A subject's faces are fused anew where one came or went; one by one, only what came is read.
        var changes = _templates.Centres is null ? Of(GalleryChangeKind.Enrolled) : Of(GalleryChangeKind.Enrolled, GalleryChangeKind.FaceRemoved);
        var gone = Numbers($"subject {Changed}", Of(GalleryChangeKind.Removed));
        var goneFaces = _templates.Centres is null ? Numbers($"template {Changed}", Of(GalleryChangeKind.FaceRemoved)) : [];
        try
        {
            var loader = new FaceLoader(Size, _rows);
            if (_templates.Centres is null) loader.Load(_connection, $"number IN (SELECT template {Changed})", changes, cancellation);
            else loader.LoadFused(_connection, _templates, $"subject IN (SELECT subject {Changed})", changes, cancellation);
        }
        catch
        {
            // Read anew the next time, and not twice.
            _rows.RemoveWhere((_, _) => true, before);
            throw;
        }

        if (gone.Count > 0) _rows.RemoveWhere((owner, _) => gone.Contains(owner), end: before);
        // Once the new ones are there, and seen by those only who see these.
        if (goneFaces.Count > 0) _rows.ReplaceWhere((_, key) => goneFaces.Contains(RowKey.Of(key).Face), before);
        if (_templates.Centres is not null && Numbers($"subject {Changed}", changes).Where(subject => subject <= _greatest).ToHashSet() is { Count: > 0 } changed) _rows.ReplaceWhere((owner, _) => changed.Contains(owner), before);
        if (_rows.Removed > _rows.Count / MostRemovedShare) _rows = _rows.Compacted();
    }

    private HashSet<long> Numbers(string sql, params ReadOnlySpan<(string, object?)> values)
    {
        HashSet<long> numbers = [];
        using var command = Command(_connection, $"SELECT {sql}", values);
        using var reader = command.ExecuteReader();
        while (reader.Read()) numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
