using BTNet.Resolutions;
using Npgsql;
using Pgvector;
using System.Numerics.Tensors;

namespace BTNet.Gallery.Postgres;

/// <summary>
/// Searches for one face. The server gives the faces that score best in half precision, and their scores are computed here in single precision from their numbers as they were enrolled. By a scan the result is exact: faces are
/// asked for until none that is left out can be among the best, by the bound of <see cref="HalfCode.ErrorOf"/>. By the index it is as good as the index.
/// </summary>
/// <param name="database">The gallery.</param>
/// <param name="connection">A connection that nobody else uses meanwhile.</param>
/// <param name="attributes">Only subjects who have these; null for all.</param>
internal sealed class GallerySearcher(GalleryDatabase database, NpgsqlConnection connection, IReadOnlyDictionary<string, string>? attributes)
{
    // Faces asked for beyond the places, and by how much more at a time where they were not enough.
    private const int Spare = 32;
    private const int Growth = 4;

    // An index is no help to who wants so many.
    private const int MostByIndex = 2_000;

    /// <summary>The best subjects by comparing with all.</summary>
    /// <param name="probe">The face, finite.</param>
    /// <param name="places">How many are wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Candidate>> ExactAsync(ReadOnlyMemory<float> probe, int places, CancellationToken cancellation)
    {
        var unit = HalfCode.Unit(probe.Span);
        var code = HalfCode.Of(unit);
        var error = HalfCode.ErrorOf(unit, code);
        for (long most = (2L * places) + Spare; ; most *= Growth)
        {
            // Written so that no index on the distance can be meant.
            var (found, seen, last) = await RunAsync(
                unit, $"SELECT {Row}, -(code OPERATOR({{vector}}.<#>) $1) AS score FROM {{schema}}.templates WHERE code IS NOT NULL{Having} ORDER BY score DESC, number LIMIT {most}", code, cancellation).ConfigureAwait(false);
            var best = found.First(places);
            // All were seen, or nobody further on can reach the last of the best.
            if (seen < most || (best.Count == places && last + error < best[^1].Score)) return Candidates(best);
        }
    }

    /// <summary>The best subjects that the index finds; by comparing with all where it finds too few, as it does where few have the attributes.</summary>
    /// <param name="probe">The face, finite.</param>
    /// <param name="places">How many are wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<Candidate>> ByIndexAsync(ReadOnlyMemory<float> probe, int places, CancellationToken cancellation)
    {
        var unit = HalfCode.Unit(probe.Span);
        var code = HalfCode.Of(unit);
        for (long most = (2L * places) + Spare; most <= MostByIndex; most *= Growth)
        {
            var (found, seen, _) = await RunAsync(
                unit, $"SELECT {Row}, 0::float8 AS score FROM {{schema}}.templates WHERE code IS NOT NULL{Having} ORDER BY code OPERATOR({{vector}}.<#>) $1 LIMIT {most}", code, cancellation).ConfigureAwait(false);
            if (found.Count >= places) return Candidates(found.First(places));
            if (seen < most) break;
        }

        return await ExactAsync(probe, places, cancellation).ConfigureAwait(false);
    }

    /// <summary>Compares a face with one subject; null where there is none.</summary>
    public async Task<Candidate?> WithAsync(string id, ReadOnlyMemory<float> probe, CancellationToken cancellation)
    {
        var unit = HalfCode.Unit(probe.Span);
        await using var command = GallerySql.Command(
            connection,
            database.Sql.Of($"SELECT {Found} FROM {{schema}}.subjects s JOIN {{schema}}.templates t ON t.subject = s.number JOIN {{schema}}.models m ON m.number = t.model WHERE s.id = $1 AND t.code IS NOT NULL ORDER BY t.number"), [id], patient: true);
        return Candidates((await ReadAsync(command, unit, cancellation).ConfigureAwait(false)).First(1)).FirstOrDefault();
    }

    // What is read of a row of a search, and what is told of it: of fused faces the numbers are their own.
    private const string Row = "number, subject, resolution, model, checksum, embedding, fused_checksum, fused, members";
    private const string Found =
        """
        t.number, t.subject, t.resolution, coalesce(t.fused_checksum, t.checksum), coalesce(t.fused, t.embedding), s.id, s.name, m.fingerprint,
        ARRAY(SELECT o.networks FROM {schema}.templates x JOIN {schema}.models o ON o.number = x.model WHERE x.number = ANY(coalesce(t.members, ARRAY[t.number])) ORDER BY x.number),
        ARRAY(SELECT o.fingerprint FROM {schema}.templates x JOIN {schema}.models o ON o.number = x.model WHERE x.number = ANY(coalesce(t.members, ARRAY[t.number])) ORDER BY x.number), t.fused IS NOT NULL
        """;

    private string Having => GalleryReader.Having("subject", attributes, first: 2);

    private async Task<(FoundSubjects Found, long Seen, double Last)> RunAsync(float[] unit, string faces, HalfVector code, CancellationToken cancellation)
    {
        // One statement, and so one look at the database: nobody is removed between the search and the name.
        await using var command = GallerySql.Command(
            connection, database.Sql.Of($"SELECT {Found}, t.score FROM ({faces}) t JOIN {{schema}}.subjects s ON s.number = t.subject JOIN {{schema}}.models m ON m.number = t.model"),
            [code, .. GalleryReader.Values(attributes)], patient: true);
        var (seen, last) = (0L, double.PositiveInfinity);
        var found = await ReadAsync(command, unit, cancellation, reader =>
        {
            seen++;
            last = Math.Min(last, reader.GetDouble(11));
        }).ConfigureAwait(false);
        return (found, seen, last);
    }

    private async Task<FoundSubjects> ReadAsync(NpgsqlCommand command, float[] unit, CancellationToken cancellation, Action<NpgsqlDataReader>? each = null)
    {
        var (found, row) = (new FoundSubjects(), new float[unit.Length]);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            each?.Invoke(reader);
            found.Add(Compare(reader, unit, row));
        }

        return found;
    }

    private FoundFace Compare(NpgsqlDataReader reader, float[] unit, float[] row)
    {
        var (number, subject) = (reader.GetInt64(0), reader.GetInt64(1));
        if (!StoredEmbedding.TryRead(reader.GetFieldValue<byte[]>(4), subject, reader.GetInt64(3), unit.Length, out var embedding)) throw PostgresFaults.Damaged(database.Address, number);
        // What faces are fused into is of length 1 as it is.
        if (reader.GetBoolean(10)) embedding.CopyTo(row);
        else Search.SearchRows.Unit(embedding, row);
        return new FoundFace(subject, number, TensorPrimitives.Dot<float>(unit, row), Resolution.Of(reader.GetInt32(2)), reader.GetString(5), reader.GetString(6), reader.GetString(7), [.. reader.GetFieldValue<string?[]>(8).Zip(reader.GetFieldValue<string[]>(9))]);
    }

    private static List<Candidate> Candidates(List<FoundFace> faces) => faces.ConvertAll(face => new Candidate(face.Id, face.Name, face.Score, face.Template, face.Resolution)
    {
        // The face that stands for the others first.
        Model = face.Model, Networks = Candidate.NetworksOf([.. face.Made.OrderBy(one => one.Model != face.Model)])
    });
}
