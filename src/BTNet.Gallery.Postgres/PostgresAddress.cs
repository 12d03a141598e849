using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace BTNet.Gallery.Postgres;

/// <summary>
/// Where a gallery is on a PostgreSQL server: a database, in it a gallery by its name, which is the name of a schema of PostgreSQL, and how it is used. As a URL, <c>postgres://user@host:5432/database?gallery=people</c>, or as
/// a connection string of Npgsql with the same keys added, <c>Host=host;Username=user;Database=database;Gallery=people</c>. Keys of ours: <c>gallery</c> (default "gallery"), <c>search</c> (automatic, exact), <c>ef_search</c>
/// (1 to 1,000); all others are Npgsql's. A password is best left out: Npgsql takes it from PGPASSWORD, or from the file .pgpass (PGPASSFILE).
/// </summary>
public sealed partial class PostgresAddress
{
    /// <summary>The gallery where none is named.</summary>
    public const string DefaultGallery = "gallery";

    private const int LongestName = 63;

    private readonly NpgsqlConnectionStringBuilder _connection;

    private PostgresAddress(NpgsqlConnectionStringBuilder connection, string gallery, PostgresGalleryOptions options) => (_connection, Gallery, Options) = (connection, gallery, options);

    /// <summary>The name of the gallery, and of its schema.</summary>
    public string Gallery { get; }

    /// <summary>How it is used.</summary>
    public PostgresGalleryOptions Options { get; }

    /// <summary>The server, and the port.</summary>
    public string Server => _connection.Host!.Contains(',', StringComparison.Ordinal) ? _connection.Host : string.Create(CultureInfo.InvariantCulture, $"{_connection.Host}:{_connection.Port}");

    /// <summary>The database.</summary>
    public string Database => _connection.Database ?? User;

    /// <summary>The user of the database.</summary>
    public string User => _connection.Username ?? Environment.GetEnvironmentVariable("PGUSER") ?? Environment.UserName;

    /// <summary>What Npgsql connects with; it may have a password in it.</summary>
    internal string ConnectionString => _connection.ConnectionString;

    /// <summary>Whether a text is meant as an address, and not as the name of a file: also one that is none, such as a mistyped URL or pairs without a host, so that a password in it is made no file name of and not repeated.</summary>
    public static bool IsAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Url().IsMatch(text) || HostKey().IsMatch(text) || Meant().IsMatch(text);
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">A URL, or a connection string.</param>
    /// <exception cref="InputException">It is none. A password is never repeated.</exception>
    public static PostgresAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (!Url().IsMatch(text) && !HostKey().IsMatch(text)) throw new InputException("the address of a gallery on PostgreSQL: is no address; expected postgres://user@host:5432/database?gallery=people, or a connection string with Host=");
        var values = Url().IsMatch(text) ? OfUrl(text) : OfConnectionString(text);
        var gallery = Take(values, "gallery") ?? DefaultGallery;
        var (search, view) = (Take(values, "search"), Take(values, "ef_search"));
        List<string> faults = [];
        if (Encoding.UTF8.GetByteCount(gallery) is 0 or > LongestName || gallery.Any(char.IsControl) || gallery.StartsWith("pg_", StringComparison.Ordinal) || gallery == "information_schema")
            faults.Add($"the gallery is called '{gallery}'; expected a name of at most {LongestName} bytes that does not begin with pg_");
        if (!Enum.TryParse<PostgresSearch>(search ?? nameof(PostgresSearch.Automatic), ignoreCase: true, out var way) || search?.Any(char.IsDigit) == true) faults.Add($"search is '{search}'; expected automatic or exact");
        var candidates = new PostgresGalleryOptions().CandidatesInView;
        if (view is not null && !int.TryParse(view, NumberStyles.None, CultureInfo.InvariantCulture, out candidates)) faults.Add($"ef_search is '{view}'; expected a number from 1 to 1000");
        var options = new PostgresGalleryOptions { Search = way, CandidatesInView = candidates };
        if (faults.Count == 0) faults.AddRange(options.Faults());
        var connection = new NpgsqlConnectionStringBuilder();
        foreach (var (key, value) in values)
        {
            try
            {
                connection[key] = value;
            }
            catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                // A piece of a password with a semicolon in it looks like a key; and the value of a key that nobody knows may be a password.
                faults.Add(values.Keys.Any(IsSecret) ? "has a key or a value that Npgsql does not know (which is not repeated here, as there is a password beside it; in a password ; and = need quotes)" : $"'{key}' is no key that Npgsql knows, or has a value that it does not know");
            }
        }

        if (string.IsNullOrEmpty(connection.Host)) faults.Add("names no server; expected a host");
        if (faults.Count > 0) throw new InputException("the address of a gallery on PostgreSQL", [.. faults.Distinct(StringComparer.Ordinal)]);
        if (string.IsNullOrEmpty(connection.ApplicationName)) connection.ApplicationName = "btnet";
        // A server that is gone is noticed, however long it is waited for.
        connection.TcpKeepAlive = true;
        return new PostgresAddress(connection, gallery, options);
    }

    /// <summary>The same place, used in another way.</summary>
    /// <exception cref="InputException">An option is out of its range.</exception>
    public PostgresAddress With(PostgresGalleryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [.. options.Faults()];
        return faults.Count == 0 ? new PostgresAddress(_connection, Gallery, options) : throw new InputException("options of a gallery on PostgreSQL", faults);
    }

    /// <summary>Another gallery of the same database.</summary>
    internal PostgresAddress Beside(string gallery) => new(_connection, gallery, Options);

    /// <summary>The address for people, without the password.</summary>
    public override string ToString() => $"gallery '{Gallery}' in the database '{Database}' on {Server}";

    private static string? Take(Dictionary<string, string> values, string key) => values.Remove(key, out var value) ? value : null;

    private static bool IsSecret(string key) => Secret().IsMatch(key);

    private static Dictionary<string, string> OfConnectionString(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            var builder = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = text };
            foreach (string key in builder.Keys) values[key] = $"{builder[key]}";
        }
        catch (ArgumentException)
        {
            // Its message repeats what it did not understand, which may be a password.
            throw new InputException("the address of a gallery on PostgreSQL: is no connection string; expected pairs of a key and a value with semicolons between them, such as Host=host;Username=user;Database=database;Gallery=people");
        }

        return values;
    }

    private static Dictionary<string, string> OfUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0 || url.Fragment.Length > 0 || url.PathAndQuery.Contains('@', StringComparison.Ordinal))
            throw new InputException("the address of a gallery on PostgreSQL: is no URL; expected postgres://user@host:5432/database?gallery=people, in which @ : / ? # and % of a name or password are written as %40 %3A %2F %3F %23 %25");
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Host"] = url.IdnHost };
        if (url.Port > 0) values["Port"] = url.Port.ToString(CultureInfo.InvariantCulture);
        var (user, colon) = (url.UserInfo, url.UserInfo.IndexOf(':', StringComparison.Ordinal));
        if (user.Length > 0) values["Username"] = Uri.UnescapeDataString(colon < 0 ? user : user[..colon]);
        if (colon >= 0) values["Password"] = Uri.UnescapeDataString(user[(colon + 1)..]);
        if (url.AbsolutePath.Trim('/') is { Length: > 0 } database) values["Database"] = Uri.UnescapeDataString(database);
        foreach (var pair in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var (key, value) = (Uri.UnescapeDataString(at < 0 ? pair : pair[..at]), at < 0 ? "" : Uri.UnescapeDataString(pair[(at + 1)..]));
            // As libpq writes them: verify-full is VerifyFull.
            if (key.Equals("sslmode", StringComparison.OrdinalIgnoreCase)) (key, value) = ("SSL Mode", value.Replace("-", "", StringComparison.Ordinal));
            else if (key.Equals("connect_timeout", StringComparison.OrdinalIgnoreCase)) key = "Timeout";
            else if (key.Equals("application_name", StringComparison.OrdinalIgnoreCase)) key = "Application Name";
            values[key] = value;
        }

        return values;
    }

    [GeneratedRegex("^postgres(?:ql)?://", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex(@"://|^postgres\w*:|(?:password|pwd|psw)\s*=|(?:^|;)\s*(?:pass|pw|secret)\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Meant();

    [GeneratedRegex("pass(?!file)|pw|psw|secret", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex(@"(?:^|;)\s*(?:host|server)\s*=", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HostKey();
}
