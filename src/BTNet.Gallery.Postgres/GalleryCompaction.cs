using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>Writes the tables of a gallery anew, without what was removed.</summary>
internal static partial class GalleryCompaction
{
    private static readonly string[] Tables = ["gallery", "models", "subjects", "attributes", "templates", "changes"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Does it.</summary>
    /// <param name="database">The gallery.</param>
    /// <param name="patience">How long it is tried again while transactions that began before look at what was removed, for which the server keeps it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">The server still keeps some of it.</exception>
    public static async Task RunAsync(GalleryDatabase database, TimeSpan patience, CancellationToken cancellation)
    {
        var (start, kept, warning) = (Stopwatch.GetTimestamp(), 0L, (string?)null);
        // A connection of its own, since only one that asks for details is given them.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.Address.ConnectionString) { IncludeErrorDetail = true, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellation).ConfigureAwait(false);
        // The server says in a notice how many rows it could not leave out; the number comes first in every language.
        connection.Notice += (_, told) =>
        {
            // Whose table it is not is passed over with a warning.
            if (told.Notice.InvariantSeverity == "WARNING") warning = told.Notice.MessageText;
            else if (Number().Match(told.Notice.Detail ?? "") is { Success: true } number) kept += long.Parse(number.Value, NumberStyles.None, CultureInfo.InvariantCulture);
        };
        foreach (var table in Tables)
        {
            while (true)
            {
                kept = 0;
                await GalleryIndexing.SlowAsync(connection, database.Sql.Of($"VACUUM (FULL, VERBOSE) {{schema}}.{table}"), cancellation).ConfigureAwait(false);
                if (warning is not null) throw new InputException($"{database.Address}: {table} could not be written anew ({warning}); expected a user who owns the gallery");
                if (kept == 0) break;
                if (Stopwatch.GetElapsedTime(start) > patience)
                    throw new InputException($"{database.Address}: {kept} removed rows of {table} are still kept by the server, as a transaction that began before, or a replica, may look at them; compact again when that has ended (pg_stat_activity shows which)");
                await Task.Delay(Pause, cancellation).ConfigureAwait(false);
            }
        }

        await GalleryIndexing.SlowAsync(connection, database.Sql.Of("ANALYZE {schema}.subjects, {schema}.attributes, {schema}.templates"), cancellation).ConfigureAwait(false);
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
