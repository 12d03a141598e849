using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Npgsql;
using static BTNet.Gallery.Postgres.GallerySql;

namespace BTNet.Gallery.Postgres;

/// <summary>A gallery whose schema has another name until it is whole. A comment says so, which goes in the transaction that gives it the name.</summary>
internal static class SchemaDraft
{
    private const string Ending = " (being copied)";
    private const string Point = "made";
    private const int LongestName = 63;

    /// <summary>What the schema of a gallery is called until it is whole; of a long name so much that it fits, and what tells it from others that begin so.</summary>
    public static string NameOf(string gallery)
    {
        if (Encoding.UTF8.GetByteCount(gallery + Ending) <= LongestName) return gallery + Ending;
        var ending = string.Create(CultureInfo.InvariantCulture, $" {XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(gallery)):x16}{Ending}");
        var beginning = new StringBuilder();
        foreach (var rune in gallery.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount($"{beginning}{rune}{ending}") > LongestName) break;
            beginning.Append(rune);
        }

        return $"{beginning}{ending}";
    }

    /// <summary>Makes one, all or nothing.</summary>
    /// <param name="address">Its name, which nothing must have.</param>
    /// <param name="make">Makes the draft where it is told to, and closes it.</param>
    /// <param name="cancellation">Heeded before it gets its name.</param>
    /// <exception cref="InputException">There is something of the name already, somebody else makes it, or it cannot be made.</exception>
    public static Task<T> MakeAsync<T>(PostgresAddress address, Func<PostgresAddress, Task<T>> make, CancellationToken cancellation) => GalleryDatabase.ConnectedAsync(address, async connection =>
    {
        var draft = address.Beside(NameOf(address.Gallery));
        // A transaction as long as all of it takes: who is gone holds its lock no more, and without the lock the draft gets no name.
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        await RunAsync(connection, $"SELECT {Unlimited}", [], cancellation).ConfigureAwait(false);
        // A name that was given is on the disk, as what is enrolled.
        await RunAsync(connection, "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'", [], cancellation).ConfigureAwait(false);
        // Two would take each other's drafts for left ones.
        if (await ScalarAsync(connection, "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 2))", [draft.Gallery], cancellation).ConfigureAwait(false) is not true)
            throw new InputException($"{address}: somebody else is copying a gallery there, or the server has not noticed yet that they are gone (pg_stat_activity shows whom); wait until that is done, or give another name");
        await transaction.SaveAsync(Point, cancellation).ConfigureAwait(false);
        await RequireRoomAsync(connection, address, draft, cancellation).ConfigureAwait(false);
        // Nobody waits all the while for what was looked at of the catalogue.
        await transaction.RollbackAsync(Point, cancellation).ConfigureAwait(false);
        try
        {
            var made = await make(draft).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            await GiveNameAsync(connection, address, draft).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return made;
        }
        catch
        {
            await TryRemoveAsync(connection, transaction, draft).ConfigureAwait(false);
            throw;
        }
    });

    /// <summary>Looks whether there is room for the gallery, and for its draft, of which one that is left of a copy that was interrupted is removed.</summary>
    private static async Task RequireRoomAsync(NpgsqlConnection connection, PostgresAddress address, PostgresAddress draft, CancellationToken cancellation)
    {
        var there = await SchemaState.ReadAsync(connection, address, cancellation).ConfigureAwait(false);
        GalleryDatabase.RequireNew(address, there);
        if (there.HasSchema) throw new InputException($"{address}: there is an empty schema of that name, and a copy is made under another one and renamed; give another name, or remove it: DROP SCHEMA {Quote(address.Gallery)}");
        var left = await SchemaState.ReadAsync(connection, draft, cancellation).ConfigureAwait(false);
        if (!left.HasSchema) return;
        if (!left.IsDraft) throw new InputException($"{address}: the schema '{draft.Gallery}' is in the way, where the copy would be made, and no copy has left it; rename it, or give another name");
        // At once, or the draft could not be made: it would wait for this transaction.
        await GalleryDatabase.DeleteAsync(draft, cancellation).ConfigureAwait(false);
    }

    private static async Task GiveNameAsync(NpgsqlConnection connection, PostgresAddress address, PostgresAddress draft)
    {
        try
        {
            await RunAsync(connection, $"COMMENT ON SCHEMA {Quote(draft.Gallery)} IS NULL", [], CancellationToken.None, patient: true).ConfigureAwait(false);
            await RunAsync(connection, $"ALTER SCHEMA {Quote(draft.Gallery)} RENAME TO {Quote(address.Gallery)}", [], CancellationToken.None, patient: true).ConfigureAwait(false);
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.DuplicateSchema or PostgresErrorCodes.UniqueViolation)
        {
            throw new InputException($"{address}: is there already: somebody else made it meanwhile; nothing of the copy was kept. Expected a new name", fault);
        }
    }

    private static async Task TryRemoveAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, PostgresAddress draft)
    {
        try
        {
            // By who has the lock, and not where somebody else may have it meanwhile.
            await transaction.RollbackAsync(Point, CancellationToken.None).ConfigureAwait(false);
            // Not what somebody else has put there meanwhile.
            if (!(await SchemaState.ReadAsync(connection, draft, CancellationToken.None).ConfigureAwait(false)).IsDraft) return;
            await RunAsync(connection, $"DROP SCHEMA IF EXISTS {Quote(draft.Gallery)} CASCADE", [], CancellationToken.None, patient: true).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException or TimeoutException or IOException)
        {
            // What went wrong first is what the user must hear of; the next copy removes what is left.
        }
    }
}
