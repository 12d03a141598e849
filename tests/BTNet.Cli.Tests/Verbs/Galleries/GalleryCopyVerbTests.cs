using System.Text.Json;
using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Cli.Tests.Verbs.Galleries;

public sealed class GalleryCopyVerbTests(TinyModel tiny, TinyPackage package) : IClassFixture<TinyPackage>, IDisposable
{
    private const int Terminate = 15;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string From => _folder.File("people.gallery");

    private string To => _folder.File("copies/copy.gallery");

    [Fact]
    public void A_copy_lists_and_finds_what_the_gallery_does_and_says_what_it_is()
    {
        Btnet.Run("gallery", "create", From, "--model", package.Path, "--templates", "quality-mean").Expect(0);
        Btnet.Run("gallery", "enroll", From, tiny.Faces, "--model", package.Path).Expect(0);
        Btnet.Run("gallery", "remove", From, "person0").Expect(0);
        var said = Btnet.Run("gallery", "copy", From, To).Expect(0).Output;
        foreach (var part in (string[])[$"{To}: {Directory.GetDirectories(tiny.Faces).Length - 1} people with", $"copied from {From} and read back", "the change feed begin anew"]) Assert.Contains(part, said.ReplaceLineEndings(" "), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Btnet.Run("gallery", "copy", To, _folder.File("third.gallery"), "--json").Expect(0).Output);
        Assert.Equal((To, Directory.GetDirectories(tiny.Faces).Length - 1, 0), (json.RootElement.GetProperty("from").GetString(), json.RootElement.GetProperty("subjects").GetInt32(), json.RootElement.GetProperty("meanwhile").GetInt32()));

        foreach (var copy in (string[])[To, _folder.File("third.gallery")])
        {
            Assert.Equal(Found(From), Found(copy));
            Assert.Equal(Listed(From), Listed(copy));
            Assert.Contains("templates: quality-mean", Btnet.Run("gallery", "info", copy).Expect(0).Output, StringComparison.Ordinal);
            Assert.DoesNotContain("person0", Listed(copy), StringComparison.Ordinal);
        }

        // The pictures are known in the copy too.
        Assert.Contains($"{Directory.GetFiles(Path.Combine(tiny.Faces, "person0")).Length} faces enrolled of", Btnet.Run("gallery", "enroll", To, tiny.Faces, "--model", package.Path).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["copy.gallery"], Directory.GetFiles(_folder.File("copies")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_is_interrupted_leaves_nothing_and_what_is_killed_leaves_what_the_same_command_replaces()
    {
        await FillAsync();
        using (var running = Btnet.Start("gallery", "copy", From, To))
        {
            await DraftAsync(running);
            running.Signal(Terminate);
            Assert.Contains("nothing of the copy is left", running.End().Expect(130).Errors, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(_folder.File("copies")));
        using (var running = Btnet.Start("gallery", "copy", From, To))
        {
            await DraftAsync(running);
            running.Kill();
            while (!running.HasEnded) await Task.Delay(10, Cancellation);
        }

        Refused("there is no such file", "gallery", "info", To);
        Refused("is not whole: it is being copied, or a copy was interrupted", "gallery", "info", $"{To}.copying");
        Assert.Contains("30,000 people with 30,000 faces", Btnet.Run("gallery", "copy", From, To).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["copy.gallery"], Directory.GetFiles(_folder.File("copies")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_is_changed_meanwhile_is_told()
    {
        await FillAsync();
        using var running = Btnet.Start("gallery", "copy", From, To, "--json");
        await DraftAsync(running);
        await using (var gallery = EmbeddedGallery.Open(From)) await gallery.EnrolAsync([new Enrolment("late", [new EnrolledFace(Enumerable.Repeat(1f, 64).ToArray(), Resolution.Full)])], Cancellation);
        var ended = running.End().Expect(0);
        Assert.Contains("1 changes were made since the copy began, which may not be in it", ended.Errors, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(ended.Output);
        Assert.Equal(1, json.RootElement.GetProperty("meanwhile").GetInt32());
    }

    [Fact]
    public void What_cannot_be_meant_ends_with_2_and_says_what_is_wrong()
    {
        Refused("there is no such file; expected a gallery", "gallery", "copy", From, To);
        Btnet.Run("gallery", "create", From, "--model", package.Path).Expect(0);
        Refused("is both what is copied and where the copy is to be", "gallery", "copy", From, Path.Combine(_folder.Path, ".", "people.gallery"));
        Refused("is no SQLite file", "gallery", "copy", Path.Combine(tiny.Faces, "person1", "0.jpg"), To);
        Refused("is there already; expected a new name", "gallery", "copy", From, _folder.WriteText("there", "somebody's"));
        Assert.Equal("somebody's", File.ReadAllText(_folder.File("there")));
        Refused("cannot be written", "gallery", "copy", From, Path.Combine(_folder.File("there"), "within.gallery"));
        Refused("no PostgreSQL server can be reached at 127.0.0.1:1", "gallery", "copy", From, "postgres://anna:geheim@127.0.0.1:1/faces");
        Refused("no PostgreSQL server can be reached at 127.0.0.1:1", "gallery", "copy", "postgres://anna:geheim@127.0.0.1:1/faces", To);
        Refused("is no address; expected postgres://", "gallery", "copy", From, "postgresq://anna:geheim@host/faces");
        Refused("Required argument 'TO' missing", "gallery", "copy", From);
        Assert.False(Directory.Exists(_folder.File("copies")));
        Assert.Contains("  btnet gallery copy people.gallery \"postgres://anna@host/faces?gallery=people\"", Btnet.Run("gallery", "copy", "--help").Expect(0).Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void Refused(string said, params string[] arguments)
    {
        var errors = Btnet.Run(arguments).Expect(2).Errors;
        Assert.Contains(said, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", errors, StringComparison.Ordinal);
    }

    private static string Listed(string gallery)
    {
        using var json = JsonDocument.Parse(Btnet.Run("gallery", "list", gallery, "--json").Expect(0).Output);
        // Faces are numbered anew.
        return string.Join('\n', json.RootElement.EnumerateArray().Select(person => $"{person.GetProperty("id")} {person.GetProperty("name")} {person.GetProperty("attributes")} {string.Join(' ', person.GetProperty("templates").EnumerateArray().Select(face => string.Join(',', face.EnumerateObject().Where(fact => fact.Name != "number").Select(fact => $"{fact.Name}={fact.Value}"))))}"));
    }

    private string Found(string gallery)
    {
        using var json = JsonDocument.Parse(Btnet.Run("gallery", "identify", gallery, tiny.Faces, "--model", package.Path, "--json").Expect(0).Output);
        return string.Join('\n', json.RootElement.GetProperty("searches").EnumerateArray().SelectMany(search => search.GetProperty("candidates").EnumerateArray()).Select(candidate => $"{candidate.GetProperty("id")} {candidate.GetProperty("score").GetRawText()}"));
    }

    private async Task FillAsync()
    {
        var random = new Random(3);
        await using var gallery = EmbeddedGallery.Create(From, new EmbeddingModel("one", "kind", 64, "a model"));
        foreach (var some in Enumerable.Range(0, 30_000).Chunk(10_000))
            await gallery.EnrolAsync([.. some.Select(i => new Enrolment($"{i}", [new EnrolledFace(Enumerable.Range(0, 64).Select(_ => random.NextSingle() - 0.5f).ToArray(), Resolution.Full)]))], Cancellation);
    }

    /// <summary>Waits until the copy has begun.</summary>
    private async Task DraftAsync(Btnet running)
    {
        while (!running.HasEnded && !File.Exists($"{To}.copying")) await Task.Delay(2, Cancellation);
    }
}
