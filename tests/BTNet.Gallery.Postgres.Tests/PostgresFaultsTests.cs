using System.Net;
using System.Net.Sockets;
using BTNet.Tests.Gallery;
using Npgsql;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>What users and servers get wrong ends in a message that says what to do, and has no password in it.</summary>
public sealed class PostgresFaultsTests : IAsyncDisposable
{
    private const string Password = "wrong-geheim";

    private readonly TestServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_server_that_is_not_there_does_not_answer_or_is_none_is_told()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var waits = RefusedAsync($"Host=127.0.0.1;Port={port};Username=u;Password={Password};Database=d;Timeout=1");
        Assert.Contains("has not answered in time", await waits, StringComparison.Ordinal);
        silent.Stop();
        Assert.Contains($"no PostgreSQL server can be reached at 127.0.0.1:{port}", await RefusedAsync($"postgres://u:{Password}@127.0.0.1:{port}/d"), StringComparison.Ordinal);
        Assert.Contains("can be reached at no-such-host.invalid:5432", await RefusedAsync($"postgres://u:{Password}@no-such-host.invalid/d"), StringComparison.Ordinal);

        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await other.AcceptTcpClientAsync(Cancellation);
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Cancellation);
        }, Cancellation);
        Assert.Contains($"127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}", await RefusedAsync($"Host=127.0.0.1;Port={((IPEndPoint)other.LocalEndpoint).Port};Username=u;Password={Password};Timeout=5;SSL Mode=Disable"), StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task A_wrong_password_none_and_a_database_that_is_missing_are_told()
    {
        var builder = new NpgsqlConnectionStringBuilder(_server.ConnectionString);
        var (database, user) = (builder.Database, builder.Username);
        builder.Password = Password;
        Assert.Contains($"the server does not let the user '{user}' in (password authentication failed", await RefusedAsync(builder.ConnectionString), StringComparison.Ordinal);
        builder.Password = null;
        // Nothing of the machine's own is to help out.
        builder.Passfile = "/dev/null";
        Assert.Contains("none was given; expected it in PGPASSWORD", await RefusedAsync(builder.ConnectionString), StringComparison.Ordinal);
        var missing = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = "no_such_database" };
        Assert.Contains("the server has no database 'no_such_database'; expected one that is there: createdb no_such_database", await RefusedAsync(missing.ConnectionString), StringComparison.Ordinal);
        Assert.NotNull(database);
    }

    [Fact]
    public async Task A_gallery_that_is_missing_there_already_anothers_or_of_another_model_is_told()
    {
        var address = _server.NewAddress();
        Assert.Contains("there is no such gallery; expected one, which `btnet gallery create` makes", await RefusedAsync(() => PostgresGallery.OpenAsync(address, cancellation: Cancellation)), StringComparison.Ordinal);
        Assert.Contains("there is no such gallery", await RefusedAsync(() => PostgresGallery.DeleteAsync(address, Cancellation)), StringComparison.Ordinal);
        await using (await _server.CreateAsync(address)) { }
        Assert.Contains("is there already; expected a new name", await RefusedAsync(() => _server.CreateAsync(address)), StringComparison.Ordinal);
        var fault = await RefusedAsync(() => PostgresGallery.OpenAsync(address, GallerySample.Model with { Compatibility = "another kind", Name = "the second model" }, Cancellation));
        Assert.Contains("is a gallery of the first model (embeddings of 64 numbers, kind kind of one)", fault, StringComparison.Ordinal);
        Assert.Contains("the model is the second model (64 numbers, kind another kind)", fault, StringComparison.Ordinal);
        await using (await PostgresGallery.OpenAsync(address, GallerySample.Model with { Fingerprint = "extended" }, Cancellation)) { }

        var foreign = _server.NewAddress();
        await _server.RunAsync($"CREATE SCHEMA {foreign.Gallery}; CREATE TABLE {foreign.Gallery}.subjects (id text)");
        foreach (var use in (Func<Task>[])[() => PostgresGallery.OpenAsync(foreign, cancellation: Cancellation), () => _server.CreateAsync(foreign), () => PostgresGallery.DeleteAsync(foreign, Cancellation)])
            Assert.Contains($"the schema '{foreign.Gallery}' has tables of another program", await RefusedAsync(use), StringComparison.Ordinal);
        Assert.Equal(1L, await _server.ScalarAsync($"SELECT count(*) FROM pg_tables WHERE schemaname = '{foreign.Gallery}'"));
        // One that an administrator made, and that is empty, is as good as none.
        var empty = _server.NewAddress();
        await _server.RunAsync($"CREATE SCHEMA {empty.Gallery}");
        await using (await _server.CreateAsync(empty)) { }
        await PostgresGallery.DeleteAsync(empty, Cancellation);
        Assert.Contains("there is no such gallery", await RefusedAsync(() => PostgresGallery.OpenAsync(empty, cancellation: Cancellation)), StringComparison.Ordinal);
        Assert.Contains("has room for 3800", await RefusedAsync(() => _server.CreateAsync(model: GallerySample.Model with { Size = 4_096 })), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_pgvector_the_right_to_add_it_or_a_new_enough_one_it_is_said_who_does_what()
    {
        var database = await _server.NewDatabaseAsync();
        var user = await _server.NewUserAsync(Password);
        var address = _server.NewAddress(database: database);
        var theirs = PostgresAddress.Parse($"Host={address.Server.Split(':')[0]};Port={address.Server.Split(':')[1]};Username={user};Password={Password};Database={database};Gallery={address.Gallery};Pooling=false");
        Assert.Contains($"the database has no pgvector, and the user '{user}' may not add it; ask whoever runs the server to say CREATE EXTENSION vector in the database '{database}'", await RefusedAsync(() => _server.CreateAsync(theirs)), StringComparison.Ordinal);

        // In a schema of its own, which is in nobody's search path.
        await _server.RunAsync("CREATE SCHEMA extensions; CREATE EXTENSION vector SCHEMA extensions", database);
        Assert.Contains($"the user '{user}' may not do that (permission denied for database {database})", await RefusedAsync(() => _server.CreateAsync(theirs)), StringComparison.Ordinal);
        await using (var gallery = await _server.CreateAsync(address))
        {
            await gallery.BuildIndexAsync(cancellation: Cancellation);
            await gallery.EnrolAsync(new GallerySample(1).People(3), Cancellation);
            Assert.Equal(3, (await gallery.IdentifyAsync([new GallerySample(2).Face()], 5, cancellation: Cancellation))[0].Count);
        }

        Assert.Contains($"the user '{user}' may not do that (permission denied for schema {address.Gallery})", await RefusedAsync(() => PostgresGallery.OpenAsync(theirs, cancellation: Cancellation)), StringComparison.Ordinal);
        // Who may read, reads and searches.
        await _server.RunAsync($"GRANT USAGE ON SCHEMA {address.Gallery}, extensions TO {user}; GRANT SELECT ON ALL TABLES IN SCHEMA {address.Gallery} TO {user}", database);
        await using (var reading = await PostgresGallery.OpenAsync(theirs, cancellation: Cancellation))
        {
            Assert.Equal(3, (await reading.IdentifyAsync([new GallerySample(2).Face()], 5, cancellation: Cancellation))[0].Count);
            Assert.Contains("may not do that (permission denied for table models)", await RefusedAsync(() => reading.EnrolAsync(new GallerySample(1).People(3), Cancellation)), StringComparison.Ordinal);
        }

        // Who may write, writes, and is told what an owner has to do.
        await _server.RunAsync($"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {address.Gallery} TO {user}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA {address.Gallery} TO {user}", database);
        await using (var writing = await PostgresGallery.OpenAsync(theirs, cancellation: Cancellation))
        {
            Assert.True((await writing.EnrolAsync([GallerySample.Of("theirs", new GallerySample(3).Face())], Cancellation))[0].IsNew);
            Assert.Equal(1, await writing.RemoveAsync(["theirs"], Cancellation));
            Assert.Contains("could not be written anew (permission denied to vacuum", await RefusedAsync(() => writing.CompactAsync(Cancellation)), StringComparison.Ordinal);
            Assert.Contains("may not do that (must be owner of table templates)", await RefusedAsync(() => writing.BuildIndexAsync(cancellation: Cancellation)), StringComparison.Ordinal);
        }

        await _server.RunAsync("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'", database);
        Assert.Contains("pgvector is of version 0.7.4 in this database; expected 0.8.0 or later: install it on the server, and say ALTER EXTENSION vector UPDATE", await RefusedAsync(() => PostgresGallery.OpenAsync(address, cancellation: Cancellation)), StringComparison.Ordinal);
        await _server.RunAsync("DROP EXTENSION vector CASCADE", database);
        Assert.Contains("the database has no pgvector; expected its extension", await RefusedAsync(() => PostgresGallery.OpenAsync(address, cancellation: Cancellation)), StringComparison.Ordinal);
        await _server.RunAsync($"DROP SCHEMA {address.Gallery} CASCADE; DROP OWNED BY {user}", database);
    }

    [Fact]
    public async Task A_database_that_cannot_keep_every_script_and_one_that_is_read_only_are_told()
    {
        var latin = await _server.NewDatabaseAsync("ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
        Assert.Contains("is in the encoding LATIN1, which cannot keep names in every script", await RefusedAsync(() => _server.CreateAsync(_server.NewAddress(database: latin))), StringComparison.Ordinal);

        var address = _server.NewAddress();
        await using (await _server.CreateAsync(address)) { }
        var replica = PostgresAddress.Parse($"{_server.ConnectionString};Gallery={address.Gallery};Options='-c default_transaction_read_only=on'");
        await using var reading = await PostgresGallery.OpenAsync(replica, cancellation: Cancellation);
        Assert.Empty((await reading.IdentifyAsync([new GallerySample(2).Face()], 5, cancellation: Cancellation))[0]);
        Assert.Contains("is a read replica, or set to be read only", await RefusedAsync(() => reading.EnrolAsync(new GallerySample(1).People(3), Cancellation)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gallery_that_is_removed_or_changed_by_hand_while_it_is_open_is_told()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address);
        await PostgresGallery.DeleteAsync(address, Cancellation);
        foreach (var use in (Func<Task>[])[() => gallery.CountAsync(Cancellation), () => gallery.EnrolAsync(new GallerySample(1).People(3), Cancellation), () => gallery.IdentifyAsync([new GallerySample(2).Face()], 5, cancellation: Cancellation)])
            Assert.Contains("is there no more, or was changed by hand", await RefusedAsync(use), StringComparison.Ordinal);
    }

    private static Task<string> RefusedAsync(string address) => RefusedAsync(() => PostgresGallery.OpenAsync(PostgresAddress.Parse(address), cancellation: Cancellation));

    private static async Task<string> RefusedAsync(Func<Task> use)
    {
        var fault = await Assert.ThrowsAsync<InputException>(use);
        Assert.DoesNotContain(Password, fault.ToString(), StringComparison.Ordinal);
        return fault.Message;
    }
}
