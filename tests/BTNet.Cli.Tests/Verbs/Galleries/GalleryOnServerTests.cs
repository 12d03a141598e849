using System.Text.Json;
using BTNet.Gallery.Postgres;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs.Galleries;

/// <summary>The verbs with the address of a PostgreSQL server in place of a file.</summary>
public sealed class GalleryOnServerTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private readonly string _address = $"{PostgresServer.Require()};Gallery={PostgresServer.NewName()}";

    private string One => Path.Combine(tiny.Faces, "person1", "0.jpg");

    [Fact]
    public void A_folder_is_enrolled_searched_listed_indexed_removed_and_compacted()
    {
        var people = Directory.GetDirectories(tiny.Faces).Length;
        var pictures = Directory.GetFiles(tiny.Faces, "*", SearchOption.AllDirectories).Length;
        var created = Run("create", "--model", package.Path);
        Assert.Contains("an empty gallery for", created, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", created, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"{pictures} faces enrolled of {people} people, {people} of whom are new", Run("enroll", tiny.Faces, "--model", package.Path), StringComparison.Ordinal);
        Assert.Contains($"0 faces enrolled of {people} people, 0 of whom are new; {pictures} pictures were there already", Run("enroll", tiny.Faces, "--model", package.Path), StringComparison.Ordinal);
        Assert.Contains("exact, by a scan", Run("info"), StringComparison.Ordinal);

        Assert.Contains("% (", Run("index", "--searches", "5"), StringComparison.Ordinal);
        using (var json = JsonDocument.Parse(Run("identify", One, "--model", package.Path, "--top", "2", "--json")))
            Assert.Equal("person1", json.RootElement.GetProperty("searches")[0].GetProperty("candidates")[0].GetProperty("id").GetString());
        using (var info = JsonDocument.Parse(Run("info", "--json")))
        {
            Assert.Equal((people, pictures), (info.RootElement.GetProperty("subjects").GetInt32(), info.RootElement.GetProperty("templates").GetInt32()));
            Assert.StartsWith("approximate, by an index of", info.RootElement.GetProperty("search").GetString(), StringComparison.Ordinal);
        }

        Assert.Contains("searches are exact", Run("index", "--drop"), StringComparison.Ordinal);
        Assert.Contains("their bytes stay in the server's tables until `btnet gallery compact`", Run("remove", "person1"), StringComparison.Ordinal);
        Assert.DoesNotContain("person1", Run("list"), StringComparison.Ordinal);
        Assert.Contains("bytes before", Run("compact"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_for_files_or_for_servers_only_says_what_to_do_instead()
    {
        using var folder = new TemporaryFolder();
        Run("create", "--model", package.Path);
        Assert.Contains("is there already; expected a new name", Refused("create", _address, "--model", package.Path), StringComparison.Ordinal);
        foreach (var refused in (string[])[Refused("backup", _address, folder.File("copy")), Refused("backup", folder.File("any"), _address), Refused("restore", folder.File("copy"), _address), Refused("restore", _address, folder.File("copy")), Refused("salvage", _address, folder.File("saved"))])
            Assert.Contains("pg_dump --schema", refused, StringComparison.Ordinal);
        Assert.Contains("is searched exactly and has no index", Refused("index", folder.File("people.gallery")), StringComparison.Ordinal);
        Assert.Contains("whose embeddings do not compare", Refused("identify", _address, One), StringComparison.Ordinal);
        Assert.Contains("there is no such gallery", Refused("list", $"{_address}x"), StringComparison.Ordinal);
        Assert.Contains("no PostgreSQL server can be reached at 127.0.0.1:1", Refused("list", "postgres://anna:geheim@127.0.0.1:1/faces"), StringComparison.Ordinal);
        foreach (var meant in (string[])["postgresq://anna:geheim@host/faces", "Username=anna;Password=geheim;Database=faces", "user=anna;PWD=geheim"])
            Assert.Contains("is no address; expected postgres://", Refused("create", meant, "--model", package.Path), StringComparison.Ordinal);
        Assert.Contains("search is 'quick'", Refused("list", $"{_address};Search=quick"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    public void Dispose()
    {
        try
        {
            PostgresGallery.DeleteAsync(PostgresAddress.Parse(_address)).GetAwaiter().GetResult();
        }
        catch (InputException)
        {
            // The test ended before it was made.
        }
    }

    private static string Refused(string verb, params string[] arguments)
    {
        var errors = Btnet.Run(["gallery", verb, .. arguments]).Expect(2).Errors;
        Assert.DoesNotContain("geheim", errors, StringComparison.Ordinal);
        return errors;
    }

    private string Run(string verb, params string[] arguments) => Btnet.Run(["gallery", verb, _address, .. arguments]).Expect(0).Output;
}
