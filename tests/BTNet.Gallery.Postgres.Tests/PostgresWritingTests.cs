using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BTNet.Embeddings;
using BTNet.Resolutions;
using BTNet.Tests.Gallery;

namespace BTNet.Gallery.Postgres.Tests;

public sealed class PostgresWritingTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly GallerySample _sample = new(seed: 6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Twenty_thousand_people_are_enrolled_at_once_and_every_one_is_found()
    {
        var model = new EmbeddingModel("fingerprint", "a kind", 512, "a model");
        await using var gallery = await _server.CreateAsync(model: model);
        var sample = new GallerySample(seed: 2, model.Size);
        var people = sample.People(20_000);
        var results = await gallery.EnrolAsync(people, Cancellation);
        Assert.All(results.Zip(people), pair => Assert.Equal((pair.Second.Id, true, 1, 0), (pair.First.Id, pair.First.IsNew, pair.First.Enrolled, pair.First.Known)));
        Assert.Equal((20_000L, 20_000L), (await gallery.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
        var found = await gallery.IdentifyAsync([people[^1].Faces[0].Embedding, people[12_345].Faces[0].Embedding], 1, cancellation: Cancellation);
        Assert.Equal([people[^1].Id, "12345"], found.Select(candidates => candidates[0].Id));
        Assert.Equal(people[7].Faces[0].Embedding.Length, model.Size);
        Assert.Equal(1, (await gallery.VerifyAsync("0007", people[7].Faces[0].Embedding, Cancellation))!.Score, 1e-6);
    }

    [Fact]
    public async Task Several_who_enrol_the_same_people_in_any_order_enrol_each_once_and_the_change_feed_never_skips_one()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address);
        await using var other = await PostgresGallery.OpenAsync(address, GallerySample.Model, Cancellation);
        var people = _sample.People(60).ConvertAll(one => one with { Faces = [one.Faces[0] with { Source = $"picture of {one.Id}" }], Name = $"Name {one.Id}" });
        using var stop = new CancellationTokenSource();
        var seen = new List<GalleryChange>();
        var following = Task.Run(async () =>
        {
            for (var last = false; !last;)
            {
                last = stop.IsCancellationRequested;
                await foreach (var change in other.ChangesAsync(seen.Count == 0 ? 0 : seen[^1].Sequence, Cancellation)) seen.Add(change);
            }
        }, Cancellation);
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var random = new Random(writer);
            for (var round = 0; round < 12; round++)
            {
                var batch = people.OrderBy(_ => random.Next()).Take(25).ToArray();
                await (writer % 2 == 0 ? gallery : other).EnrolAsync(batch, Cancellation);
                if (round % 4 == 3) await (writer % 2 == 0 ? gallery : other).RemoveAsync([.. batch.Take(5).Select(one => one.Id)], Cancellation);
            }
        }, Cancellation)).ToList();
        await Task.WhenAll(writers);
        await stop.CancelAsync();
        await following;

        var subjects = await gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.All(subjects, subject => Assert.Single(subject.Templates));
        var counts = await gallery.CountAsync(Cancellation);
        Assert.Equal((subjects.Count, subjects.Count, seen[^1].Sequence), (counts.Subjects, counts.Templates, counts.LastChange));
        // Whoever followed knows who is there.
        var followed = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var change in seen)
        {
            if (change.Kind == GalleryChangeKind.Enrolled) Assert.True(followed.Add(change.Id), change.Id);
            else if (change.Kind == GalleryChangeKind.Removed) Assert.True(followed.Remove(change.Id), change.Id);
        }

        Assert.Equal(subjects.Select(subject => subject.Id), followed);
        Assert.Equal(seen, await gallery.ChangesAsync(0, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_middle_loses_nothing_that_was_acknowledged_and_leaves_no_half()
    {
        var address = _server.NewAddress(more: "Application Name=btnet-cut");
        await using var gallery = await _server.CreateAsync(address);
        const int Batch = 40;
        var (cut, acknowledged, asked) = (0, new List<int>(), 0);
        using var stop = new CancellationTokenSource();
        var killing = Task.Run(async () =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                await Task.Delay(random.Next(5, 40), CancellationToken.None);
                await _server.RunAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'btnet-cut' AND query LIKE '%{address.Gallery}%' AND state <> 'idle'");
            }
        }, Cancellation);
        for (; cut < 15 && asked < 3_000; asked++)
        {
            try
            {
                await gallery.EnrolAsync(_sample.People(Batch, Batch * asked), Cancellation);
                acknowledged.Add(asked);
            }
            catch (InputException fault)
            {
                Assert.Contains(address.Gallery, fault.Message, StringComparison.Ordinal);
                cut++;
            }
        }

        await stop.CancelAsync();
        await killing;
        Assert.True(cut >= 5, $"{cut} of {asked} were cut");
        await using var again = await PostgresGallery.OpenAsync(address, cancellation: Cancellation);
        var batches = (await again.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation)).GroupBy(subject => int.Parse(subject.Id, CultureInfo.InvariantCulture) / Batch).ToDictionary(batch => batch.Key, batch => batch.ToList());
        Assert.Superset(acknowledged.ToHashSet(), batches.Keys.ToHashSet());
        Assert.All(batches.Values, batch => Assert.Equal((Batch, Batch), (batch.Count, batch.Sum(subject => subject.Templates.Count))));
        var counts = await again.CountAsync(Cancellation);
        Assert.Equal((batches.Count * Batch, batches.Count * Batch), (counts.Subjects, counts.Templates));
        Assert.Equal(counts.Templates, await again.ChangesAsync(0, Cancellation).LongCountAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_cancelled_in_the_middle_has_not_happened()
    {
        await using var gallery = await _server.CreateAsync();
        var people = _sample.People(4_000);
        var cancelled = 0;
        for (var milliseconds = 1; cancelled < 5 && milliseconds < 400; milliseconds += 7)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds));
            try
            {
                await gallery.EnrolAsync(people, stop.Token);
                await gallery.RemoveAsync([.. people.Select(one => one.Id)], Cancellation);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
                Assert.Equal((0L, 0L), (await gallery.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
                Assert.Empty(await gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation));
            }
        }

        Assert.True(cancelled > 0);
    }

    [Fact]
    public async Task Whoever_is_removed_is_in_no_byte_of_the_tables_once_the_gallery_is_compacted()
    {
        // A database of its own: what others look at in this one is kept for them.
        var database = await _server.NewDatabaseAsync();
        var address = _server.NewAddress(database: database);
        await using var gallery = await _server.CreateAsync(address, GallerySample.Model);
        await gallery.BuildIndexAsync(cancellation: Cancellation);
        var face = _sample.Face();
        await gallery.EnrolAsync(_sample.People(100), Cancellation);
        await gallery.EnrolAsync([GallerySample.Of("her id", face, "her picture") with { Name = "Somebody Unmistakable", Attributes = new Dictionary<string, string> { ["badge"] = "badge 4711" } }], Cancellation);
        var code = HalfCode.Of(HalfCode.Unit(face)).ToArray();
        byte[][] traces = [MemoryMarshal.AsBytes(face.AsSpan()).ToArray(), MemoryMarshal.AsBytes(code.AsSpan()).ToArray(), .. new[] { "her id", "Somebody Unmistakable", "her picture", "badge 4711" }.Select(Encoding.UTF8.GetBytes)];
        foreach (var trace in traces) Assert.True(await IsInTablesAsync(address, trace, database));

        // Whoever began to look before may look at her for as long as that takes.
        await using (await _server.HoldAsync(database))
        {
            await gallery.RemoveAsync(["her id"], Cancellation);
            Assert.True(await IsInTablesAsync(address, traces[0], database), "the bytes stay until then, as is said");
            var told = await Assert.ThrowsAsync<InputException>(() => gallery.CompactWithinAsync(TimeSpan.FromMilliseconds(300), Cancellation));
            Assert.Contains("removed rows of", told.Message, StringComparison.Ordinal);
            Assert.Contains("are still kept by the server, as a transaction that began before", told.Message, StringComparison.Ordinal);
        }

        await gallery.CompactAsync(Cancellation);
        foreach (var trace in traces) Assert.False(await IsInTablesAsync(address, trace, database));
        Assert.Equal(100, (await gallery.CountAsync(Cancellation)).Subjects);

        // Changes that are forgotten are told, and numbers go on.
        Assert.Contains("go on from number 102", (await Assert.ThrowsAsync<InputException>(async () => await gallery.ChangesAsync(2, Cancellation).ToListAsync(Cancellation))).Message, StringComparison.Ordinal);
        Assert.Empty(await gallery.ChangesAsync(102, Cancellation).ToListAsync(Cancellation));
        await gallery.CompactAsync(Cancellation);
        await gallery.EnrolAsync([GallerySample.Of("next", _sample.Face())], Cancellation);
        Assert.Equal("next", Assert.Single(await gallery.ChangesAsync(102, Cancellation).ToListAsync(Cancellation)).Id);
        Assert.Equal(103, (await gallery.CountAsync(Cancellation)).LastChange);
    }

    [Fact]
    public async Task Text_that_looks_like_SQL_is_text_in_ids_and_in_the_names_of_galleries()
    {
        string[] texts = ["'; DROP SCHEMA public CASCADE; --", "\"; DROP TABLE subjects; --", "$1", "\\'; SELECT 1", "{schema}.subjects", "NULL", "a'b\"c", "%_", "{\"a\",\"b\"}"];
        var (one, two) = (_server.NewAddress(name: $"a\"; DROP SCHEMA x; {Guid.NewGuid():N}"[..40]), _server.NewAddress(name: $"Ünïcode 'name' {Guid.NewGuid():N}"[..40]));
        await using var gallery = await _server.CreateAsync(one);
        await using var second = await _server.CreateAsync(two);
        await gallery.EnrolAsync([.. texts.Select(text => GallerySample.Of(text, _sample.Face(), text) with { Name = text, Attributes = new Dictionary<string, string> { [text] = text } })], Cancellation);
        foreach (var text in texts)
        {
            var found = (await gallery.FindAsync(text, Cancellation))!;
            Assert.Equal((text, text, text), (found.Name, found.Attributes[text], found.Templates[0].Source));
            Assert.Equal(text, Assert.Single((await gallery.IdentifyAsync([_sample.Face()], 5, new Dictionary<string, string> { [text] = text }, Cancellation))[0]).Id);
            Assert.True(await gallery.UpdateAsync(text, "x", new Dictionary<string, string?> { [text] = null }, Cancellation));
        }

        await gallery.BuildIndexAsync(cancellation: Cancellation);
        Assert.Equal(texts.Length, await gallery.RemoveAsync(texts, Cancellation));
        await gallery.CompactAsync(Cancellation);
        // Two galleries of a database know nothing of each other.
        await second.EnrolAsync(_sample.People(3), Cancellation);
        Assert.Equal((0, 3), ((await gallery.CountAsync(Cancellation)).Subjects, (await second.CountAsync(Cancellation)).Subjects));
    }

    [Fact]
    public async Task Of_equal_scores_who_was_enrolled_first_comes_first_whatever_the_id()
    {
        await using var gallery = await _server.CreateAsync();
        var face = _sample.Face();
        await gallery.EnrolAsync([.. new[] { "z", "a", "m" }.Select(id => GallerySample.Of(id, face))], Cancellation);
        Assert.Equal(["z", "a", "m"], (await gallery.IdentifyAsync([face], 3, cancellation: Cancellation))[0].Select(candidate => candidate.Id));
    }

    [Fact]
    public async Task A_gallery_that_is_closed_while_it_is_used_ends_what_was_begun_and_refuses_the_rest()
    {
        var gallery = await _server.CreateAsync();
        await gallery.EnrolAsync(_sample.People(300), Cancellation);
        Task[] begun = [.. Enumerable.Range(0, 10).Select(_ => (Task)gallery.IdentifyAsync([_sample.Face()], 3, cancellation: Cancellation)), gallery.EnrolAsync(_sample.People(300, 300), Cancellation)];
        await gallery.DisposeAsync();
        foreach (var task in begun)
        {
            try
            {
                await task.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
            }
            catch (ObjectDisposedException)
            {
                // It had not begun.
            }
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => gallery.CountAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_acknowledged_is_on_the_disk_where_the_server_is_set_not_to_wait_for_it()
    {
        var address = _server.NewAddress(more: "Options='-c synchronous_commit=off'");
        await using var gallery = await _server.CreateAsync(address);
        await _server.RunAsync(
            $"""
            CREATE TABLE {address.Gallery}.seen (value text);
            CREATE FUNCTION {address.Gallery}.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO {address.Gallery}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
            CREATE TRIGGER look AFTER UPDATE ON {address.Gallery}.gallery EXECUTE FUNCTION {address.Gallery}.look();
            """);
        await gallery.EnrolAsync(_sample.People(1), Cancellation);
        await gallery.RemoveAsync(["0000"], Cancellation);
        Assert.Equal("on,on", await _server.ScalarAsync($"SELECT string_agg(value, ',') FROM {address.Gallery}.seen"));
    }

    private async Task<bool> IsInTablesAsync(PostgresAddress address, byte[] trace, string database)
    {
        await _server.RunAsync("CHECKPOINT");
        return (bool)(await _server.ScalarAsync(
            $"""
            SELECT coalesce(bool_or(position('\x{Convert.ToHexString(trace)}'::bytea IN pg_read_binary_file(pg_relation_filepath(f.oid))) > 0), false)
            FROM (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{address.Gallery}' AND c.relkind IN ('r', 'i')
                UNION SELECT c.reltoastrelid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{address.Gallery}' AND c.reltoastrelid <> 0) f
            """, database))!;
    }
}
