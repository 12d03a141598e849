using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using BTNet.Embeddings;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>
/// A gallery on a PostgreSQL server with pgvector 0.8 or later, for any number of programs on any number of machines. Each gallery is a schema of its own in a database. Searches are exact, by a scan, until
/// <see cref="BuildIndexAsync"/> gives it an index; from then on they are approximate and much faster, unless the address asks for <see cref="PostgresSearch.Exact"/>, and <see cref="RecallAsync"/> measures what is missed. Scores are
/// computed in single precision from the embeddings as they were enrolled, either way.
/// </summary>
/// <remarks>
/// Who is removed is found no more at once, but PostgreSQL keeps the bytes in its files until <see cref="CompactAsync"/>, and in its log, replicas and backups beyond that.
/// </remarks>
public sealed class PostgresGallery : IGallery
{
    private const int PageOfSubjects = 200;
    private const int PageOfChanges = 1000;
    private const int TriesAtDeadlocks = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly GalleryDatabase _database;
    private readonly EmbeddingModel _model;
    private readonly ConcurrentDictionary<(string Fingerprint, string? Networks), int> _numbers = new();
    private int _using;
    private int _disposed;

    private PostgresGallery(GalleryDatabase database, EmbeddingModel model) => (_database, _model) = (database, model);

    /// <inheritdoc />
    public GalleryInfo Info => _database.Info;

    /// <summary>Where it is.</summary>
    public PostgresAddress Address => _database.Address;

    /// <summary>Makes a gallery: its schema and tables, and pgvector's extension where the database has none.</summary>
    /// <param name="address">Where; the database must be there, and the gallery must not.</param>
    /// <param name="model">The model whose embeddings are to be enrolled; of at most 3,800 numbers.</param>
    /// <param name="templates">What several faces of a person come to in a search; null for <see cref="TemplateFusion.Default"/>.</param>
    /// <param name="cancellation">Ends it; nothing is made then.</param>
    /// <exception cref="InputException">The server cannot be reached, there is something of the name already, or none can be made.</exception>
    public static async Task<PostgresGallery> CreateAsync(PostgresAddress address, EmbeddingModel model, TemplateFusion? templates = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(model.Size);
        return new PostgresGallery(await GalleryDatabase.CreateAsync(address, model, templates ?? TemplateFusion.Default, GalleryMigrations.Known, cancellation).ConfigureAwait(false), model);
    }

    /// <summary>Opens a gallery, and brings its tables up to date where they are of an older program.</summary>
    /// <param name="address">Where.</param>
    /// <param name="model">The model whose embeddings are enrolled and searched for; null for the gallery's own.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">The server cannot be reached, the gallery is not there or of a newer program, or the model's embeddings do not compare with those in it: both are named.</exception>
    public static Task<PostgresGallery> OpenAsync(PostgresAddress address, EmbeddingModel? model = null, CancellationToken cancellation = default) => OpenAsync(address, model, GalleryMigrations.Known, cancellation);

    /// <summary>
    /// Makes a gallery of everybody in another one, whatever keeps that (<see cref="GalleryTransfer"/>). It has its name only when it is whole and was read back; until then its schema is called <c>name (being copied)</c>, and what an
    /// interrupted copy leaves of that the next one to the same name replaces. An index is not copied.
    /// </summary>
    /// <param name="address">Where; the database must be there, and neither the gallery nor a schema of its name must.</param>
    /// <param name="from">Who is copied; it may be used meanwhile.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it; nothing of the copy is left then.</param>
    /// <returns>How much is in it.</returns>
    /// <exception cref="InputException">There is something of the name already, somebody else copies to it, none can be made, or somebody who is copied is damaged.</exception>
    public static Task<GalleryCounts> CreateCopyAsync(PostgresAddress address, IGallery from, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(from);
        return SchemaDraft.MakeAsync(address, async draft =>
        {
            await using var gallery = new PostgresGallery(await GalleryDatabase.CreateAsync(draft, from.Info.Model, from.Info.Templates, GalleryMigrations.Known, cancellation, isDraft: true).ConfigureAwait(false), from.Info.Model);
            var counts = await GalleryTransfer.RunAsync(from, gallery, progress, cancellation).ConfigureAwait(false);
            // As they were when it was read; it may have said others before.
            if (from.Info.Templates != gallery.Info.Templates) await gallery.UseTemplatesAsync(from.Info.Templates, cancellation).ConfigureAwait(false);
            await gallery.UseAsync(async connection =>
            {
                await GalleryIndexing.SlowAsync(connection, gallery._database.Sql.Of("ANALYZE {schema}.subjects, {schema}.attributes, {schema}.templates"), cancellation).ConfigureAwait(false);
                return true;
            }, cancellation, writes: true).ConfigureAwait(false);
            return counts;
        }, cancellation);
    }

    /// <summary>Removes a gallery with everybody in it.</summary>
    /// <param name="address">Which.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">There is none, or what is there is another program's.</exception>
    public static Task DeleteAsync(PostgresAddress address, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return GalleryDatabase.DeleteAsync(address, cancellation);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<EnrolmentResult>> EnrolAsync(IReadOnlyList<Enrolment> enrolments, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(enrolments);
        return WriteAsync(async writer =>
        {
            EnrolmentFaults.Throw(enrolments, Info.Model);
            if (enrolments.Count == 0) return [];
            foreach (var model in enrolments.SelectMany(enrolment => enrolment.Faces).Select(Made).Distinct())
                if (!_numbers.ContainsKey((model.Fingerprint, model.Networks))) _numbers[(model.Fingerprint, model.Networks)] = await writer.ModelAsync(model).ConfigureAwait(false);
            return await writer.EnrolAsync(enrolments, face => _numbers[(Made(face).Fingerprint, Made(face).Networks)]).ConfigureAwait(false);
        }, cancellation);
    }

    private EmbeddingModel Made(EnrolledFace face) => face.Model ?? _model;

    /// <summary>Says what several faces of a person come to in a search, from the next one on: of all who have several it is made anew, and nobody can enrol or remove anybody meanwhile: who tries waits until it is done. Searches, and changes of names and attributes, go on. Faces are kept as they are. <see cref="Info"/> of others who have the gallery open says it when they open it again.</summary>
    /// <param name="templates">What.</param>
    /// <param name="cancellation">Ends it before anything is changed.</param>
    /// <exception cref="InputException">A face is damaged.</exception>
    public async Task UseTemplatesAsync(TemplateFusion templates, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(templates);
        await WriteAsync(writer => writer.UseAsync(templates), cancellation).ConfigureAwait(false);
        _database.Said(templates);
    }

    /// <inheritdoc />
    public Task<bool> UpdateAsync(string id, string? name, IReadOnlyDictionary<string, string?>? attributes, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        EnrolmentFaults.ThrowOfUpdate(id, name, attributes);
        return WriteAsync(writer => writer.UpdateAsync(id, name, attributes), cancellation);
    }

    /// <summary>Removes people with all their faces: no search that begins later finds them. Their bytes stay in the server's files until <see cref="CompactAsync"/>.</summary>
    /// <inheritdoc />
    public Task<int> RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(ids);
        return WriteAsync(writer => writer.RemoveAsync(ids), cancellation);
    }

    /// <summary>Removes faces of somebody who keeps others: no search that begins later finds them. Their bytes stay in the server's files until <see cref="CompactAsync"/>.</summary>
    /// <inheritdoc />
    public Task<int> RemoveFacesAsync(string id, IReadOnlyList<long> faces, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentNullException.ThrowIfNull(faces);
        return WriteAsync(writer => writer.RemoveFacesAsync(id, faces), cancellation);
    }

    /// <inheritdoc />
    public Task<Subject?> FindAsync(string id, CancellationToken cancellation = default) => UseAsync(connection => GalleryReader.FindAsync(connection, _database.Sql, id, cancellation), cancellation);

    /// <inheritdoc />
    public async IAsyncEnumerable<Subject> ListAsync(IReadOnlyDictionary<string, string>? attributes = null, string? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var last = after; ;)
        {
            var page = await UseAsync(connection => GalleryReader.PageAsync(connection, _database.Sql, attributes, last, PageOfSubjects, cancellation), cancellation).ConfigureAwait(false);
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
        await using var people = await GuardedAsync(() => PeopleReader.OpenAsync(_database, cancellation), cancellation).ConfigureAwait(false);
        while (await GuardedAsync(() => people.NextAsync(cancellation), cancellation).ConfigureAwait(false) is { Count: > 0 } page)
        {
            foreach (var person in page)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return person;
            }
        }
    }

    /// <inheritdoc />
    public Task<GalleryCounts> CountAsync(CancellationToken cancellation = default) => UseAsync(connection => GalleryReader.CountsAsync(connection, _database.Sql, cancellation), cancellation);

    /// <summary>Searches for faces: exactly, or approximately where there is an index and the address does not ask for an exact search. Scores are those of single precision either way.</summary>
    /// <inheritdoc />
    public async Task<IReadOnlyList<IReadOnlyList<Candidate>>> IdentifyAsync(
        IReadOnlyList<ReadOnlyMemory<float>> probes, int places, IReadOnlyDictionary<string, string>? attributes = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(places);
        EnrolmentFaults.ThrowOfSearch(probes, Info.Model);
        cancellation.ThrowIfCancellationRequested();
        if (probes.Count == 0) return [];
        var byIndex = Address.Options.Search == PostgresSearch.Automatic && await UseAsync(connection => GalleryIndexing.ExistsAsync(connection, Address, cancellation), cancellation).ConfigureAwait(false);
        return await SearchAsync(probes, places, attributes, byIndex, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<Candidate?> VerifyAsync(string id, ReadOnlyMemory<float> probe, CancellationToken cancellation = default)
    {
        EnrolmentFaults.ThrowOfSearch([probe], Info.Model);
        return UseAsync(connection => new GallerySearcher(_database, connection, null).WithAsync(id, probe, cancellation), cancellation);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<GalleryChange> ChangesAsync(long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (var last = after; ;)
        {
            var (forgotten, page) = await UseAsync(connection => GalleryReader.ChangesAsync(connection, _database.Sql, last, PageOfChanges, cancellation), cancellation).ConfigureAwait(false);
            if (last < forgotten) throw new InputException($"{Address}: changes up to number {forgotten} are not kept any more, and those after {last} were asked for; list all subjects, and go on from number {forgotten}");
            foreach (var change in page)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return change;
            }

            if (page.Count < PageOfChanges) yield break;
            last = page[^1].Sequence;
        }
    }

    /// <summary>Builds an index for approximate search, while the gallery is used; one that is there is replaced when the new one is done. Best after the first many faces are enrolled: enrolling takes longer with it.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellation">Ends it; what was there before stays. Once the new one is in use, only waiting until the old one is gone is ended, which the next build takes away then.</param>
    /// <exception cref="InputException">An option is out of its range, somebody else is building it, or the server refuses it.</exception>
    public Task BuildIndexAsync(PostgresIndexOptions? options = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        var how = options ?? new PostgresIndexOptions();
        how.Validate();
        return UseAsync(async connection =>
        {
            await GalleryIndexing.BuildAsync(_database, connection, how, progress, cancellation).ConfigureAwait(false);
            return true;
        }, cancellation, writes: true);
    }

    /// <summary>Takes the index away: searches are exact again.</summary>
    /// <param name="cancellation">Ends it.</param>
    public Task DropIndexAsync(CancellationToken cancellation = default) => UseAsync(async connection =>
    {
        await GalleryIndexing.DropAsync(_database, connection, cancellation).ConfigureAwait(false);
        return true;
    }, cancellation, writes: true);

    /// <summary>Searches for enrolled faces drawn at random, by the index and by a scan, and says how much of what the scan finds the index finds. Whose face it is, is left out: that one is easily found.</summary>
    /// <param name="searches">How many faces, at least 1.</param>
    /// <param name="places">How many subjects each, at least 1.</param>
    /// <param name="seed">Of the draw.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<PostgresRecall> RecallAsync(int searches = 100, int places = 10, int seed = 1, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(searches);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(places);
        var drawn = await UseAsync(connection => DrawnFaces.ReadAsync(_database, connection, searches, seed, cancellation), cancellation).ConfigureAwait(false);
        List<(double Found, TimeSpan Index, TimeSpan Scan)> results = [];
        foreach (var (subject, face) in drawn)
        {
            var (byIndex, index) = await TimedAsync(true, face, subject).ConfigureAwait(false);
            var (exact, scan) = await TimedAsync(false, face, subject).ConfigureAwait(false);
            if (exact.Count > 0) results.Add((exact.Count(byIndex.Contains) / (double)exact.Count, index, scan));
        }

        return results.Count == 0
            ? new PostgresRecall(0, places, double.NaN, double.NaN, TimeSpan.Zero, TimeSpan.Zero)
            : new PostgresRecall(results.Count, places, results.Average(one => one.Found), results.Count(one => one.Found >= 1) / (double)results.Count, Middle(results.Select(one => one.Index)), Middle(results.Select(one => one.Scan)));

        async Task<(HashSet<string> Ids, TimeSpan Time)> TimedAsync(bool index, ReadOnlyMemory<float> face, string subject)
        {
            var start = Stopwatch.GetTimestamp();
            var found = (await SearchAsync([face], places + 1, null, index, cancellation).ConfigureAwait(false))[0];
            return (found.Select(candidate => candidate.Id).Where(id => id != subject).Take(places).ToHashSet(StringComparer.Ordinal), Stopwatch.GetElapsedTime(start));
        }

        static TimeSpan Middle(IEnumerable<TimeSpan> times) => times.Order().ToList() is var ordered ? ordered[ordered.Count / 2] : default;
    }

    /// <summary>
    /// Writes all tables anew without what was removed (VACUUM FULL), and forgets old changes: <see cref="ChangesAsync"/> begins anew. Nobody else can use the gallery meanwhile, it takes as much room again, and the index is built again.
    /// The server's log, replicas and backups are not reached.
    /// </summary>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">The disk is full, the user does not own the gallery, or somebody has been looking at what was removed all the while.</exception>
    public Task CompactAsync(CancellationToken cancellation = default) => CompactWithinAsync(Patience, cancellation);

    /// <summary>What it takes on the server, and whether it has an index.</summary>
    public Task<PostgresStorage> StorageAsync(CancellationToken cancellation = default) => UseAsync(async connection => (await GallerySql.ListAsync(
        connection,
        """
        SELECT (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r'),
            (SELECT pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid WHERE n.nspname = $1 AND c.relname = 'templates_by_code' AND i.indisvalid),
            current_setting('server_version'), (SELECT extversion FROM pg_extension WHERE extname = 'vector')
        """,
        [Address.Gallery], reader => new PostgresStorage(reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetString(2), reader.GetString(3)), cancellation).ConfigureAwait(false))[0], cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        // What was begun is ended.
        while (Volatile.Read(ref _using) > 0) await Task.Delay(1).ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    internal async Task CompactWithinAsync(TimeSpan patience, CancellationToken cancellation)
    {
        await WriteAsync(async writer =>
        {
            await writer.ForgetAsync().ConfigureAwait(false);
            return true;
        }, cancellation).ConfigureAwait(false);
        await UseAsync(async _ =>
        {
            await GalleryCompaction.RunAsync(_database, patience, cancellation).ConfigureAwait(false);
            return true;
        }, cancellation, writes: true).ConfigureAwait(false);
    }

    internal static async Task<PostgresGallery> OpenAsync(PostgresAddress address, EmbeddingModel? model, IReadOnlyList<GalleryMigration> known, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(address);
        var database = await GalleryDatabase.OpenAsync(address, known, cancellation).ConfigureAwait(false);
        try
        {
            EnrolmentFaults.ThrowOfModel($"{address}", database.Info.Model, model);
            return new PostgresGallery(database, model ?? database.Info.Model);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<Candidate>>> SearchAsync(
        IReadOnlyList<ReadOnlyMemory<float>> probes, int places, IReadOnlyDictionary<string, string>? attributes, bool byIndex, CancellationToken cancellation)
    {
        var (found, left) = (new IReadOnlyList<Candidate>[probes.Count], new ConcurrentQueue<int>(Enumerable.Range(0, probes.Count)));
        await Task.WhenAll(Enumerable.Range(0, Math.Min(probes.Count, Address.Options.SearchesAtOnce)).Select(_ => UseAsync(async connection =>
        {
            // The settings are the transaction's, not the connection's, which others use next.
            await using var transaction = byIndex ? await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false) : null;
            if (byIndex) await GalleryIndexing.UseAsync(connection, Address.Options.CandidatesInView, cancellation).ConfigureAwait(false);
            var searcher = new GallerySearcher(_database, connection, attributes);
            while (left.TryDequeue(out var i)) found[i] = await (byIndex ? searcher.ByIndexAsync(probes[i], places, cancellation) : searcher.ExactAsync(probes[i], places, cancellation)).ConfigureAwait(false);
            return true;
        }, cancellation))).ConfigureAwait(false);
        return found;
    }

    private async Task<T> WriteAsync<T>(Func<GalleryWriter, Task<T>> write, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await UseAsync(connection => write(new GalleryWriter(connection, _database.Sql, cancellation)), cancellation, writes: true).ConfigureAwait(false);
            }
            catch (InputException fault) when (attempt < TriesAtDeadlocks && fault.InnerException is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected })
            {
                // Nothing of it was kept, and it may go well the next time.
            }
        }
    }

    private Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellation, bool writes = false) => GuardedAsync(async () =>
    {
        await using var connection = await _database.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        return await use(connection).ConfigureAwait(false);
    }, cancellation, writes);

    private async Task<T> GuardedAsync<T>(Func<Task<T>> use, CancellationToken cancellation, bool writes = false)
    {
        Interlocked.Increment(ref _using);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed == 1, this);
            cancellation.ThrowIfCancellationRequested();
            return await PostgresFaults.GuardAsync(Address, use, writes).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _using);
        }
    }
}
