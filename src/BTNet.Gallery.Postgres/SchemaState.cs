using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>What there is in a database before anything is known of a gallery in it; read from the catalogue, which everybody may read.</summary>
internal sealed record SchemaState(string Encoding, string? Vector, string? VectorVersion, bool HasSchema, bool IsGallery, bool HasOthers, bool IsDraft)
{
    /// <summary>What PostgreSQL is told of a schema (COMMENT ON SCHEMA) whose gallery is not whole yet.</summary>
    public const string Draft = "btnet: a gallery that is being copied";

    public static async Task<SchemaState> ReadAsync(NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation) => (await GallerySql.ListAsync(
        connection,
        $"""
        SELECT current_setting('server_encoding'), n.nspname, e.extversion, s.oid IS NOT NULL,
            EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = s.oid AND c.relname = '{GalleryMigrations.Versions}'),
            EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = s.oid),
            coalesce(obj_description(s.oid, 'pg_namespace') = '{Draft}', false)
        FROM (SELECT $1::text AS name) wanted
        LEFT JOIN pg_namespace s ON s.nspname = wanted.name
        LEFT JOIN pg_extension e ON e.extname = 'vector' LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
        """,
        [address.Gallery],
        reader => new SchemaState(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetBoolean(3), reader.GetBoolean(4), reader.GetBoolean(5), reader.GetBoolean(6)), cancellation).ConfigureAwait(false))[0];
}
