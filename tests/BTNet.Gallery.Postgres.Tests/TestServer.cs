using BTNet.Embeddings;
using BTNet.TestSupport;
using BTNet.Tests.Gallery;
using Npgsql;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>Galleries, databases and roles on the server, all of which are gone with it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly List<PostgresAddress> _galleries = [];
    private readonly List<string> _leftovers = [];

    public string ConnectionString { get; } = PostgresServer.Require();

    /// <summary>The address of a gallery that is not there yet.</summary>
    public PostgresAddress NewAddress(string? name = null, string? more = null, string? database = null)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString);
        if (database is not null) builder.Database = database;
        // So that a database of the test's own can be dropped.
        builder.Pooling = database is null;
        var address = PostgresAddress.Parse($"{builder.ConnectionString};Gallery={Quote(name ?? PostgresServer.NewName())}{(more is null ? "" : $";{more}")}");
        if (database is null) _galleries.Add(address);
        return address;
    }

    public async Task<PostgresGallery> CreateAsync(PostgresAddress? address = null, EmbeddingModel? model = null, TemplateFusion? templates = null) =>
        await PostgresGallery.CreateAsync(address ?? NewAddress(), model ?? GallerySample.Model, templates ?? TemplateFusion.Max, TestContext.Current.CancellationToken);

    /// <summary>A database of the test's own.</summary>
    public async Task<string> NewDatabaseAsync(string options = "")
    {
        var name = PostgresServer.NewName();
        await RunAsync($"CREATE DATABASE {name} {options}");
        _leftovers.Add($"DROP DATABASE {name} WITH (FORCE)");
        return name;
    }

    /// <summary>A user who may do nothing yet.</summary>
    public async Task<string> NewUserAsync(string password)
    {
        var name = PostgresServer.NewName();
        await RunAsync($"CREATE ROLE {name} LOGIN PASSWORD '{password}'");
        _leftovers.Add($"DROP OWNED BY {name}");
        _leftovers.Add($"DROP ROLE {name}");
        return name;
    }

    public Task RunAsync(string sql, string? database = null) => RunOnAsync(Connection(database), sql);

    public async Task<object?> ScalarAsync(string sql, string? database = null)
    {
        await using var connection = new NpgsqlConnection(Connection(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A transaction that looks at all there is now until it is disposed.</summary>
    public Task<IAsyncDisposable> HoldAsync(string database) => OpenAsync("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class", database);

    /// <summary>A transaction that has done something, and keeps the locks of it until it is disposed.</summary>
    public Task<IAsyncDisposable> LockAsync(string sql) => OpenAsync($"BEGIN; {sql}");

    public async ValueTask DisposeAsync()
    {
        foreach (var address in _galleries) await RunAsync($"DROP SCHEMA IF EXISTS {GallerySql.Quote(address.Gallery)} CASCADE");
        foreach (var sql in _leftovers) await RunAsync(sql);
    }

    private async Task<IAsyncDisposable> OpenAsync(string sql, string? database = null)
    {
        var connection = new NpgsqlConnection(Connection(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private string Connection(string? database)
    {
        var builder = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false };
        if (database is not null) builder.Database = database;
        return builder.ConnectionString;
    }

    private static async Task RunOnAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Quote(string value) => $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
