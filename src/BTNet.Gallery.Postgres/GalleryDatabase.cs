using BTNet.Embeddings;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>The schema of a gallery in a database: made, opened, brought up to date, and told from what others keep there.</summary>
internal sealed class GalleryDatabase : IAsyncDisposable
{
    private const string OldestVector = "0.8.0";

    private GalleryDatabase(PostgresAddress address, NpgsqlDataSource source, GallerySql sql, GalleryInfo info) => (Address, Source, Sql, Info) = (address, source, sql, info);

    /// <summary>Where it is.</summary>
    public PostgresAddress Address { get; }

    /// <summary>Gives connections.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Its names.</summary>
    public GallerySql Sql { get; }

    /// <summary>What it says of itself.</summary>
    public GalleryInfo Info { get; private set; }

    /// <summary>Says what several faces of a person come to from now on.</summary>
    public void Said(TemplateFusion templates) => Info = Info with { Templates = templates };

    /// <summary>Makes a gallery, and pgvector's extension where the database has none.</summary>
    /// <param name="address">Where.</param>
    /// <param name="model">The model whose embeddings are to be enrolled.</param>
    /// <param name="templates">What several faces of a person come to.</param>
    /// <param name="known">The scripts that make the tables.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="isDraft">Whether it gets another name when it is whole, and is opened by nobody else until then.</param>
    /// <exception cref="InputException">There is one already, or none can be made.</exception>
    public static async Task<GalleryDatabase> CreateAsync(PostgresAddress address, EmbeddingModel model, TemplateFusion templates, IReadOnlyList<GalleryMigration> known, CancellationToken cancellation, bool isDraft = false)
    {
        if (model.Size > HalfCode.MostNumbers) throw new InputException($"{address}: the embeddings of {model.Name} have {model.Size} numbers, and a row of PostgreSQL has room for {HalfCode.MostNumbers}; expected a model with fewer, or a gallery in a file");
        await ConnectedAsync(address, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await GalleryMigrations.LockAsync(connection, cancellation).ConfigureAwait(false);
            var state = await SchemaState.ReadAsync(connection, address, cancellation).ConfigureAwait(false);
            if (state.Encoding != "UTF8") throw new InputException($"{address}: the database is in the encoding {state.Encoding}, which cannot keep names in every script; expected one in UTF8: createdb --encoding UTF8 --template template0");
            RequireNew(address, state);
            if (state.Vector is null) await CreateVectorAsync(connection, address, cancellation).ConfigureAwait(false);
            state = await SchemaState.ReadAsync(connection, address, cancellation).ConfigureAwait(false);
            var sql = new GallerySql(address.Gallery, RequireVector(address, state), model.Size);
            if (!state.HasSchema) await GallerySql.RunAsync(connection, sql.Of("CREATE SCHEMA {schema}"), [], cancellation).ConfigureAwait(false);
            if (isDraft) await GallerySql.RunAsync(connection, sql.Of($"COMMENT ON SCHEMA {{schema}} IS '{SchemaState.Draft}'"), [], cancellation).ConfigureAwait(false);
            await GalleryMigrations.RunAsync(connection, sql, 0, known, cancellation).ConfigureAwait(false);
            await GallerySql.RunAsync(
                connection, sql.Of("INSERT INTO {schema}.gallery (id, created, model, compatibility, size, model_name, fusion) VALUES ($1, $2, $3, $4, $5, $6, $7)"),
                [Guid.NewGuid(), DateTimeOffset.UtcNow, model.Fingerprint, model.Compatibility, model.Size, model.Name, $"{templates}"], cancellation).ConfigureAwait(false);
            // From here on it is made or not: who cancels now is told that it is.
            cancellation.ThrowIfCancellationRequested();
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return await OpenAsync(address, known, CancellationToken.None, isDraft).ConfigureAwait(false);
    }

    /// <summary>Opens a gallery, and brings its tables up to date.</summary>
    /// <exception cref="InputException">It is not there, is no gallery or one of a newer program.</exception>
    public static async Task<GalleryDatabase> OpenAsync(PostgresAddress address, IReadOnlyList<GalleryMigration> known, CancellationToken cancellation, bool isDraft = false)
    {
        var builder = new NpgsqlDataSourceBuilder(address.ConnectionString);
        builder.UseVector();
        var source = builder.Build();
        try
        {
            return await PostgresFaults.GuardAsync(address, async () =>
            {
                await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
                var state = await SchemaState.ReadAsync(connection, address, cancellation).ConfigureAwait(false);
                if (!state.IsGallery) throw state.HasOthers ? Foreign(address) : new InputException($"{address}: there is no such gallery; expected one, which `btnet gallery create` makes");
                if (state.IsDraft != isDraft) throw new InputException($"{address}: is not whole: it is being copied, or a copy was interrupted, and the next one to the same name makes it anew; expected a gallery, which that becomes");
                var vector = RequireVector(address, state);
                // Before anything else is read, as a newer program may keep it in another way.
                var version = await VersionAsync(connection, address, new GallerySql(address.Gallery, vector, 0), known, cancellation).ConfigureAwait(false);
                // The size is known when the gallery was read; migrations of tables that are there may need it.
                var info = await ReadInfoAsync(connection, new GallerySql(address.Gallery, vector, 0), cancellation).ConfigureAwait(false);
                if (info is null) throw new InputException($"{address}: is damaged: it does not say what it is; restore a backup");
                var sql = new GallerySql(address.Gallery, vector, info.Model.Size);
                if (version < known.Count) await MigrateAsync(connection, address, sql, known, cancellation).ConfigureAwait(false);
                return new GalleryDatabase(address, source, sql, info);
            }).ConfigureAwait(false);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Removes a gallery with everybody in it.</summary>
    /// <exception cref="InputException">It is not there or no gallery, or may not be removed.</exception>
    public static Task DeleteAsync(PostgresAddress address, CancellationToken cancellation) => ConnectedAsync(address, async connection =>
    {
        var state = await SchemaState.ReadAsync(connection, address, cancellation).ConfigureAwait(false);
        if (!state.IsGallery) throw state.HasOthers ? Foreign(address) : new InputException($"{address}: there is no such gallery");
        await GallerySql.RunAsync(connection, $"DROP SCHEMA {GallerySql.Quote(address.Gallery)} CASCADE", [], cancellation, patient: true).ConfigureAwait(false);
        return true;
    });

    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>Looks whether a gallery may be made.</summary>
    /// <exception cref="InputException">There is one, or something else of the name.</exception>
    public static void RequireNew(PostgresAddress address, SchemaState state)
    {
        if (state.IsGallery) throw new InputException($"{address}: is there already; expected a new name. A gallery with all that is in it is removed by an owner's DROP SCHEMA {GallerySql.Quote(address.Gallery)} CASCADE");
        if (state.HasOthers) throw Foreign(address);
    }

    /// <summary>Does something on a connection of its own.</summary>
    public static async Task<T> ConnectedAsync<T>(PostgresAddress address, Func<NpgsqlConnection, Task<T>> use)
    {
        // Of the connection only: types that the extension brings are known to connections that are opened later.
        var source = new NpgsqlDataSourceBuilder($"{address.ConnectionString};Pooling=false").Build();
        await using (source.ConfigureAwait(false))
        {
            return await PostgresFaults.GuardAsync(address, async () =>
            {
                await using var connection = await source.OpenConnectionAsync().ConfigureAwait(false);
                return await use(connection).ConfigureAwait(false);
            }, writes: true).ConfigureAwait(false);
        }
    }

    private static async Task CreateVectorAsync(NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation)
    {
        try
        {
            await GallerySql.RunAsync(connection, "CREATE EXTENSION vector", [], cancellation).ConfigureAwait(false);
        }
        catch (PostgresException fault) when (fault.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new InputException($"{address}: the database has no pgvector, and the user '{address.User}' may not add it; ask whoever runs the server to say CREATE EXTENSION vector in the database '{address.Database}'", fault);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.UndefinedFile or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedObject)
        {
            throw new InputException($"{address}: the server has no pgvector ({fault.MessageText}); expected pgvector {OldestVector} or later: the package postgresql-17-pgvector of Debian, or https://github.com/pgvector/pgvector", fault);
        }
    }

    private static string RequireVector(PostgresAddress address, SchemaState state)
    {
        if (state.Vector is null) throw new InputException($"{address}: the database has no pgvector; expected its extension, as it was when the gallery was made: CREATE EXTENSION vector");
        return Version.TryParse(state.VectorVersion, out var version) && version >= Version.Parse(OldestVector)
            ? state.Vector
            : throw new InputException($"{address}: pgvector is of version {state.VectorVersion} in this database; expected {OldestVector} or later: install it on the server, and say ALTER EXTENSION vector UPDATE");
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, PostgresAddress address, GallerySql sql, IReadOnlyList<GalleryMigration> known, CancellationToken cancellation)
    {
        var version = (int)(await GallerySql.ScalarAsync(connection, sql.Of($"SELECT coalesce(max(number), 0) FROM {{schema}}.{GalleryMigrations.Versions}"), [], cancellation).ConfigureAwait(false))!;
        return version <= known.Count ? version : throw new InputException($"{address}: is a gallery of version {version}, and this program reads up to {known.Count}; use the btnet that made it, or a newer one");
    }

    private static async Task MigrateAsync(NpgsqlConnection connection, PostgresAddress address, GallerySql sql, IReadOnlyList<GalleryMigration> known, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await GalleryMigrations.LockAsync(connection, cancellation).ConfigureAwait(false);
        // Somebody else may have done it while this one waited.
        await GalleryMigrations.RunAsync(connection, sql, await VersionAsync(connection, address, sql, known, cancellation).ConfigureAwait(false), known, cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<GalleryInfo?> ReadInfoAsync(NpgsqlConnection connection, GallerySql sql, CancellationToken cancellation) => (await GallerySql.ListAsync(
        connection, sql.Of("SELECT id, created, model, compatibility, size, model_name, fusion FROM {schema}.gallery"), [],
        reader => new GalleryInfo(reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), new EmbeddingModel(reader.GetString(2), reader.GetString(3), reader.GetInt32(4), reader.GetString(5)))
        {
            Templates = TemplateFusion.Parse(reader.GetString(6))
        }, cancellation).ConfigureAwait(false)).FirstOrDefault();

    private static InputException Foreign(PostgresAddress address) => new(
        $"{address}: the schema '{address.Gallery}' has tables of another program; expected a gallery, or the name of a schema that is not there or empty (gallery= of the address)");
}
