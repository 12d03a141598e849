using System.Data;
using BTNet.Resolutions;
using Npgsql;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>Everybody with their embeddings, in the order in which they were enrolled, of one look at the database.</summary>
internal sealed class PeopleReader : IAsyncDisposable
{
    private const int PeopleAtATime = 1_000;
    private const int FacesAtATime = 2_000;

    private readonly GalleryDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly Queue<Head> _heads = new();
    private long _last = long.MinValue;

    private PeopleReader(GalleryDatabase database, NpgsqlConnection connection) => (_database, _connection) = (database, connection);

    /// <summary>Begins the look.</summary>
    public static async Task<PeopleReader> OpenAsync(GalleryDatabase database, CancellationToken cancellation)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        try
        {
            // It ends with the connection.
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation).ConfigureAwait(false);
            // What is read is written elsewhere before more is asked for.
            await RunAsync(connection, $"SELECT {GallerySql.Unlimited}", [], cancellation).ConfigureAwait(false);
            await RunAsync(connection, "SELECT set_config('transaction_read_only', 'on', true)", [], cancellation).ConfigureAwait(false);
            database.Said(TemplateFusion.Parse((string)(await ScalarAsync(connection, database.Sql.Of("SELECT fusion FROM {schema}.gallery"), [], cancellation).ConfigureAwait(false))!));
            return new PeopleReader(database, connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The next of them, some thousand faces or those of one; none at the end.</summary>
    /// <exception cref="InputException">A face is damaged.</exception>
    public async Task<List<Enrolment>> NextAsync(CancellationToken cancellation)
    {
        if (_heads.Count == 0) await ReadHeadsAsync(cancellation).ConfigureAwait(false);
        List<Head> heads = [];
        for (var faces = 0L; _heads.TryPeek(out var next) && (heads.Count == 0 || faces + next.Faces <= FacesAtATime); faces += next.Faces) heads.Add(_heads.Dequeue());
        if (heads.Count == 0) return [];
        var ids = heads.ToDictionary(head => head.Number, head => head.Id);
        var found = await ListAsync(
            _connection,
            _database.Sql.Of("SELECT t.subject, t.number, t.resolution, t.quality, t.source, t.time, m.fingerprint, m.networks, t.checksum, t.embedding FROM {schema}.templates t JOIN {schema}.models m ON m.number = t.model WHERE t.subject = ANY($1) ORDER BY t.subject, t.number"),
            [heads.ConvertAll(head => head.Number).ToArray()], reader => (Subject: reader.GetInt64(0), Face: Face(reader, ids)), cancellation, patient: true).ConfigureAwait(false);
        var own = found.ToLookup(one => one.Subject, one => one.Face);
        return heads.ConvertAll(head => new Enrolment(head.Id, [.. own[head.Number]]) { Name = head.Name, Attributes = head.Attributes });
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ReadHeadsAsync(CancellationToken cancellation)
    {
        var heads = await ListAsync(
            _connection,
            _database.Sql.Of(
                """
                SELECT s.number, s.id, s.name,
                    ARRAY(SELECT a.key FROM {schema}.attributes a WHERE a.subject = s.number ORDER BY a.key),
                    ARRAY(SELECT a.value FROM {schema}.attributes a WHERE a.subject = s.number ORDER BY a.key),
                    (SELECT count(*) FROM {schema}.templates t WHERE t.subject = s.number)
                FROM {schema}.subjects s WHERE s.number > $1 ORDER BY s.number LIMIT $2
                """),
            [_last, PeopleAtATime],
            reader => new Head(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2),
                reader.GetFieldValue<string[]>(3).Zip(reader.GetFieldValue<string[]>(4)).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal), reader.GetInt64(5)),
            cancellation, patient: true).ConfigureAwait(false);
        foreach (var head in heads) _heads.Enqueue(head);
        if (heads.Count > 0) _last = heads[^1].Number;
    }

    private EnrolledFace Face(NpgsqlDataReader reader, Dictionary<long, string> ids)
    {
        var (subject, model) = (reader.GetInt64(0), _database.Info.Model);
        return StoredEmbedding.TryRead(reader.GetFieldValue<byte[]>(9), subject, reader.GetInt64(8), model.Size, out var values)
            ? new EnrolledFace(values.ToArray(), Resolution.Of(reader.GetInt32(2)))
            {
                Quality = reader.IsDBNull(3) ? null : reader.GetDouble(3), Source = reader.IsDBNull(4) ? null : reader.GetString(4), Time = reader.GetFieldValue<DateTimeOffset>(5),
                Model = model with { Fingerprint = reader.GetString(6), Networks = reader.IsDBNull(7) ? null : reader.GetString(7) }
            }
            : throw PostgresFaults.Damaged(_database.Address, reader.GetInt64(1), ids[subject]);
    }

    private sealed record Head(long Number, string Id, string Name, IReadOnlyDictionary<string, string> Attributes, long Faces);
}
