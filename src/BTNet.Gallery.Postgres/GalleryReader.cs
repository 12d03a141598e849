using BTNet.Resolutions;
using Npgsql;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>What is read of a gallery beside embeddings. Each is one statement, and so one look at the database whatever is written meanwhile.</summary>
internal static class GalleryReader
{
    // What is known of a subject s, in arrays.
    private const string Facts =
        """
        s.id, s.name,
        ARRAY(SELECT a.key FROM {schema}.attributes a WHERE a.subject = s.number ORDER BY a.key),
        ARRAY(SELECT a.value FROM {schema}.attributes a WHERE a.subject = s.number ORDER BY a.key),
        ARRAY(SELECT t.number FROM {schema}.templates t WHERE t.subject = s.number ORDER BY t.number),
        ARRAY(SELECT t.resolution FROM {schema}.templates t WHERE t.subject = s.number ORDER BY t.number),
        ARRAY(SELECT t.quality FROM {schema}.templates t WHERE t.subject = s.number ORDER BY t.number),
        ARRAY(SELECT t.source FROM {schema}.templates t WHERE t.subject = s.number ORDER BY t.number),
        ARRAY(SELECT t.time FROM {schema}.templates t WHERE t.subject = s.number ORDER BY t.number),
        ARRAY(SELECT m.fingerprint FROM {schema}.templates t JOIN {schema}.models m ON m.number = t.model WHERE t.subject = s.number ORDER BY t.number)
        """;

    /// <summary>Everything known of a subject; null where there is none.</summary>
    public static async Task<Subject?> FindAsync(NpgsqlConnection connection, GallerySql sql, string id, CancellationToken cancellation) =>
        (await ListAsync(connection, sql.Of($"SELECT {Facts} FROM {{schema}}.subjects s WHERE s.id = $1"), [id], Read, cancellation).ConfigureAwait(false)).FirstOrDefault();

    /// <summary>A page of subjects, in the order of their ids.</summary>
    public static Task<List<Subject>> PageAsync(NpgsqlConnection connection, GallerySql sql, IReadOnlyDictionary<string, string>? attributes, string? after, int most, CancellationToken cancellation)
    {
        object?[] values = [after ?? "", most, .. Values(attributes)];
        // No id is empty.
        return ListAsync(connection, sql.Of($"SELECT {Facts} FROM {{schema}}.subjects s WHERE s.id > $1{Having("s.number", attributes, 3)} ORDER BY s.id LIMIT $2"), values, Read, cancellation);
    }

    public static async Task<GalleryCounts> CountsAsync(NpgsqlConnection connection, GallerySql sql, CancellationToken cancellation) => (await ListAsync(
        connection, sql.Of("SELECT subjects, templates, greatest(forgotten, (SELECT coalesce(max(sequence), 0) FROM {schema}.changes)) FROM {schema}.gallery"), [],
        reader => new GalleryCounts(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), cancellation).ConfigureAwait(false))[0];

    /// <summary>A page of changes, and the number of the last one that is not kept any more.</summary>
    public static async Task<(long Forgotten, List<GalleryChange> Changes)> ChangesAsync(NpgsqlConnection connection, GallerySql sql, long after, int most, CancellationToken cancellation)
    {
        var rows = await ListAsync(
            connection,
            sql.Of(
                """
                SELECT g.forgotten, c.sequence, c.kind, c.id, c.template, c.time FROM {schema}.gallery g
                LEFT JOIN LATERAL (SELECT * FROM {schema}.changes WHERE sequence > $1 ORDER BY sequence LIMIT $2) c ON true ORDER BY c.sequence
                """),
            [after, most],
            reader => (Forgotten: reader.GetInt64(0), Change: reader.IsDBNull(1) ? null : new GalleryChange(
                reader.GetInt64(1), (GalleryChangeKind)reader.GetInt16(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetInt64(4), reader.GetFieldValue<DateTimeOffset>(5))), cancellation).ConfigureAwait(false);
        return (rows[0].Forgotten, [.. rows.Select(row => row.Change).OfType<GalleryChange>()]);
    }

    /// <summary>A condition, for a number of subjects, that they have all attributes; their values are <see cref="Values"/>.</summary>
    /// <param name="number">The number, in SQL.</param>
    /// <param name="attributes">The attributes; null for no condition.</param>
    /// <param name="first">The place of the first value.</param>
    public static string Having(string number, IReadOnlyDictionary<string, string>? attributes, int first) => string.Concat((attributes ?? new Dictionary<string, string>()).Select((_, i) =>
        $" AND {number} IN (SELECT subject FROM {{schema}}.attributes WHERE key = ${first + (2 * i)} AND value = ${first + (2 * i) + 1})"));

    /// <summary>The values of a condition.</summary>
    public static IEnumerable<object?> Values(IReadOnlyDictionary<string, string>? attributes) => (attributes ?? new Dictionary<string, string>()).SelectMany(attribute => new object?[] { attribute.Key, attribute.Value });

    private static Subject Read(NpgsqlDataReader reader)
    {
        var (keys, values) = (reader.GetFieldValue<string[]>(2), reader.GetFieldValue<string[]>(3));
        var (numbers, resolutions, qualities) = (reader.GetFieldValue<long[]>(4), reader.GetFieldValue<int[]>(5), reader.GetFieldValue<double?[]>(6));
        var (sources, times, models) = (reader.GetFieldValue<string?[]>(7), reader.GetFieldValue<DateTimeOffset[]>(8), reader.GetFieldValue<string[]>(9));
        return new Subject(
            reader.GetString(0), reader.GetString(1), keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal),
            [.. numbers.Select((number, i) => new SubjectTemplate(number, Resolution.Of(resolutions[i]), qualities[i], sources[i], times[i], models[i]))]);
    }
}
