using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using BTNet.Embeddings;
using BTNet.Gallery.Search;
using Microsoft.Data.Sqlite;

namespace BTNet.Gallery.Embedded;

/// <summary>
/// A gallery in one file of the machine that uses it, in SQLite. Many may read and one write at a time, across threads and processes of that machine; the file must not lie on a network share, whose locks SQLite cannot trust.
/// </summary>
public sealed class EmbeddedGallery : IGallery
{
    private const int PageOfSubjects = 200;
    private const int PageOfChanges = 1000;

    private readonly GalleryFile _file;
    private readonly EmbeddingModel _model;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private readonly Lock _indexing = new();
    private GalleryIndex? _index;
    private SqliteConnection? _writer;
    private int _reading;
    private int _disposed;

    private EmbeddedGallery(GalleryFile file, EmbeddingModel model) => (_file, _model) = (file, model);

    /// <inheritdoc />
    public GalleryInfo Info => _file.Info;

    /// <summary>The file, as a full path.</summary>
    public string Path => _file.Path;

    /// <summary>Makes a gallery.</summary>
    /// <param name="path">Its file, which must not be there; folders are made.</param>
    /// <param name="model">The model whose embeddings are to be enrolled.</param>
    /// <param name="templates">What several faces of a person come to in a search; null for <see cref="TemplateFusion.Default"/>.</param>
    /// <exception cref="InputException">There is a file already, or none can be made.</exception>
    public static EmbeddedGallery Create(string path, EmbeddingModel model, TemplateFusion? templates = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(model.Size);
        return new EmbeddedGallery(GalleryFile.Create(path, model, templates ?? TemplateFusion.Default), model);
    }

    /// <summary>Opens a gallery.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="model">The model whose embeddings are enrolled and searched for; null for the gallery's own.</param>
    /// <exception cref="InputException">It is not there, is no gallery, is of a newer program or damaged, or the model's embeddings do not compare with those in it: both are named.</exception>
    public static EmbeddedGallery Open(string path, EmbeddingModel? model = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var file = GalleryFile.Open(path);
        EnrolmentFaults.ThrowOfModel(path, file.Info.Model, model);
        return new EmbeddedGallery(file, model ?? file.Info.Model);
    }

    /// <summary>
    /// Makes a gallery of everybody in another one, whatever keeps that (<see cref="GalleryTransfer"/>). It has its name only when it is whole and was read back; until then it is <c>path.copying</c>, and what an interrupted copy leaves of
    /// that the next one to the same path replaces.
    /// </summary>
    /// <param name="path">Its file, which must not be there; folders are made.</param>
    /// <param name="from">Who is copied; it may be used meanwhile.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it; nothing of the copy is left then.</param>
    /// <returns>How much is in it.</returns>
    /// <exception cref="InputException">There is a file already, somebody else copies to it, it cannot be written, or somebody who is copied is damaged.</exception>
    public static Task<GalleryCounts> CreateCopyAsync(string path, IGallery from, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(from);
        return GalleryDraft.MakeAsync(path, async draft =>
        {
            await using var gallery = new EmbeddedGallery(GalleryFile.Create(draft, from.Info.Model, from.Info.Templates, isDraft: true), from.Info.Model);
            var counts = await GalleryTransfer.RunAsync(from, gallery, progress, cancellation).ConfigureAwait(false);
            // As they were when it was read; it may have said others before.
            if (from.Info.Templates != gallery.Info.Templates) await gallery.UseTemplatesAsync(from.Info.Templates, cancellation).ConfigureAwait(false);
            return counts;
        });
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<EnrolmentResult>> EnrolAsync(IReadOnlyList<Enrolment> enrolments, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(enrolments);
        return WriteAsync(writer =>
        {
            EnrolmentFaults.Throw(enrolments, Info.Model);
            return writer.Enrol(enrolments);
        }, cancellation);
    }

    /// <inheritdoc />
    public Task<bool> UpdateAsync(string id, string? name, IReadOnlyDictionary<string, string?>? attributes, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        EnrolmentFaults.ThrowOfUpdate(id, name, attributes);
        return WriteAsync(writer => writer.Update(id, name, attributes), cancellation);
    }

    /// <inheritdoc />
    public Task<int> RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return WriteAsync(writer => writer.Remove(ids), cancellation);
    }

    /// <inheritdoc />
    public Task<int> RemoveFacesAsync(string id, IReadOnlyList<long> faces, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(faces);
        return WriteAsync(writer => writer.RemoveFaces(id, faces), cancellation);
    }

    /// <summary>Gives the disk back what is not used, and forgets old changes: <see cref="ChangesAsync"/> begins anew. It takes as much room again as the file twice, meanwhile: beside it, and where the system keeps temporary files (on Unix <c>SQLITE_TMPDIR</c>, <c>TMPDIR</c>, else /var/tmp).</summary>
    /// <exception cref="InputException">The disk is full.</exception>
    public Task CompactAsync(CancellationToken cancellation = default) => WriteAsync(writer =>
    {
        writer.Compact();
        return true;
    }, cancellation);

    /// <summary>Says what several faces of a person come to in a search, from the next one on. Faces are kept as they are.</summary>
    /// <param name="templates">What.</param>
    /// <param name="cancellation">Ends it before anything is changed.</param>
    public async Task UseTemplatesAsync(TemplateFusion templates, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(templates);
        await WriteAsync(writer => writer.Use(templates), cancellation).ConfigureAwait(false);
        _file.Said(templates);
    }

    /// <inheritdoc />
    public Task<Subject?> FindAsync(string id, CancellationToken cancellation = default) => ReadAsync(connection => GalleryReader.Find(connection, id), cancellation);

    /// <inheritdoc />
    public async IAsyncEnumerable<Subject> ListAsync(IReadOnlyDictionary<string, string>? attributes = null, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var last = after; ;)
        {
            var page = await ReadAsync(connection => GalleryReader.Ids(connection, attributes, last, PageOfSubjects).ConvertAll(id => GalleryReader.Find(connection, id)!), cancellation).ConfigureAwait(false);
            foreach (var subject in page)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return subject;
            }

            if (page.Count < PageOfSubjects) yield break;
            last = page[^1].Id;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<Enrolment> ReadAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // Of its own: it is kept for as long as the caller takes.
        using var people = await ReadAsync(_ => new PeopleReader(_file.Connect(), Info.Model, Path), cancellation, atOnce: false).ConfigureAwait(false);
        _file.Said(people.Templates);
        while (await ReadAsync(_ => people.Next(), cancellation, atOnce: false).ConfigureAwait(false) is { Count: > 0 } page)
        {
            foreach (var person in page)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return person;
            }
        }
    }

    /// <inheritdoc />
    public Task<GalleryCounts> CountAsync(CancellationToken cancellation = default) => ReadAsync(
        connection => new GalleryCounts(GalleryFile.Number(connection, "SELECT count(*) FROM subjects"), GalleryFile.Number(connection, "SELECT count(*) FROM templates"), GalleryReader.LastChange(connection)), cancellation);

    /// <inheritdoc />
    public Task<IReadOnlyList<IReadOnlyList<Candidate>>> IdentifyAsync(
        IReadOnlyList<ReadOnlyMemory<float>> probes, int places, IReadOnlyDictionary<string, string>? attributes = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(places);
        var queries = Queries(probes);
        return ReadAsync<IReadOnlyList<IReadOnlyList<Candidate>>>(connection =>
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                var (rows, templates) = Index().Refresh(cancellation);
                var filter = attributes is null ? null : new OwnerFilter(GalleryReader.Numbers(connection, attributes));
                var gone = false;
                var found = ExactSearch.Run(rows, () => Values(templates, () => Volatile.Write(ref gone, true)), queries, places, filter, cancellation: cancellation);
                var candidates = found.Select(matches => matches.Select(match => GalleryReader.Candidate(connection, rows.KeyOf(match.Row), templates, Info.Model.Size, match.Score)).ToList()).ToList();
                // Whoever was removed meanwhile may have kept somebody else from a place.
                if (!Volatile.Read(ref gone) && candidates.All(some => !some.Contains(null))) return candidates.ConvertAll<IReadOnlyList<Candidate>>(some => some.ConvertAll(one => one!));
            }
        }, cancellation, atOnce: false);
    }

    /// <inheritdoc />
    public Task<Candidate?> VerifyAsync(string id, ReadOnlyMemory<float> probe, CancellationToken cancellation = default)
    {
        var unit = Queries([probe]);
        SearchRows.Unit(unit, unit);
        return ReadAsync(connection => GalleryReader.Best(connection, id, GalleryReader.Templates(connection, Path), Info.Model.Size, unit), cancellation);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<GalleryChange> ChangesAsync(long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var last = after; ;)
        {
            var page = await ReadAsync(connection => GalleryReader.Forgotten(connection) is var forgotten && last < forgotten
                ? throw new InputException($"{Path}: changes up to number {forgotten} are not kept any more, and those after {last} were asked for; list all subjects, and go on from number {forgotten}")
                : GalleryReader.Changes(connection, last, PageOfChanges), cancellation).ConfigureAwait(false);
            foreach (var change in page)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return change;
            }

            if (page.Count < PageOfChanges) yield break;
            last = page[^1].Sequence;
        }
    }

    /// <summary>Writes a copy of the gallery as it is now, while it is used.</summary>
    /// <param name="path">The copy, which must not be there; a gallery like every other, in one file.</param>
    /// <param name="cancellation">Ends it; nothing of the copy is left then.</param>
    /// <exception cref="InputException">There is a file already, or it cannot be written.</exception>
    public Task BackupAsync(string path, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadAsync(connection =>
        {
            GalleryCopy.Write(connection, path, cancellation);
            return true;
        }, cancellation);
    }

    /// <summary>Looks at everything in the file: that SQLite finds it sound, and that every face's numbers are those that were written.</summary>
    /// <returns>How much there is.</returns>
    /// <exception cref="InputException">Something is damaged; the first few faults are named.</exception>
    public Task<GalleryCounts> CheckAsync(CancellationToken cancellation = default) => ReadAsync(connection => GalleryCheck.Run(connection, Path, Info.Model.Size, cancellation), cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _writing.WaitAsync().ConfigureAwait(false);
        // Who reads has connections, and looks into SQLite's memory.
        while (Volatile.Read(ref _reading) > 0) await Task.Delay(1).ConfigureAwait(false);
        while (_readers.TryTake(out var reader)) await reader.DisposeAsync().ConfigureAwait(false);
        _index?.Dispose();
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        // Who waits to write is told that it is too late.
        _writing.Release();
    }

    private GalleryIndex Index()
    {
        lock (_indexing) return _index ??= new GalleryIndex(_file);
    }

    private float[] Queries(IReadOnlyList<ReadOnlyMemory<float>> probes)
    {
        EnrolmentFaults.ThrowOfSearch(probes, Info.Model);
        var queries = new float[probes.Count * Info.Model.Size];
        foreach (var (i, probe) in probes.Index()) probe.Span.CopyTo(queries.AsSpan(i * Info.Model.Size));
        return queries;
    }

    private async Task<T> WriteAsync<T>(Func<GalleryWriter, T> write, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed == 1, this);
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed == 1, this);
            return await Task.Run(() => Guarded(() => write(new GalleryWriter(_writer ??= _file.Connect(), _model))), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <param name="read">Reads.</param>
    /// <param name="cancellation">Ends it before it begins.</param>
    /// <param name="atOnce">Whether all is read of one look at the file, whatever is written meanwhile.</param>
    private async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation, bool atOnce = true)
    {
        Interlocked.Increment(ref _reading);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed == 1, this);
            return await Task.Run(() => Guarded(() =>
            {
                var connection = TakeReader();
                try
                {
                    using var transaction = atOnce ? connection.BeginTransaction(deferred: true) : null;
                    return read(connection);
                }
                finally
                {
                    _readers.Add(connection);
                }
            }), cancellation).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    private RowsInFile Values(TemplateFusion templates, Action gone)
    {
        var connection = TakeReader();
        return new RowsInFile(connection, Info.Model.Size, templates, () => _readers.Add(connection), gone);
    }

    private SqliteConnection TakeReader() => _readers.TryTake(out var free) ? free : _file.Connect();

    private T Guarded<T>(Func<T> use)
    {
        T result = default!;
        GalleryFile.Guard(Path, () => result = use());
        return result;
    }
}
