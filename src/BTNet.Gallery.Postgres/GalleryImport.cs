using Npgsql;
using NpgsqlTypes;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>Writes many rows at once (COPY in binary form), within the transaction of whoever calls.</summary>
internal static class GalleryImport
{
    /// <summary>Writes faces with what is searched among.</summary>
    /// <returns>Their numbers, in order.</returns>
    public static async Task<List<long>> FacesAsync(NpgsqlConnection connection, GallerySql sql, List<PreparedFace> faces, DateTimeOffset now, CancellationToken cancellation)
    {
        if (faces.Count == 0) return [];
        var numbers = await ListAsync(connection, "SELECT nextval($1::text::regclass) FROM generate_series(1, $2)", [sql.TemplateNumbers, faces.Count], reader => reader.GetInt64(0), cancellation).ConfigureAwait(false);
        await using var copy = await connection.BeginBinaryImportAsync(
            sql.Of("COPY {schema}.templates (number, subject, model, resolution, quality, source, time, checksum, embedding, code, fused, fused_checksum, members) FROM STDIN (FORMAT BINARY)"), cancellation).ConfigureAwait(false);
        // An index makes of a batch what takes longer than any statement should; who waits may cancel.
        copy.Timeout = TimeSpan.Zero;
        foreach (var (i, one) in faces.Index())
        {
            await copy.StartRowAsync(cancellation).ConfigureAwait(false);
            await copy.WriteAsync(numbers[i], NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
            await copy.WriteAsync(one.Subject, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
            await copy.WriteAsync(one.Model, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
            await copy.WriteAsync(one.Face.Resolution.Side, NpgsqlDbType.Integer, cancellation).ConfigureAwait(false);
            if (one.Face.Quality is { } quality) await copy.WriteAsync(quality, NpgsqlDbType.Double, cancellation).ConfigureAwait(false);
            else await copy.WriteNullAsync(cancellation).ConfigureAwait(false);
            if (one.Face.Source is { } source) await copy.WriteAsync(source, NpgsqlDbType.Text, cancellation).ConfigureAwait(false);
            else await copy.WriteNullAsync(cancellation).ConfigureAwait(false);
            await copy.WriteAsync((one.Face.Time ?? now).ToUniversalTime(), NpgsqlDbType.TimestampTz, cancellation).ConfigureAwait(false);
            await copy.WriteAsync(StoredEmbedding.Checksum(one.Bytes, one.Subject), NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
            await copy.WriteAsync(one.Bytes, NpgsqlDbType.Bytea, cancellation).ConfigureAwait(false);
            if (one.Row is { } row) await copy.WriteAsync(row.Code, cancellation).ConfigureAwait(false);
            else await copy.WriteNullAsync(cancellation).ConfigureAwait(false);
            if (one.Row?.Fused is { } fused)
            {
                await copy.WriteAsync(fused, NpgsqlDbType.Bytea, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(StoredEmbedding.Checksum(fused, one.Subject), NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
                await copy.WriteAsync(one.Row.Members.Select(member => numbers[one.First + member]).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
            }
            else
            {
                for (var column = 0; column < 3; column++) await copy.WriteNullAsync(cancellation).ConfigureAwait(false);
            }
        }

        await copy.CompleteAsync(cancellation).ConfigureAwait(false);
        return numbers;
    }

    /// <summary>Writes what was changed.</summary>
    public static async Task ChangesAsync(NpgsqlConnection connection, GallerySql sql, List<(GalleryChangeKind Kind, string Id, long? Template)> changes, DateTimeOffset now, CancellationToken cancellation)
    {
        if (changes.Count == 0) return;
        await using var copy = await connection.BeginBinaryImportAsync(sql.Of("COPY {schema}.changes (kind, id, template, time) FROM STDIN (FORMAT BINARY)"), cancellation).ConfigureAwait(false);
        foreach (var (kind, id, template) in changes)
        {
            await copy.StartRowAsync(cancellation).ConfigureAwait(false);
            await copy.WriteAsync((short)kind, NpgsqlDbType.Smallint, cancellation).ConfigureAwait(false);
            await copy.WriteAsync(id, NpgsqlDbType.Text, cancellation).ConfigureAwait(false);
            if (template is { } number) await copy.WriteAsync(number, NpgsqlDbType.Bigint, cancellation).ConfigureAwait(false);
            else await copy.WriteNullAsync(cancellation).ConfigureAwait(false);
            await copy.WriteAsync(now, NpgsqlDbType.TimestampTz, cancellation).ConfigureAwait(false);
        }

        await copy.CompleteAsync(cancellation).ConfigureAwait(false);
    }
}
