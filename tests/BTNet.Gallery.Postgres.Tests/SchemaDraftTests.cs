using System.Text;
using BTNet.Gallery.Embedded;
using BTNet.TestSupport;
using BTNet.Tests.Gallery;
using Npgsql;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>A copy on a server is there when it is whole, or not at all.</summary>
public sealed class SchemaDraftTests : IAsyncLifetime
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 51);
    private EmbeddedGallery? _from;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EmbeddedGallery From => _from!;

    public async ValueTask InitializeAsync()
    {
        _from = EmbeddedGallery.Create(_folder.File("people.gallery"), GallerySample.Model);
        await From.EnrolAsync(_sample.People(4_500), Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await From.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Nobody_opens_it_or_copies_there_before_it_is_whole_and_nothing_is_left_of_its_other_name()
    {
        var (to, asked) = (_server.NewAddress(), 0);
        var draft = to.Beside(SchemaDraft.NameOf(to.Gallery));
        var counts = await PostgresGallery.CreateCopyAsync(to, From, new Told(progress =>
        {
            if (progress is not { Stage: "copying", Done: 2_000 }) return;
            asked++;
            Assert.Contains("there is no such gallery", Refused(() => PostgresGallery.OpenAsync(to, cancellation: Cancellation)), StringComparison.Ordinal);
            Assert.Contains("is not whole: it is being copied", Refused(() => PostgresGallery.OpenAsync(draft, cancellation: Cancellation)), StringComparison.Ordinal);
            Assert.Contains("somebody else is copying a gallery there", Refused(() => CopyAsync(to)), StringComparison.Ordinal);
        }), Cancellation);

        Assert.Equal((4_500, 4_500, 1), (counts.Subjects, counts.Templates, asked));
        Assert.Equal(0L, await SchemasAsync(draft));
        await using (var gallery = await PostgresGallery.OpenAsync(to, cancellation: Cancellation))
        {
            var probe = _sample.People(1)[0].Faces[0].Embedding;
            Assert.Equal(
                Assert.Single(await From.IdentifyAsync([probe], 10, cancellation: Cancellation)).Select(candidate => (candidate.Id, candidate.Score)),
                Assert.Single(await gallery.IdentifyAsync([probe], 10, cancellation: Cancellation)).Select(candidate => (candidate.Id, candidate.Score)));
            await gallery.EnrolAsync([GallerySample.Of("next", _sample.Face())], Cancellation);
            Assert.Equal(4_501, (await gallery.CountAsync(Cancellation)).LastChange);
        }

        Assert.Contains("is there already; expected a new name", Refused(() => CopyAsync(to)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_cut_off_gives_it_no_name_and_the_next_copy_replaces_what_was_left()
    {
        var (to, cut) = (_server.NewAddress(), false);
        var draft = to.Beside(SchemaDraft.NameOf(to.Gallery));
        var fault = await Assert.ThrowsAsync<InputException>(() => PostgresGallery.CreateCopyAsync(to, From, new Told(progress =>
        {
            if (cut || progress.Done < 2_000) return;
            cut = true;
            _server.RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = hashtextextended('{draft.Gallery}', 2)").GetAwaiter().GetResult();
        }), Cancellation));
        Assert.True(cut);
        Assert.Contains($"{to}", fault.Message, StringComparison.Ordinal);
        Assert.Equal((0L, 1L), (await SchemasAsync(to), await SchemasAsync(draft)));
        await CopyAsync(to);
        Assert.Equal((1L, 0L), (await SchemasAsync(to), await SchemasAsync(draft)));
        await using var gallery = await PostgresGallery.OpenAsync(to, cancellation: Cancellation);
        Assert.Equal(4_500, await gallery.ReadAsync(Cancellation).CountAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_in_the_way_is_told_and_stays_and_what_is_cancelled_leaves_nothing()
    {
        var to = _server.NewAddress();
        var draft = _server.NewAddress(SchemaDraft.NameOf(to.Gallery));
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PostgresGallery.CreateCopyAsync(to, From, new Told(progress =>
        {
            if (progress.Done > 0) source.Cancel();
        }), source.Token));
        Assert.Equal((0L, 0L), (await SchemasAsync(to), await SchemasAsync(draft)));

        // A gallery that somebody called so.
        await using (var other = await _server.CreateAsync(draft)) await other.EnrolAsync(_sample.People(3), Cancellation);
        Assert.Contains($"the schema '{draft.Gallery}' is in the way", Refused(() => CopyAsync(to)), StringComparison.Ordinal);
        await using (var other = await PostgresGallery.OpenAsync(draft, cancellation: Cancellation)) Assert.Equal(3, (await other.CountAsync(Cancellation)).Subjects);
        await PostgresGallery.DeleteAsync(draft, Cancellation);
        await _server.RunAsync($"CREATE SCHEMA {to.Gallery}");
        Assert.Contains("there is an empty schema of that name", Refused(() => CopyAsync(to)), StringComparison.Ordinal);
        await _server.RunAsync($"CREATE TABLE {to.Gallery}.others (id text)");
        Assert.Contains("has tables of another program", Refused(() => CopyAsync(to)), StringComparison.Ordinal);

        // Made by somebody while it was copied.
        var late = _server.NewAddress();
        var made = false;
        Assert.Contains("is there already: somebody else made it meanwhile", Refused(() => PostgresGallery.CreateCopyAsync(late, From, new Told(progress =>
        {
            if (made || progress.Done == 0) return;
            made = true;
            _server.RunAsync($"CREATE SCHEMA {late.Gallery}").GetAwaiter().GetResult();
        }), Cancellation)), StringComparison.Ordinal);
        Assert.Equal((1L, 0L), (await SchemasAsync(late), await SchemasAsync(late.Beside(SchemaDraft.NameOf(late.Gallery)))));
    }

    [Fact]
    public async Task Who_may_only_read_a_gallery_may_copy_it_to_a_file_and_may_make_none_and_damage_is_told()
    {
        var (to, reader) = (_server.NewAddress(), await _server.NewUserAsync("geheim"));
        await CopyAsync(to);
        await _server.RunAsync($"GRANT USAGE ON SCHEMA {to.Gallery} TO {reader}; GRANT SELECT ON ALL TABLES IN SCHEMA {to.Gallery} TO {reader}");
        var builder = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Username = reader, Password = "geheim", Pooling = false };
        await using (var gallery = await PostgresGallery.OpenAsync(PostgresAddress.Parse($"{builder.ConnectionString};Gallery={to.Gallery}"), cancellation: Cancellation))
            Assert.Equal(4_500, (await EmbeddedGallery.CreateCopyAsync(_folder.File("copy.gallery"), gallery, cancellation: Cancellation)).Subjects);
        var refused = PostgresAddress.Parse($"{builder.ConnectionString};Gallery={PostgresServer.NewName()}");
        Assert.Contains($"the user '{reader}' may not do that", Refused(() => CopyAsync(refused)), StringComparison.Ordinal);

        await _server.RunAsync($"UPDATE {to.Gallery}.templates SET embedding = set_byte(embedding, 5, 255 - get_byte(embedding, 5)) WHERE number = 3456");
        await using var damaged = await PostgresGallery.OpenAsync(to, cancellation: Cancellation);
        var fault = await Assert.ThrowsAsync<InputException>(() => EmbeddedGallery.CreateCopyAsync(_folder.File("damaged.gallery"), damaged, cancellation: Cancellation));
        Assert.Contains($"{to}: face 3456 of '3455' is damaged", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["copy.gallery"], Directory.GetFiles(_folder.Path).Select(file => Path.GetFileName(file)!).Where(name => !name.StartsWith("people.gallery", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Names_of_any_length_have_another_that_fits_and_is_no_others()
    {
        string[] names = ["people", "Ärzte \"Nord\"", new string('n', 48), new string('n', 49), new string('n', 63), $"{new string('n', 62)}m", string.Concat(Enumerable.Repeat("王", 21)), string.Concat(Enumerable.Repeat("👩", 15))];
        var drafts = names.Select(SchemaDraft.NameOf).ToList();
        Assert.Equal("people (being copied)", drafts[0]);
        Assert.Equal(names.Length, drafts.Distinct(StringComparer.Ordinal).Count());
        Assert.All(drafts, draft =>
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(draft), 1, 63);
            Assert.EndsWith(" (being copied)", draft, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', draft);
        });
        var longest = $"btnet_test_{Guid.NewGuid():N}{string.Concat(Enumerable.Repeat("Ä\"", 6))}xx";
        Assert.Equal(63, Encoding.UTF8.GetByteCount(longest));
        await CopyAsync(_server.NewAddress(longest));
    }

    private static string Refused(Func<Task> use) => Assert.ThrowsAsync<InputException>(use).GetAwaiter().GetResult().Message;

    private Task<GalleryCounts> CopyAsync(PostgresAddress to) => PostgresGallery.CreateCopyAsync(to, From, cancellation: Cancellation);

    private async Task<long> SchemasAsync(PostgresAddress address) => (long)(await _server.ScalarAsync($"SELECT count(*) FROM pg_namespace WHERE nspname = '{address.Gallery}'"))!;

    private sealed class Told(Action<WorkProgress> told) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => told(value);
    }
}
