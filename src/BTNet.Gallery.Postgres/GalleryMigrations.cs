using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>A numbered script that takes a gallery's tables from one version to the next.</summary>
/// <param name="Number">The version that it leads to; 1 makes the tables.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Script">SQL, with the names of schemas as {schema} and {vector}, and the size of embeddings as {size}.</param>
internal sealed record GalleryMigration(int Number, string Name, string Script);

/// <summary>Brings the tables of a gallery up to the version that this program knows.</summary>
internal static partial class GalleryMigrations
{
    /// <summary>The table that says which scripts were run; that a schema has it tells a gallery from what others keep.</summary>
    public const string Versions = "btnet_versions";

    /// <summary>All that this program knows, in order.</summary>
    public static IReadOnlyList<GalleryMigration> Known { get; } = Read();

    /// <summary>Waits for whoever else makes or migrates a gallery of this database, until the transaction ends.</summary>
    public static Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        GallerySql.RunAsync(connection, "SELECT pg_advisory_xact_lock(hashtextextended('btnet galleries', 0))", [], cancellation);

    /// <summary>Runs what was not run yet; the caller has a transaction, and the lock.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="sql">Names of the gallery.</param>
    /// <param name="version">The version that it is of; 0 where there is no table yet.</param>
    /// <param name="known">The scripts.</param>
    /// <param name="cancellation">Ends it between two scripts.</param>
    public static async Task RunAsync(NpgsqlConnection connection, GallerySql sql, int version, IReadOnlyList<GalleryMigration> known, CancellationToken cancellation)
    {
        if (version == 0) await GallerySql.RunAsync(connection, sql.Of($"CREATE TABLE {{schema}}.{Versions} (number integer PRIMARY KEY, name text NOT NULL, time timestamptz NOT NULL DEFAULT now())"), [], cancellation).ConfigureAwait(false);
        foreach (var migration in known.Where(migration => migration.Number > version))
        {
            await GallerySql.RunAsync(connection, sql.Of(migration.Script), [], cancellation).ConfigureAwait(false);
            await GallerySql.RunAsync(connection, sql.Of($"INSERT INTO {{schema}}.{Versions} (number, name) VALUES ($1, $2)"), [migration.Number, migration.Name], cancellation).ConfigureAwait(false);
        }
    }

    private static List<GalleryMigration> Read()
    {
        var assembly = typeof(GalleryMigrations).Assembly;
        List<GalleryMigration> migrations = [.. assembly.GetManifestResourceNames().Select(name => (Name: name, Match: FileName().Match(name))).Where(file => file.Match.Success)
            .Select(file => new GalleryMigration(int.Parse(file.Match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), file.Match.Groups["name"].Value, Text(assembly, file.Name))).OrderBy(migration => migration.Number)];
        return migrations.Select(migration => migration.Number).SequenceEqual(Enumerable.Range(1, migrations.Count)) && migrations.Count > 0
            ? migrations
            : throw new InvalidOperationException("the migrations of this assembly are not numbered from 1 on without a gap");
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"^(?<number>\d{3})-(?<name>[\w-]+)\.sql$", RegexOptions.ExplicitCapture)]
    private static partial Regex FileName();
}
