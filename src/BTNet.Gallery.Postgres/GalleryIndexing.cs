using System.Globalization;
using Npgsql;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>The index for approximate search: pgvector's HNSW over inner products of faces of length 1 in half precision, which are cosines.</summary>
internal static class GalleryIndexing
{
    private const string Name = "templates_by_code";
    private const string Draft = "templates_by_code_draft";
    private const string Old = "templates_by_code_old";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Whether there is an index that searches can go by.</summary>
    public static async Task<bool> ExistsAsync(NpgsqlConnection connection, PostgresAddress address, CancellationToken cancellation) => (bool)(await ScalarAsync(
        connection,
        IsValid(Name), [address.Gallery], cancellation).ConfigureAwait(false))!;

    /// <summary>Sets how searches of this transaction go by the index: it goes on where a filter, or a subject of many faces, leaves too few; the order is set right here, by scores in single precision.</summary>
    public static Task UseAsync(NpgsqlConnection connection, int candidatesInView, CancellationToken cancellation) => RunAsync(
        connection, "SELECT set_config('hnsw.ef_search', $1, true), set_config('hnsw.iterative_scan', 'relaxed_order', true)", [candidatesInView.ToString(CultureInfo.InvariantCulture)], cancellation);

    /// <summary>Builds the index while the gallery is used; one that is there stays in use until it is done.</summary>
    public static async Task BuildAsync(GalleryDatabase database, NpgsqlConnection connection, PostgresIndexOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var sql = database.Sql;
        var built = false;
        await RequireAloneAsync(database, connection, cancellation).ConfigureAwait(false);
        await TidyAsync(database, connection, cancellation).ConfigureAwait(false);
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

            built = true;
        }
        finally
        {
            // Half an index is written to with every face, and of no use.
            if (!built) await DropHalfAsync(database).ConfigureAwait(false);
        }

        // What took hours is not given up for who cancels now.
        await SwapAsync(connection, sql, CancellationToken.None).ConfigureAwait(false);
        await DropAsync(connection, sql, Old, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes the index away, and what builds that were cut off have left.</summary>
    public static async Task DropAsync(GalleryDatabase database, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await RequireAloneAsync(database, connection, cancellation).ConfigureAwait(false);
        foreach (var index in (string[])[Name, Draft, Old]) await DropAsync(connection, database.Sql, index, cancellation).ConfigureAwait(false);
    }

    /// <summary>Runs what takes as long as it takes.</summary>
    public static Task SlowAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation) => RunAsync(connection, sql, [], cancellation, patient: true);

    /// <summary>Puts the draft in the place of the index. Renaming one locks nobody out, searches by it included (SHARE UPDATE EXCLUSIVE, since PostgreSQL 12); dropping one would.</summary>
    private static async Task SwapAsync(NpgsqlConnection connection, GallerySql sql, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await SlowAsync(connection, sql.Of($"ALTER INDEX IF EXISTS {{schema}}.{Name} RENAME TO {Old}"), cancellation).ConfigureAwait(false);
        await SlowAsync(connection, sql.Of($"ALTER INDEX {{schema}}.{Draft} RENAME TO {Name}"), cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Ends what builds before this one left when their connections broke: a draft that is whole takes its place, half of one goes, and so does what was replaced.</summary>
    private static async Task TidyAsync(GalleryDatabase database, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await DropAsync(connection, database.Sql, Old, cancellation).ConfigureAwait(false);
        if (await IsWholeAsync(database, connection, cancellation).ConfigureAwait(false))
        {
            await SwapAsync(connection, database.Sql, cancellation).ConfigureAwait(false);
            await DropAsync(connection, database.Sql, Old, cancellation).ConfigureAwait(false);
        }

        await DropAsync(connection, database.Sql, Draft, cancellation).ConfigureAwait(false);
    }

    /// <summary>Two would take each other's drafts for left ones.</summary>
    private static async Task RequireAloneAsync(GalleryDatabase database, NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await IsBuildingAsync(database, connection, cancellation).ConfigureAwait(false)) throw new InputException($"{database.Address}: its index is being built already; wait until that is done (pg_stat_progress_create_index shows how far it is), or end it");
    }

    private static async Task<bool> IsBuildingAsync(GalleryDatabase database, NpgsqlConnection connection, CancellationToken cancellation) => (bool)(await ScalarAsync(
        connection, database.Sql.Of("SELECT EXISTS (SELECT FROM pg_stat_progress_create_index p JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'templates' AND p.datname = current_database())"),
        [database.Address.Gallery], cancellation).ConfigureAwait(false))!;

    private static async Task<bool> IsWholeAsync(GalleryDatabase database, NpgsqlConnection connection, CancellationToken cancellation) =>
        (bool)(await ScalarAsync(connection, IsValid(Draft), [database.Address.Gallery], cancellation).ConfigureAwait(false))!;

    private static string IsValid(string index) =>
        $"SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indexrelid = c.oid WHERE n.nspname = $1 AND c.relname = '{index}' AND i.indisvalid)";

    private static Task DropAsync(NpgsqlConnection connection, GallerySql sql, string index, CancellationToken cancellation) => SlowAsync(connection, sql.Of($"DROP INDEX CONCURRENTLY IF EXISTS {{schema}}.{index}"), cancellation);

    private static async Task DropHalfAsync(GalleryDatabase database)
    {
        try
        {
            await using var connection = await database.Source.OpenConnectionAsync().ConfigureAwait(false);
            // Where only the answer was lost, the server may be building yet, or be done: the next build sees to that.
            if (await IsBuildingAsync(database, connection, CancellationToken.None).ConfigureAwait(false) || await IsWholeAsync(database, connection, CancellationToken.None).ConfigureAwait(false)) return;
            await DropAsync(connection, database.Sql, Draft, CancellationToken.None).ConfigureAwait(false);
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
