using System.Globalization;
using Npgsql;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>The index for approximate search: pgvector's HNSW over inner products of faces of length 1 in half precision, which are cosines.</summary>
internal static class GalleryIndexing
{
    private const string Name = "templates_by_code";
    private const string Draft = "templates_by_code_draft";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Whether there is an index that searches can go by.</summary>
    public static async Task<bool> ExistsAsync(NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation) => (bool)(await ScalarAsync(
        connection,
        $"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid WHERE n.nspname = $1 AND c.relname = '{Name}' AND i.indisvalid)", [address.Gallery], cancellation).ConfigureAwait(false))!;

    /// <summary>Sets how searches of this transaction go by the index: it goes on where a filter, or a subject of many faces, leaves too few; the order is set right here, by scores in single precision.</summary>
    public static Task UseAsync(NpgsqlConnection connection, int candidatesInView, CancellationToken cancellation) => RunAsync(
        connection, "SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true)", [candidatesInView.ToString(CultureInfo.InvariantCulture)], cancellation);

    /// <summary>Builds the index while the gallery is used; one that is there stays in use until it is done.</summary>
    public static async Task BuildAsync(GalleryDatabase database, NpgsqlConnection connection, PostgresIndexOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var sql = database.Sql;
        var done = false;
        await SlowAsync(connection, sql.Of($"DROP INDEX CONCURRENTLY IF EXISTS {{schema}}.{Draft}"), cancellation).ConfigureAwait(false);
        try
        {
            if (options.MemoryMegabytes is { } memory) await RunAsync(connection, "SELECT set_config('maintenance_work_mem', $1, false)", [string.Create(CultureInfo.InvariantCulture, $"{memory}MB")], cancellation).ConfigureAwait(false);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var watching = progress is null ? Task.CompletedTask : WatchAsync(database, connection.ProcessID, progress, ended.Token);
            try
            {
                await SlowAsync(connection, sql.Of($"ANALYZE {{schema}}.templates"), cancellation).ConfigureAwait(false);
                await SlowAsync(
                    connection, sql.Of(string.Create(CultureInfo.InvariantCulture, $"CREATE INDEX CONCURRENTLY {Draft} ON {{schema}}.templates USING hnsw (code {{vector}}.halfvec_ip_ops) WITH (m = {options.Neighbours}, ef_construction = {options.CandidatesInView})")),
                    cancellation).ConfigureAwait(false);
            }
            finally
            {
                await ended.CancelAsync().ConfigureAwait(false);
                await watching.ConfigureAwait(false);
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await RunAsync(connection, sql.Of($"DROP INDEX IF EXISTS {{schema}}.{Name}"), [], cancellation).ConfigureAwait(false);
            await RunAsync(connection, sql.Of($"ALTER INDEX {{schema}}.{Draft} RENAME TO {Name}"), [], cancellation).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            done = true;
        }
        finally
        {
            // Half an index is written to with every face, and of no use.
            if (!done) await DropDraftAsync(database).ConfigureAwait(false);
        }
    }

    public static Task DropAsync(GalleryDatabase database, NpgsqlConnection connection, CancellationToken cancellation) => SlowAsync(connection, database.Sql.Of($"DROP INDEX CONCURRENTLY IF EXISTS {{schema}}.{Name}"), cancellation);

    /// <summary>Runs what takes as long as it takes.</summary>
    public static async Task SlowAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = Command(connection, sql, []);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task DropDraftAsync(GalleryDatabase database)
    {
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync().ConfigureAwait(false);
            await SlowAsync(connection, database.Sql.Of($"DROP INDEX CONCURRENTLY IF EXISTS {{schema}}.{Draft}"), CancellationToken.None).ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The server is gone; the next build drops it. What went wrong first is told.
        }
    }

    private static async Task WatchAsync(GalleryDatabase database, int process, IProgress<WorkProgress> progress, CancellationToken ended)
    {
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync(ended).ConfigureAwait(false);
            while (true)
            {
                await Task.Delay(Look, ended).ConfigureAwait(false);
                foreach (var (done, total) in await ListAsync(
                    connection, "SELECT tuples_done, tuples_total FROM pg_stat_progress_create_index WHERE pid = $1 AND tuples_total > 0", [process], reader => (reader.GetInt64(0), reader.GetInt64(1)), ended).ConfigureAwait(false))
                    progress.Report(new WorkProgress("building the index", Math.Min(done, total), total, "faces"));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or NpgsqlException)
        {
            // Only whoever waits is kept informed.
        }
    }
}
