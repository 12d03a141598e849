using System.Text.Json;
using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Gallery.Postgres;
using BTNet.Resolutions;
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
    public void A_gallery_outgrows_its_file_and_goes_back_and_lists_and_finds_the_same_everywhere()
    {
        using var folder = new TemporaryFolder();
        var (file, back) = (folder.File("people.gallery"), folder.File("back.gallery"));
        Btnet.Run("gallery", "create", file, "--model", package.Path).Expect(0);
        Btnet.Run("gallery", "enroll", file, tiny.Faces, "--model", package.Path).Expect(0);
        var copied = Btnet.Run("gallery", "copy", file, _address).Expect(0).Output;
        Assert.Contains($"{Directory.GetDirectories(tiny.Faces).Length} people with", copied, StringComparison.Ordinal);
        Assert.Contains("`btnet gallery index` builds an index", copied, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", copied, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("is there already; expected a new name", Refused("copy", file, _address), StringComparison.Ordinal);
        Assert.Contains("is both what is copied and where the copy is to be", Refused("copy", _address, _address), StringComparison.Ordinal);
        Assert.Contains("there is no such gallery", Refused("copy", $"{_address}x", back), StringComparison.Ordinal);
        Assert.Contains("the server does not let the user", Refused("copy", file, $"{_address}x;Password=geheim"), StringComparison.Ordinal);
        Btnet.Run("gallery", "copy", _address, back).Expect(0);
        Assert.Equal(Listed(file), Listed(_address));
        Assert.Equal(Listed(file), Listed(back));
        var (first, second, third) = (Found(file), Found(_address), Found(back));
        Assert.Equal((first, first), (second, third));

        string Found(string gallery)
        {
            using var json = JsonDocument.Parse(Btnet.Run("gallery", "identify", gallery, tiny.Faces, "--model", package.Path, "--json").Expect(0).Output);
            return json.RootElement.GetProperty("searches").GetRawText();
        }

        static string Listed(string gallery) => Btnet.Run("gallery", "list", gallery, "--json").Expect(0).Output;
    }

    [Fact]
    public async Task A_copy_that_is_killed_is_no_gallery_and_the_same_command_replaces_what_it_left()
    {
        using var folder = new TemporaryFolder();
        var (file, random) = (folder.File("people.gallery"), new Random(3));
        await using (var gallery = EmbeddedGallery.Create(file, new EmbeddingModel("one", "kind", 64, "a model")))
            await gallery.EnrolAsync([.. Enumerable.Range(0, 30_000).Select(i => new Enrolment($"{i}", [new EnrolledFace(Enumerable.Range(0, 64).Select(_ => random.NextSingle() - 0.5f).ToArray(), Resolution.Full)]))], TestContext.Current.CancellationToken);
        var draft = $"{_address} (being copied)";
        using (var running = Btnet.Start("gallery", "copy", file, _address))
        {
            while (!running.HasEnded && !(await SaidOfAsync(draft)).Contains("is not whole: it is being copied", StringComparison.Ordinal)) await Task.Delay(10, TestContext.Current.CancellationToken);
            running.Kill();
            while (!running.HasEnded) await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Contains("there is no such gallery", Refused("list", _address), StringComparison.Ordinal);
        Assert.Contains("is not whole", Refused("list", draft), StringComparison.Ordinal);
        Assert.Contains("30,000 people with 30,000 faces", Btnet.Run("gallery", "copy", file, _address).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("there is no such gallery", Refused("list", draft), StringComparison.Ordinal);

        static async Task<string> SaidOfAsync(string address)
        {
            try
            {
                await using var gallery = await PostgresGallery.OpenAsync(PostgresAddress.Parse(address));
                return "";
            }
            catch (InputException fault)
            {
                return fault.Message;
            }
        }
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
