using BTNet.Resolutions;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>A face as it lies on the server.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Subject">Whose it is.</param>
/// <param name="Face">Its embedding, resolution and quality.</param>
internal sealed record StoredFace(long Number, long Subject, EnrolledFace Face);

/// <summary>Faces with what fusing them takes.</summary>
internal static class SubjectFaces
{
    /// <summary>All faces of some subjects, those of each in the order of their numbers.</summary>
    /// <exception cref="InputException">One is damaged.</exception>
    public static Task<List<StoredFace>> ReadAsync(NpgsqlConnection connection, GallerySql sql, long[] subjects, CancellationToken cancellation) => GallerySql.ListAsync(
        connection, sql.Of("SELECT number, subject, resolution, quality, checksum, embedding FROM {schema}.templates WHERE subject = ANY($1) ORDER BY subject, number"), [subjects],
        reader => StoredEmbedding.TryRead(reader.GetFieldValue<byte[]>(5), reader.GetInt64(1), reader.GetInt64(4), sql.Size, out var values)
            ? new StoredFace(reader.GetInt64(0), reader.GetInt64(1), new EnrolledFace(values.ToArray(), Resolution.Of(reader.GetInt32(2))) { Quality = reader.IsDBNull(3) ? null : reader.GetDouble(3) })
            : throw PostgresFaults.Damaged($"gallery {sql.Name}", reader.GetInt64(0)), cancellation, patient: true);
}
