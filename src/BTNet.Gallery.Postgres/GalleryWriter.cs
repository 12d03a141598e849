using BTNet.Embeddings;
using Npgsql;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>
/// Changes of a gallery, each in one transaction. Any number of processes may write: rows of subjects are locked in the order of their ids, and last of all the row of the gallery, before the first change is numbered, so that
/// whoever reads the change feed sees numbers in order and none comes later.
/// </summary>
/// <param name="connection">A connection that nobody else uses meanwhile.</param>
/// <param name="sql">Names.</param>
/// <param name="cancellation">Ends it before the commit.</param>
internal sealed class GalleryWriter(NpgsqlConnection connection, GallerySql sql, CancellationToken cancellation)
{
    private const int SubjectsAtATime = 200;

    // Each round somebody else has put in or removed a subject between two statements of ours.
    private const int Rounds = 20;

    /// <summary>The number of a model, which is made where it has none.</summary>
    public async Task<int> ModelAsync(EmbeddingModel model)
    {
        // Outside of the transaction: whoever enrols long would make all others wait for it.
        await RunAsync(connection, sql.Of("INSERT INTO {schema}.models (fingerprint, networks) VALUES ($1, $2::text) ON CONFLICT DO NOTHING"), [model.Fingerprint, model.Networks], cancellation).ConfigureAwait(false);
        await RunAsync(connection, sql.Of("UPDATE {schema}.models SET networks = $2::text WHERE fingerprint = $1 AND networks IS NULL AND $2::text IS NOT NULL"), [model.Fingerprint, model.Networks], cancellation).ConfigureAwait(false);
        return (int)(await ScalarAsync(connection, sql.Of("SELECT number FROM {schema}.models WHERE fingerprint = $1"), [model.Fingerprint], cancellation).ConfigureAwait(false))!;
    }

    public async Task<IReadOnlyList<EnrolmentResult>> EnrolAsync(IReadOnlyList<Enrolment> enrolments, Func<EnrolledFace, int> model)
    {
        await using var transaction = await BeginAsync().ConfigureAwait(false);
        await KeepFacesAsync().ConfigureAwait(false);
        var templates = await TemplatesAsync().ConfigureAwait(false);
        var now = DateTimeOffset.UtcNow;
        var (numbers, added) = await SubjectsAsync(enrolments).ConfigureAwait(false);
        List<string> faults = [.. enrolments.Where(enrolment => enrolment.MustBeNew && !added.Contains(enrolment.Id)).Select(enrolment => $"'{enrolment.Id}' is enrolled already; expected an id that is new")];
        if (faults.Count > 0) throw new InputException("enrolment", faults);
        var known = enrolments.Where(enrolment => !added.Contains(enrolment.Id)).ToList();
        if (known.Where(enrolment => enrolment.Name is not null).ToList() is { Count: > 0 } renamed)
        {
            await RunAsync(
                connection, sql.Of("UPDATE {schema}.subjects SET name = given.name FROM unnest($1, $2) AS given (number, name) WHERE subjects.number = given.number"),
                [renamed.ConvertAll(enrolment => numbers[enrolment.Id]).ToArray(), renamed.ConvertAll(enrolment => enrolment.Name!).ToArray()], cancellation).ConfigureAwait(false);
        }

        await SetAttributesAsync(enrolments.SelectMany(enrolment => enrolment.Attributes.Select(attribute => (numbers[enrolment.Id], attribute.Key, attribute.Value)))).ConfigureAwait(false);
        var owners = await OwnersAsync(enrolments).ConfigureAwait(false);
        var (results, faces, changes) = (new List<EnrolmentResult>(enrolments.Count), new List<PreparedFace>(), new List<(GalleryChangeKind Kind, string Id, int? Face)>());
        List<long> grown = [];
        foreach (var enrolment in enrolments)
        {
            var (isNew, number, has, elsewhere) = (added.Contains(enrolment.Id), numbers[enrolment.Id], 0, new SortedSet<string>(StringComparer.Ordinal));
            if (!isNew && (enrolment.Name is not null || enrolment.Attributes.Count > 0)) changes.Add((GalleryChangeKind.Updated, enrolment.Id, null));
            var (before, taken) = (faces.Count, new List<EnrolledFace>());
            foreach (var face in enrolment.Faces)
            {
                if (face.Source is not null)
                {
                    if (!owners.TryGetValue(face.Source, out var those)) owners[face.Source] = those = new HashSet<string>(StringComparer.Ordinal);
                    elsewhere.UnionWith(those.Contains(enrolment.Id) ? [] : those);
                    if (!those.Add(enrolment.Id))
                    {
                        has++;
                        continue;
                    }
                }

                changes.Add((GalleryChangeKind.Enrolled, enrolment.Id, before + taken.Count));
                taken.Add(face);
            }

            // Of whoever had faces before, these are fused with those once they are there.
            var rows = isNew || templates.Centres is null ? taken.Count > 0 ? SearchRow.Of(taken, templates) : [] : new SearchRow?[taken.Count];
            faces.AddRange(taken.Select((face, i) => new PreparedFace(number, face, model(face)) { Row = rows[i], First = before }));
            if (!isNew && templates.Centres is not null && taken.Count > 0) grown.Add(number);
            results.Add(new EnrolmentResult(enrolment.Id, isNew, faces.Count - before, has, [.. elsewhere]));
        }

        var written = await GalleryImport.FacesAsync(connection, sql, faces, now, cancellation).ConfigureAwait(false);
        await FuseAsync(grown, templates).ConfigureAwait(false);
        await CountAsync(added.Count, faces.Count).ConfigureAwait(false);
        await GalleryImport.ChangesAsync(connection, sql, changes.ConvertAll(change => (change.Kind, change.Id, change.Face is { } face ? written[face] : (long?)null)), now, cancellation).ConfigureAwait(false);
        await CommitAsync(transaction).ConfigureAwait(false);
        return results;
    }

    /// <summary>Says what several faces of a person come to, and makes it of all who have several.</summary>
    public async Task<bool> UseAsync(TemplateFusion templates)
    {
        await using var transaction = await BeginAsync().ConfigureAwait(false);
        // Nobody enrols or removes meanwhile.
        await RunAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", [sql.Name], cancellation, patient: true).ConfigureAwait(false);
        for (var last = 0L; ;)
        {
            var page = await ListAsync(
                connection, sql.Of("SELECT subject FROM {schema}.templates WHERE subject > $1 GROUP BY subject HAVING count(*) > 1 ORDER BY subject LIMIT $2"), [last, SubjectsAtATime], reader => reader.GetInt64(0), cancellation, patient: true).ConfigureAwait(false);
            if (page.Count == 0) break;
            await FuseAsync(page, templates).ConfigureAwait(false);
            last = page[^1];
        }

        // Last of all, as every change locks this row: others wait for it no longer than for the commit.
        await RunAsync(connection, sql.Of("UPDATE {schema}.gallery SET fusion = $1"), [$"{templates}"], cancellation).ConfigureAwait(false);
        await CommitAsync(transaction).ConfigureAwait(false);
        return true;
    }

    public async Task<bool> UpdateAsync(string id, string? name, IReadOnlyDictionary<string, string?>? attributes)
    {
        await using var transaction = await BeginAsync().ConfigureAwait(false);
        if (await ScalarAsync(connection, sql.Of("SELECT number FROM {schema}.subjects WHERE id = $1 FOR UPDATE"), [id], cancellation).ConfigureAwait(false) is not long number) return false;
        if (name is not null) await RunAsync(connection, sql.Of("UPDATE {schema}.subjects SET name = $2 WHERE number = $1"), [number, name], cancellation).ConfigureAwait(false);
        var given = attributes ?? new Dictionary<string, string?>();
        await SetAttributesAsync(given.Where(attribute => attribute.Value is not null).Select(attribute => (number, attribute.Key, attribute.Value!))).ConfigureAwait(false);
        string[] taken = [.. given.Where(attribute => attribute.Value is null).Select(attribute => attribute.Key)];
        if (taken.Length > 0) await RunAsync(connection, sql.Of("DELETE FROM {schema}.attributes WHERE subject = $1 AND key = ANY($2)"), [number, taken], cancellation).ConfigureAwait(false);
        await CountAsync(0, 0).ConfigureAwait(false);
        await GalleryImport.ChangesAsync(connection, sql, [(GalleryChangeKind.Updated, id, null)], DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        await CommitAsync(transaction).ConfigureAwait(false);
        return true;
    }

    public async Task<int> RemoveAsync(IReadOnlyList<string> ids)
    {
        await using var transaction = await BeginAsync().ConfigureAwait(false);
        await KeepFacesAsync().ConfigureAwait(false);
        var found = await LockAsync([.. ids]).ConfigureAwait(false);
        if (found.Count == 0) return 0;
        var numbers = found.Values.ToArray();
        var faces = (long)(await ScalarAsync(connection, sql.Of("SELECT count(*) FROM {schema}.templates WHERE subject = ANY($1)"), [numbers], cancellation).ConfigureAwait(false))!;
        await RunAsync(connection, sql.Of("DELETE FROM {schema}.subjects WHERE number = ANY($1)"), [numbers], cancellation).ConfigureAwait(false);
        await CountAsync(-found.Count, -faces).ConfigureAwait(false);
        // In the order in which they were named.
        await GalleryImport.ChangesAsync(connection, sql, [.. ids.Distinct(StringComparer.Ordinal).Where(found.ContainsKey).Select(id => (GalleryChangeKind.Removed, id, (long?)null))], DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        await CommitAsync(transaction).ConfigureAwait(false);
        return found.Count;
    }

    public async Task<int> RemoveFacesAsync(string id, IReadOnlyList<long> faces)
    {
        await using var transaction = await BeginAsync().ConfigureAwait(false);
        await KeepFacesAsync().ConfigureAwait(false);
        if (!(await LockAsync([id]).ConfigureAwait(false)).TryGetValue(id, out var subject)) return 0;
        var templates = await TemplatesAsync().ConfigureAwait(false);
        var removed = await ListAsync(
            connection, sql.Of("DELETE FROM {schema}.templates WHERE subject = $1 AND number = ANY($2) RETURNING number"), [subject, faces.ToArray()], reader => reader.GetInt64(0), cancellation).ConfigureAwait(false);
        if (removed.Count == 0) return 0;
        if ((long)(await ScalarAsync(connection, sql.Of("SELECT count(*) FROM {schema}.templates WHERE subject = $1"), [subject], cancellation).ConfigureAwait(false))! == 0) throw EnrolmentFaults.OfLastFace(id);
        if (templates.Centres is not null) await FuseAsync([subject], templates).ConfigureAwait(false);
        await CountAsync(0, -removed.Count).ConfigureAwait(false);
        await GalleryImport.ChangesAsync(
            connection, sql, [.. faces.Distinct().Where(removed.Contains).Select(face => (GalleryChangeKind.FaceRemoved, id, (long?)face))], DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        await CommitAsync(transaction).ConfigureAwait(false);
        return removed.Count;
    }

    /// <summary>Forgets who was changed.</summary>
    public async Task ForgetAsync()
    {
        await using var transaction = await BeginAsync().ConfigureAwait(false);
        await CountAsync(0, 0).ConfigureAwait(false);
        await RunAsync(
            connection, sql.Of("WITH gone AS (DELETE FROM {schema}.changes RETURNING sequence) UPDATE {schema}.gallery SET forgotten = greatest(forgotten, (SELECT max(sequence) FROM gone))"), [], cancellation).ConfigureAwait(false);
        await CommitAsync(transaction).ConfigureAwait(false);
    }

    /// <summary>What several faces of a person come to; as long as <see cref="KeepFacesAsync"/> holds.</summary>
    private async Task<TemplateFusion> TemplatesAsync() => TemplateFusion.Parse((string)(await ScalarAsync(connection, sql.Of("SELECT fusion FROM {schema}.gallery"), [], cancellation).ConfigureAwait(false))!);

    private async Task<NpgsqlTransaction> BeginAsync()
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        // What is acknowledged is on the disk, whatever the server is set to; where it is set to more, such as that replicas have it too, that is left.
        await RunAsync(connection, "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'", [], cancellation).ConfigureAwait(false);
        return transaction;
    }

    /// <summary>Before faces come or go, and before any row is locked: whoever changes what faces come to waits until this is done, and this for whoever does it already, which is as long as fusing all takes.</summary>
    private Task KeepFacesAsync() => RunAsync(connection, "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 1))", [sql.Name], cancellation, patient: true);

    /// <summary>From here on it has happened or not: who cancels now is told that it has.</summary>
    private async Task CommitAsync(NpgsqlTransaction transaction)
    {
        cancellation.ThrowIfCancellationRequested();
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The numbers of all subjects, who are made where they are not there, and the ids of those who were.</summary>
    private async Task<(Dictionary<string, long> Numbers, HashSet<string> Added)> SubjectsAsync(IReadOnlyList<Enrolment> enrolments)
    {
        var (numbers, added, missing) = (new Dictionary<string, long>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), enrolments.ToList());
        for (var round = 0; missing.Count > 0; round++)
        {
            if (round == Rounds) throw new InputException($"enrolment: others enrol and remove '{missing[0].Id}' all the while; nothing of this was kept. Try again");
            foreach (var (id, number) in await LockAsync([.. missing.Select(enrolment => enrolment.Id)]).ConfigureAwait(false)) numbers[id] = number;
            missing.RemoveAll(enrolment => numbers.ContainsKey(enrolment.Id));
            if (missing.Count == 0) break;
            // Numbered in the order in which they are enrolled, which decides between equal scores, and put in by their ids, as they are locked.
            var inserted = await ListAsync(
                connection,
                sql.Of(
                    """
                    INSERT INTO {schema}.subjects (number, id, name)
                    SELECT number, id, name FROM (SELECT nextval($3::text::regclass) AS number, id, name FROM unnest($1, $2) WITH ORDINALITY AS given (id, name, place) ORDER BY place) AS numbered ORDER BY id COLLATE "C"
                    ON CONFLICT (id) DO NOTHING RETURNING number, id
                    """),
                [missing.ConvertAll(enrolment => enrolment.Id).ToArray(), missing.ConvertAll(enrolment => enrolment.Name ?? enrolment.Id).ToArray(), sql.SubjectNumbers],
                reader => (Number: reader.GetInt64(0), Id: reader.GetString(1)), cancellation).ConfigureAwait(false);
            foreach (var (number, id) in inserted)
            {
                numbers[id] = number;
                added.Add(id);
            }

            missing.RemoveAll(enrolment => numbers.ContainsKey(enrolment.Id));
        }

        return (numbers, added);
    }

    private async Task<Dictionary<string, long>> LockAsync(string[] ids) => (await ListAsync(
        connection, sql.Of("SELECT id, number FROM {schema}.subjects WHERE id = ANY($1) ORDER BY id FOR UPDATE"), [ids], reader => (Id: reader.GetString(0), Number: reader.GetInt64(1)), cancellation).ConfigureAwait(false))
        .ToDictionary(row => row.Id, row => row.Number, StringComparer.Ordinal);

    private async Task SetAttributesAsync(IEnumerable<(long Subject, string Key, string Value)> attributes)
    {
        var given = attributes.ToList();
        if (given.Count == 0) return;
        await RunAsync(
            connection, sql.Of("INSERT INTO {schema}.attributes (subject, key, value) SELECT * FROM unnest($1, $2, $3) ON CONFLICT (subject, key) DO UPDATE SET value = excluded.value"),
            [given.ConvertAll(one => one.Subject).ToArray(), given.ConvertAll(one => one.Key).ToArray(), given.ConvertAll(one => one.Value).ToArray()], cancellation).ConfigureAwait(false);
    }

    /// <summary>For each picture that is to be enrolled, the ids of who has it.</summary>
    private async Task<Dictionary<string, HashSet<string>>> OwnersAsync(IReadOnlyList<Enrolment> enrolments)
    {
        var owners = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        string[] sources = [.. enrolments.SelectMany(enrolment => enrolment.Faces).Select(face => face.Source).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (sources.Length == 0) return owners;
        var rows = await ListAsync(
            connection, sql.Of("SELECT DISTINCT t.source, s.id FROM {schema}.templates t JOIN {schema}.subjects s ON s.number = t.subject WHERE t.source = ANY($1)"), [sources],
            reader => (Source: reader.GetString(0), Id: reader.GetString(1)), cancellation).ConfigureAwait(false);
        foreach (var group in rows.GroupBy(row => row.Source, StringComparer.Ordinal)) owners[group.Key] = group.Select(row => row.Id).ToHashSet(StringComparer.Ordinal);
        return owners;
    }

    /// <summary>Makes anew what is searched among of some subjects.</summary>
    /// <exception cref="InputException">A face is damaged.</exception>
    private async Task FuseAsync(List<long> subjects, TemplateFusion templates)
    {
        foreach (var some in subjects.Chunk(SubjectsAtATime))
        {
            var faces = await SubjectFaces.ReadAsync(connection, sql, some, cancellation).ConfigureAwait(false);
            // Beside an index each row takes long; who waits may cancel.
            await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
            foreach (var own in faces.GroupBy(face => face.Subject))
            {
                List<StoredFace> stored = [.. own];
                foreach (var (i, row) in SearchRow.Of(stored.ConvertAll(one => one.Face), templates).Index())
                {
                    var update = new NpgsqlBatchCommand(sql.Of("UPDATE {schema}.templates SET code = $2, fused = $3, fused_checksum = $4, members = $5 WHERE number = $1"));
                    object?[] values =
                    [
                        stored[i].Number, row?.Code, row?.Fused, row?.Fused is { } fused ? StoredEmbedding.Checksum(fused, own.Key) : null, row?.Fused is null ? null : row.Members.Select(member => stored[member].Number).ToArray()
                    ];
                    foreach (var value in values) update.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
                    batch.BatchCommands.Add(update);
                }
            }

            await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Counts, and waits for whoever else writes; from here to the commit nobody else does.</summary>
    private Task CountAsync(long subjects, long templates) =>
        RunAsync(connection, sql.Of("UPDATE {schema}.gallery SET subjects = subjects + $1, templates = templates + $2"), [subjects, templates], cancellation);
}
