using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>Enrolled faces, drawn at random.</summary>
internal static class DrawnFaces
{
    // Numbers that nobody has are drawn too.
    private const int Rounds = 20;

    public static async Task<List<(string Subject, ReadOnlyMemory<float> Face)>> ReadAsync(GalleryDatabase database, NpgsqlConnection connection, int count, int seed, CancellationToken cancellation)
    {
        var (drawn, random) = (new Dictionary<long, (string, ReadOnlyMemory<float>)>(), new Random(seed));
        var range = await GallerySql.ListAsync(
            connection, database.Sql.Of("SELECT min(number), max(number) FROM {schema}.templates"), [], reader => reader.IsDBNull(0) ? (0, -1) : (First: reader.GetInt64(0), Last: reader.GetInt64(1)), cancellation, patient: true).ConfigureAwait(false);
        var (first, last) = range[0];
        for (var round = 0; round < Rounds && drawn.Count < count && last >= first; round++)
        {
            long[] numbers = [.. Enumerable.Range(0, 2 * count).Select(_ => random.NextInt64(first, last + 1))];
            var rows = await GallerySql.ListAsync(
                connection, database.Sql.Of("SELECT t.number, t.subject, t.checksum, t.embedding, s.id FROM {schema}.templates t JOIN {schema}.subjects s ON s.number = t.subject WHERE t.number = ANY($1)"), [numbers],
                reader => StoredEmbedding.TryRead(reader.GetFieldValue<byte[]>(3), reader.GetInt64(1), reader.GetInt64(2), database.Info.Model.Size, out var values)
                    ? (Number: reader.GetInt64(0), Id: reader.GetString(4), Face: values.ToArray())
                    : throw PostgresFaults.Damaged(database.Address, reader.GetInt64(0)), cancellation, patient: true).ConfigureAwait(false);
            foreach (var (number, id, face) in rows.OrderBy(row => row.Number))
                if (drawn.Count < count) drawn.TryAdd(number, (id, face));
        }

        return [.. drawn.Values];
    }
}
