using BTNet.Embeddings;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Gallery.Postgres.Tests;

public sealed class PostgresSearchTests : IAsyncDisposable
{
    private static readonly EmbeddingModel Model = new("fingerprint", "a kind", 128, "a model");

    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly FaceClusters _faces = new(seed: 4, Model.Size);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_scan_gives_what_the_embedded_gallery_gives_to_the_last_bit()
    {
        await using var gallery = await _server.CreateAsync(model: Model);
        await using var embedded = EmbeddedGallery.Create(_folder.File("people.gallery"), Model, TemplateFusion.Max);
        var people = _faces.People(1_000, faces: 3);
        // Faces that are one and the same in half precision, or all but.
        var twin = _faces.Person();
        people.AddRange(Enumerable.Range(0, 400).Select(i => new Enrolment($"twin{i:000}", [new EnrolledFace(twin.Select((value, place) => value * (1 + (1e-5f * (((i * 7919) + (place * 104729)) % 17)))).ToArray(), Resolution.Full)])));
        foreach (var store in (IGallery[])[gallery, embedded]) await store.EnrolAsync(people, Cancellation);

        ReadOnlyMemory<float>[] probes = [twin, .. Enumerable.Range(0, 30).Select(i => (ReadOnlyMemory<float>)(i % 3 == 0 ? _faces.Person() : _faces.Like(people[i * 17].Faces[0].Embedding.ToArray())))];
        var (found, expected) = (await gallery.IdentifyAsync(probes, 12, cancellation: Cancellation), await embedded.IdentifyAsync(probes, 12, cancellation: Cancellation));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second));
        Assert.StartsWith("twin", found[0][0].Id, StringComparison.Ordinal);
        Assert.Equal(await embedded.VerifyAsync("p3", probes[1], Cancellation), await gallery.VerifyAsync("p3", probes[1], Cancellation));
    }

    [Fact]
    public async Task The_index_finds_nearly_all_that_a_scan_finds_with_the_same_scores_and_is_measured_built_anew_and_dropped()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address, Model);
        var people = _faces.People(4_000);
        await gallery.EnrolAsync(people, Cancellation);
        ReadOnlyMemory<float>[] probes = [.. Enumerable.Range(0, 40).Select(i => (ReadOnlyMemory<float>)_faces.Like(people[i * 31].Faces[0].Embedding.ToArray()))];
        var exact = await gallery.IdentifyAsync(probes, 10, cancellation: Cancellation);
        Assert.Null((await gallery.StorageAsync(Cancellation)).IndexBytes);

        await gallery.BuildIndexAsync(cancellation: Cancellation);
        Assert.True((await gallery.StorageAsync(Cancellation)).IndexBytes > 0);
        Assert.Contains("templates_by_code", await PlanAsync(address), StringComparison.Ordinal);
        var found = await gallery.IdentifyAsync(probes, 10, cancellation: Cancellation);
        var same = exact.Zip(found, (scan, index) => scan.Count(index.Contains)).Sum() / 400.0;
        Assert.InRange(same, 0.95, 1);
        Assert.All(found, candidates => Assert.Equal(candidates.OrderByDescending(candidate => candidate.Score).Select(candidate => candidate.Id), candidates.Select(candidate => candidate.Id)));
        var recall = await gallery.RecallAsync(50, 10, cancellation: Cancellation);
        Assert.Equal((50, 10), (recall.Searches, recall.Places));
        Assert.InRange(recall.Recall, 0.95, 1);
        Assert.True(recall.Index > TimeSpan.Zero && recall.Scan > TimeSpan.Zero);

        // With hardly any candidates in view it finds less, and the measure says so; an exact search is asked for beside it.
        await using var hasty = await PostgresGallery.OpenAsync(address.With(new PostgresGalleryOptions { CandidatesInView = 1 }), cancellation: Cancellation);
        await gallery.BuildIndexAsync(new PostgresIndexOptions { Neighbours = 2, CandidatesInView = 4 }, cancellation: Cancellation);
        Assert.InRange((await hasty.RecallAsync(50, 10, cancellation: Cancellation)).Recall, 0, 0.9);
        await using var careful = await PostgresGallery.OpenAsync(address.With(new PostgresGalleryOptions { Search = PostgresSearch.Exact }), cancellation: Cancellation);
        Assert.Equal(exact, await careful.IdentifyAsync(probes, 10, cancellation: Cancellation));
        await gallery.DropIndexAsync(Cancellation);
        Assert.Equal(exact, await gallery.IdentifyAsync(probes, 10, cancellation: Cancellation));
    }

    [Fact]
    public async Task By_the_index_nobody_is_missing_where_few_have_the_attributes_many_faces_or_all_are_wanted()
    {
        await using var gallery = await _server.CreateAsync(model: Model);
        await gallery.BuildIndexAsync(cancellation: Cancellation);
        var people = _faces.People(1_500).Select((one, i) => one with { Attributes = new Dictionary<string, string> { ["site"] = i % 300 == 0 ? "north" : "south" } }).ToList();
        await gallery.EnrolAsync(people, Cancellation);
        var (probe, north) = (_faces.Person(), new Dictionary<string, string> { ["site"] = "north" });
        Assert.Equal(["p0", "p1200", "p300", "p600", "p900"], (await gallery.IdentifyAsync([probe], 20, north, Cancellation))[0].Select(candidate => candidate.Id).Order(StringComparer.Ordinal));
        Assert.Equal(1_500, (await gallery.IdentifyAsync([probe], 5_000, cancellation: Cancellation))[0].Count);

        var many = _faces.Person();
        await gallery.EnrolAsync([new Enrolment("many", [.. Enumerable.Range(0, 700).Select(_ => new EnrolledFace(_faces.Like(many), Resolution.Full))])], Cancellation);
        var found = (await gallery.IdentifyAsync([many], 30, cancellation: Cancellation))[0];
        Assert.Equal(("many", 30, 30), (found[0].Id, found.Count, found.DistinctBy(candidate => candidate.Id).Count()));
    }

    [Fact]
    public async Task An_index_that_is_not_finished_is_not_left_behind()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address, Model);
        await gallery.EnrolAsync(_faces.People(6_000), Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        stop.CancelAfter(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gallery.BuildIndexAsync(new PostgresIndexOptions { CandidatesInView = 1000 }, cancellation: stop.Token));
        Assert.Equal(0L, await _server.ScalarAsync($"SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{address.Gallery}' AND c.relname LIKE 'templates_by_code%'"));
        Assert.Contains("at least twice the neighbours", (await Assert.ThrowsAsync<InputException>(() => gallery.BuildIndexAsync(new PostgresIndexOptions { Neighbours = 40, CandidatesInView = 50 }, cancellation: Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_is_replaced_while_a_search_by_it_goes_on_which_only_the_old_one_waits_for()
    {
        var address = _server.NewAddress(more: "Command Timeout=1");
        await using var gallery = await _server.CreateAsync(address, Model);
        await gallery.EnrolAsync(_faces.People(200), Cancellation);
        await gallery.BuildIndexAsync(cancellation: Cancellation);
        var first = await IndexAsync(address, "templates_by_code");
        Task building;
        await using (await _server.LockAsync($"SET LOCAL enable_seqscan = off; SELECT number FROM {address.Gallery}.templates ORDER BY code <#> (SELECT code FROM {address.Gallery}.templates LIMIT 1) LIMIT 5; SET LOCAL enable_seqscan = on"))
        {
            // Its last statement looks at nothing, so that only the lock of the index is left of the search.
            building = gallery.BuildIndexAsync(cancellation: Cancellation);
            for (var i = 0; i < 200 && Equals(await IndexAsync(address, "templates_by_code"), first); i++) await Task.Delay(50, Cancellation);
            Assert.NotEqual(first, await IndexAsync(address, "templates_by_code"));
            Assert.Equal(5, (await gallery.IdentifyAsync([_faces.Person()], 5, cancellation: Cancellation))[0].Count);
            await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
            Assert.False(building.IsCompleted);
        }

        await building;
        Assert.Equal(1L, await IndexesAsync(address));
    }

    [Fact]
    public async Task A_finished_index_that_a_broken_connection_left_beside_takes_its_place_at_the_next_build()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address, Model);
        await gallery.EnrolAsync(_faces.People(6_000), Cancellation);
        await gallery.BuildIndexAsync(new PostgresIndexOptions { Neighbours = 2, CandidatesInView = 4 }, cancellation: Cancellation);
        var draft = await IndexAsync(address, "templates_by_code");
        await _server.RunAsync($"ALTER INDEX {address.Gallery}.templates_by_code RENAME TO templates_by_code_draft; CREATE INDEX templates_by_code ON {address.Gallery}.templates (quality); CREATE INDEX templates_by_code_old ON {address.Gallery}.templates (quality)");
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation))
        {
            var building = gallery.BuildIndexAsync(new PostgresIndexOptions { CandidatesInView = 1000 }, cancellation: stop.Token);
            await UntilBuildingAsync(address);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => building);
        }

        Assert.Equal((draft, 1L), (await IndexAsync(address, "templates_by_code"), await IndexesAsync(address)));
        await _server.RunAsync($"ALTER INDEX {address.Gallery}.templates_by_code RENAME TO templates_by_code_draft");
        await gallery.BuildIndexAsync(new PostgresIndexOptions { Neighbours = 2, CandidatesInView = 4 }, cancellation: Cancellation);
        Assert.NotEqual(draft, await IndexAsync(address, "templates_by_code"));
        Assert.Equal(1L, await IndexesAsync(address));
        await gallery.DropIndexAsync(Cancellation);
        Assert.Equal(0L, await IndexesAsync(address));
    }

    [Fact]
    public async Task A_second_who_builds_the_index_at_the_same_time_is_refused_and_the_first_gets_it()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address, Model);
        await gallery.EnrolAsync(_faces.People(200), Cancellation);
        // Whoever has written and not ended is waited for before an index is built.
        Task building;
        await using (await _server.LockAsync($"UPDATE {address.Gallery}.templates SET quality = quality WHERE number = 1"))
        {
            building = gallery.BuildIndexAsync(cancellation: Cancellation);
            await UntilBuildingAsync(address);
            foreach (var use in (Func<Task>[])[() => gallery.BuildIndexAsync(cancellation: Cancellation), () => gallery.DropIndexAsync(Cancellation)])
                Assert.Contains("its index is being built already", (await Assert.ThrowsAsync<InputException>(use)).Message, StringComparison.Ordinal);
        }

        await building;
        Assert.True((await gallery.StorageAsync(Cancellation)).IndexBytes > 0);
    }

    [Fact]
    public async Task A_search_takes_as_long_as_it_takes_until_it_is_cancelled_and_of_what_only_reads_nothing_is_unsure()
    {
        var address = _server.NewAddress(more: "Command Timeout=1");
        await using var gallery = await _server.CreateAsync(address, Model);
        await gallery.EnrolAsync(_faces.People(50), Cancellation);
        Task<IReadOnlyList<IReadOnlyList<Candidate>>> searching;
        Task<Candidate?> verifying;
        Task<PostgresRecall> measuring;
        await using (await _server.LockAsync($"LOCK TABLE {address.Gallery}.templates, {address.Gallery}.gallery IN ACCESS EXCLUSIVE MODE"))
        {
            (searching, verifying, measuring) = (gallery.IdentifyAsync([_faces.Person()], 5, cancellation: Cancellation), gallery.VerifyAsync("p3", _faces.Person(), Cancellation), gallery.RecallAsync(3, 5, cancellation: Cancellation));
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            stop.CancelAfter(TimeSpan.FromMilliseconds(100));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gallery.IdentifyAsync([_faces.Person()], 5, cancellation: stop.Token));
            var read = (await Assert.ThrowsAsync<InputException>(() => gallery.CountAsync(Cancellation))).Message;
            Assert.Contains("has not answered in time", read, StringComparison.Ordinal);
            Assert.DoesNotContain("may have happened or not", read, StringComparison.Ordinal);
            Assert.Contains("may have happened or not", (await Assert.ThrowsAsync<InputException>(() => gallery.UpdateAsync("p3", "renamed", null, Cancellation))).Message, StringComparison.Ordinal);
            Assert.False(searching.IsCompleted || verifying.IsCompleted || measuring.IsCompleted);
        }

        Assert.Equal(5, (await searching)[0].Count);
        Assert.NotNull(await verifying);
        Assert.Equal(3, (await measuring).Searches);
    }

    [Fact]
    public async Task A_damaged_face_is_told_by_the_search_that_meets_it()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address, Model);
        await gallery.EnrolAsync(_faces.People(50), Cancellation);
        await _server.RunAsync($"UPDATE {address.Gallery}.templates SET embedding = set_byte(embedding, 77, 1 + get_byte(embedding, 77) % 200) WHERE number = 31");
        Assert.Contains("face 31 is damaged", (await Assert.ThrowsAsync<InputException>(() => gallery.IdentifyAsync([_faces.Person()], 30, cancellation: Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("face 31 is damaged", (await Assert.ThrowsAsync<InputException>(() => gallery.VerifyAsync("p30", _faces.Person(), Cancellation))).Message, StringComparison.Ordinal);
        Assert.NotNull(await gallery.FindAsync("p30", Cancellation));
    }

    private Task<object?> IndexAsync(PostgresAddress address, string name) =>
        _server.ScalarAsync($"SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{address.Gallery}' AND c.relname = '{name}'");

    private async Task<long> IndexesAsync(PostgresAddress address) =>
        (long)(await _server.ScalarAsync($"SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{address.Gallery}' AND c.relname LIKE 'templates_by_code%'"))!;

    private async Task UntilBuildingAsync(PostgresAddress address)
    {
        for (var i = 0; i < 500; i++)
        {
            if ((bool)(await _server.ScalarAsync($"SELECT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE relid = '{address.Gallery}.templates'::regclass)"))!) return;
            await Task.Delay(20, Cancellation);
        }

        Assert.Fail("no index is being built");
    }

    private async Task<string> PlanAsync(PostgresAddress address) =>
        $"{await _server.ScalarAsync($"EXPLAIN (FORMAT JSON) SELECT number FROM {address.Gallery}.templates ORDER BY code <#> (SELECT code FROM {address.Gallery}.templates LIMIT 1) LIMIT 52")}";
}
