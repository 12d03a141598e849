using System.Numerics.Tensors;
using BTNet.Gallery;
using BTNet.Resolutions;

namespace BTNet.Tests.Gallery;

/// <summary>What every gallery does, whatever keeps it.</summary>
public abstract partial class GalleryContract : IAsyncLifetime
{
    private readonly GallerySample _sample = new(seed: 1);
    private IGallery? _gallery;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IGallery Gallery => _gallery!;

    /// <summary>What several faces of a person come to in the gallery.</summary>
    protected virtual TemplateFusion Templates => TemplateFusion.Max;

    /// <summary>A gallery of <see cref="GallerySample.Model"/>, empty, with <see cref="Templates"/>.</summary>
    protected abstract ValueTask<IGallery> CreateAsync();

    /// <summary>The same once more, for another user of it.</summary>
    protected abstract ValueTask<IGallery> OpenAsync();

    public async ValueTask InitializeAsync() => _gallery = await CreateAsync();

    public virtual async ValueTask DisposeAsync()
    {
        if (_gallery is not null) await _gallery.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Who_is_enrolled_is_found_first_counted_listed_and_known_again()
    {
        var time = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));
        var face = _sample.Face();
        var results = await Gallery.EnrolAsync(
            [
                .. _sample.People(50), new Enrolment("anna", [new EnrolledFace(face, Resolution.Full) { Quality = 0.75, Source = "one", Time = time }, new EnrolledFace(_sample.Like(face), Resolution.Of(7))])
                {
                    Name = "Anna Ä.", Attributes = new Dictionary<string, string> { ["site"] = "north", ["door"] = "" }
                }
            ], Cancellation);

        Assert.Equal(new EnrolmentResult("anna", true, 2, 0, []), results[^1] with { Elsewhere = [] });
        var found = Assert.Single(await Gallery.IdentifyAsync([_sample.Like(face, 0.2)], 3, cancellation: Cancellation));
        Assert.Equal(("anna", "Anna Ä.", Templates.Centres is 1 ? Resolution.Of(7) : Resolution.Full), (found[0].Id, found[0].Name, found[0].Resolution));
        Assert.True(found[0].Score > 0.9 && found[0].Score > found[1].Score && found[1].Score >= found[2].Score);
        Assert.Equal(3, found.DistinctBy(candidate => candidate.Id).Count());

        await using var again = await OpenAsync();
        var anna = await again.FindAsync("anna", Cancellation);
        Assert.NotNull(anna);
        Assert.Equal(("anna", "Anna Ä."), (anna.Id, anna.Name));
        Assert.Equal(new Dictionary<string, string> { ["door"] = "", ["site"] = "north" }, anna.Attributes);
        Assert.Equal((112, (double?)0.75, "one", time.ToUniversalTime(), GallerySample.Model.Fingerprint), (anna.Templates[0].Resolution.Side, anna.Templates[0].Quality, anna.Templates[0].Source, anna.Templates[0].Time.ToUniversalTime(), anna.Templates[0].Model));
        Assert.Equal((7, null, null), (anna.Templates[1].Resolution.Side, anna.Templates[1].Quality, anna.Templates[1].Source));
        Assert.Equal((51, 52), (await again.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => i.ToString("0000", System.Globalization.CultureInfo.InvariantCulture)), "anna"], (await again.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation)).Select(subject => subject.Id));
        Assert.Equal(["0049", "anna"], (await again.ListAsync(after: "0048", cancellation: Cancellation).ToListAsync(Cancellation)).Select(subject => subject.Id));
        Assert.Null(await again.FindAsync("nobody", Cancellation));
    }

    [Fact]
    public async Task A_search_gives_what_comparing_with_every_face_gives()
    {
        var people = _sample.People(2_000);
        foreach (var batch in people.Chunk(500)) await Gallery.EnrolAsync(batch, Cancellation);
        List<(string Id, float[] Face)> faces = [.. people.Select(one => (one.Id, one.Faces[0].Embedding.ToArray()))];
        foreach (var (id, face) in faces.Where((_, i) => i % 7 == 0).ToList())
        {
            faces.Add((id, _sample.Like(face)));
            await Gallery.EnrolAsync([GallerySample.Of(id, faces[^1].Face)], Cancellation);
        }

        float[][] probes = [.. Enumerable.Range(0, 6).Select(i => i % 2 == 0 ? _sample.Like(faces[i * 90].Face) : _sample.Face())];
        var found = await Gallery.IdentifyAsync([.. probes.Select(probe => (ReadOnlyMemory<float>)probe)], 10, cancellation: Cancellation);
        Assert.All(found.Zip(probes), search =>
        {
            var expected = faces.GroupBy(face => face.Id).Select(own => (Id: own.Key, Score: Rows([.. own.Select(face => face.Face)]).Max(row => TensorPrimitives.CosineSimilarity<float>(row, search.Second)))).OrderByDescending(one => one.Score).Take(10).ToList();
            Assert.Equal(expected.Select(one => one.Id), search.First.Select(candidate => candidate.Id));
            Assert.All(expected.Zip(search.First), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
        });
    }

    [Fact]
    public async Task A_picture_that_a_subject_has_is_not_enrolled_again_and_one_of_somebody_else_is_told()
    {
        var face = _sample.Face();
        await Gallery.EnrolAsync([GallerySample.Of("one", face, "picture 1"), GallerySample.Of("two", _sample.Face(), "picture 2")], Cancellation);
        var results = await Gallery.EnrolAsync(
            [new Enrolment("one", [new EnrolledFace(face, Resolution.Full) { Source = "picture 1" }, new EnrolledFace(_sample.Face(), Resolution.Full) { Source = "picture 2" }, new EnrolledFace(_sample.Face(), Resolution.Full)])], Cancellation);

        Assert.Equal(("one", false, 2, 1), (results[0].Id, results[0].IsNew, results[0].Enrolled, results[0].Known));
        Assert.Equal(["two"], results[0].Elsewhere);
        Assert.Equal(3, (await Gallery.FindAsync("one", Cancellation))!.Templates.Count);
    }

    [Fact]
    public async Task What_cannot_be_enrolled_is_refused_wholly_and_every_fault_is_named()
    {
        var face = _sample.Face();
        float[] broken = [.. face.Select((value, i) => i == 3 ? float.NaN : value)], infinite = [.. face.Select((value, i) => i == 3 ? float.PositiveInfinity : value)];
        var fault = await Assert.ThrowsAsync<InputException>(() => Gallery.EnrolAsync(
            [
                GallerySample.Of("whole", face), GallerySample.Of("nan", broken), GallerySample.Of("infinite", infinite), GallerySample.Of("short", face[..10]), GallerySample.Of("zeros", new float[GallerySample.Size]), GallerySample.Of("", face),
                new Enrolment("faceless", []), GallerySample.Of("twice", face), GallerySample.Of("twice", face), GallerySample.Of("line\nfeed", face), GallerySample.Of(new string('x', 401), face),
                GallerySample.Of("named", face) with { Name = "" }, GallerySample.Of("attributed", face) with { Attributes = new Dictionary<string, string> { [""] = "x" } }, GallerySample.Of("half \uD800", face), GallerySample.Of("replaced \uFFFD and half \uDC00", face),
                new Enrolment("quality", [new EnrolledFace(face, Resolution.Full) { Quality = 1.5 }])
            ], Cancellation));

        string[] expected =
        [
            "'nan'): face 1 is not finite", "'infinite'): face 1 is not finite", "has 10 numbers; the gallery is of the first model, whose embeddings have 64", "'zeros'): face 1 is all zeros", "(''): the id is empty", "'faceless'): has no face",
            "'twice'): the id occurs twice", "the id has control characters", "the id has 401 characters", "'named'): the name is empty", "the attribute '' is empty", "half of a surrogate pair", "has quality 1.5; expected 0 to 1"
        ];
        Assert.Equal(expected.Length + 1, fault.Faults.Count);
        Assert.Equal(2, fault.Faults.Count(one => one.Contains("half of a surrogate pair", StringComparison.Ordinal)));
        Assert.All(expected, part => Assert.Contains(part, fault.Message, StringComparison.Ordinal));
        Assert.Equal(new GalleryCounts(0, 0, 0), await Gallery.CountAsync(Cancellation));

        await Gallery.EnrolAsync([GallerySample.Of("there", face)], Cancellation);
        var there = await Assert.ThrowsAsync<InputException>(() => Gallery.EnrolAsync([GallerySample.Of("new", face), GallerySample.Of("there", face) with { MustBeNew = true }], Cancellation));
        Assert.Contains("'there' is enrolled already", there.Message, StringComparison.Ordinal);
        Assert.Null(await Gallery.FindAsync("new", Cancellation));
    }

    [Fact]
    public async Task An_empty_gallery_finds_nobody_and_a_small_one_no_more_than_it_has()
    {
        Assert.Empty(Assert.Single(await Gallery.IdentifyAsync([_sample.Face()], 5, cancellation: Cancellation)));
        Assert.Empty(await Gallery.IdentifyAsync([], 5, cancellation: Cancellation));
        Assert.Null(await Gallery.VerifyAsync("nobody", _sample.Face(), Cancellation));
        Assert.Empty(await Gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation));
        await Gallery.EnrolAsync(_sample.People(3), Cancellation);
        Assert.Equal(3, Assert.Single(await Gallery.IdentifyAsync([_sample.Face()], 1_000_000, cancellation: Cancellation)).Count);
        var fault = await Assert.ThrowsAsync<InputException>(() => Gallery.IdentifyAsync([_sample.Face(), new float[3], _sample.Face().Select(_ => float.NaN).ToArray(), new float[GallerySample.Size]], 1, cancellation: Cancellation));
        Assert.Contains("probe 2 has 3 numbers", fault.Message, StringComparison.Ordinal);
        Assert.Contains("probe 3 is not finite", fault.Message, StringComparison.Ordinal);
        Assert.Contains("probe 4 is all zeros, which is like nobody", fault.Message, StringComparison.Ordinal);
        Assert.Contains("is all zeros", (await Assert.ThrowsAsync<InputException>(() => Gallery.VerifyAsync("0000", new float[GallerySample.Size], Cancellation))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("王小明")]
    [InlineData("محمد")]
    [InlineData("Ελένη")]
    [InlineData("นภา")]
    [InlineData("אברהם")]
    [InlineData("आरव")]
    [InlineData("👩‍🚀 O'Brien; DROP TABLE subjects --")]
    [InlineData("e\u0301 is not \u00e9")]
    public async Task Names_and_ids_in_every_script_come_back_as_they_were(string name)
    {
        var face = _sample.Face();
        await Gallery.EnrolAsync([GallerySample.Of(name, face) with { Name = name, Attributes = new Dictionary<string, string> { [name] = name } }, GallerySample.Of($"{name}2", _sample.Face())], Cancellation);
        var found = Assert.Single(await Gallery.IdentifyAsync([face], 5, new Dictionary<string, string> { [name] = name }, Cancellation));
        Assert.Equal((name, name), (Assert.Single(found).Id, found[0].Name));
        Assert.Equal(name, (await Gallery.FindAsync(name, Cancellation))!.Attributes[name]);
        Assert.Equal(2, (await Gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation)).Count);
        Assert.Equal(1, await Gallery.RemoveAsync([name], Cancellation));
    }

    [Fact]
    public async Task Only_subjects_who_have_all_attributes_asked_for_are_searched_and_listed()
    {
        var people = _sample.People(300).ConvertAll(one => one with
        {
            Attributes = new Dictionary<string, string> { ["site"] = int.Parse(one.Id, System.Globalization.CultureInfo.InvariantCulture) % 2 == 0 ? "north" : "south", ["floor"] = one.Id[^1..] }
        });
        await Gallery.EnrolAsync(people, Cancellation);
        var wanted = new Dictionary<string, string> { ["site"] = "north", ["floor"] = "4" };
        var probe = people[5].Faces[0].Embedding;

        var found = Assert.Single(await Gallery.IdentifyAsync([probe], 100, wanted, Cancellation));
        var expected = people.Where(one => one.Id.EndsWith('4')).Select(one => one.Id).ToList();
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Select(candidate => candidate.Id).Order(StringComparer.Ordinal));
        Assert.Equal(expected, (await Gallery.ListAsync(wanted, cancellation: Cancellation).ToListAsync(Cancellation)).Select(subject => subject.Id));
        Assert.Empty(Assert.Single(await Gallery.IdentifyAsync([probe], 5, new Dictionary<string, string> { ["site"] = "west" }, Cancellation)));
    }

    [Fact]
    public async Task Name_and_attributes_are_changed_and_taken_away()
    {
        await Gallery.EnrolAsync([GallerySample.Of("one", _sample.Face()) with { Attributes = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } }], Cancellation);
        Assert.True(await Gallery.UpdateAsync("one", "New name", new Dictionary<string, string?> { ["a"] = null, ["b"] = "3", ["c"] = "4" }, Cancellation));
        Assert.False(await Gallery.UpdateAsync("nobody", "x", null, Cancellation));
        var one = (await Gallery.FindAsync("one", Cancellation))!;
        Assert.Equal("New name", one.Name);
        Assert.Equal(new Dictionary<string, string> { ["b"] = "3", ["c"] = "4" }, one.Attributes);
        // An enrolment that says no name leaves it.
        await Gallery.EnrolAsync([GallerySample.Of("one", _sample.Face())], Cancellation);
        Assert.Equal("New name", (await Gallery.FindAsync("one", Cancellation))!.Name);
        await Assert.ThrowsAsync<InputException>(() => Gallery.UpdateAsync("one", "", null, Cancellation));
    }

    [Fact]
    public async Task Who_is_removed_is_found_no_more_and_numbers_are_not_used_again()
    {
        var people = _sample.People(20);
        await Gallery.EnrolAsync(people, Cancellation);
        var face = people[^1].Faces[0].Embedding;
        var before = Assert.Single(await Gallery.IdentifyAsync([face], 1, cancellation: Cancellation))[0];
        Assert.Equal(2, await Gallery.RemoveAsync(["0019", "nobody", "0003"], Cancellation));
        Assert.NotEqual("0019", Assert.Single(await Gallery.IdentifyAsync([face], 1, cancellation: Cancellation))[0].Id);
        Assert.Null(await Gallery.FindAsync("0019", Cancellation));
        Assert.Equal((18, 18), (await Gallery.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);

        await Gallery.EnrolAsync([GallerySample.Of("0019", face.ToArray())], Cancellation);
        var after = Assert.Single(await Gallery.IdentifyAsync([face], 1, cancellation: Cancellation))[0];
        Assert.Equal("0019", after.Id);
        Assert.True(after.Template > before.Template);
    }

    [Fact]
    public async Task The_change_feed_tells_everything_in_order_and_goes_on_where_one_was()
    {
        await Gallery.EnrolAsync([.. _sample.People(2)], Cancellation);
        var first = await Gallery.ChangesAsync(0, Cancellation).ToListAsync(Cancellation);
        Assert.Equal([(GalleryChangeKind.Enrolled, "0000"), (GalleryChangeKind.Enrolled, "0001")], first.Select(change => (change.Kind, change.Id)));
        await Gallery.UpdateAsync("0001", "x", null, Cancellation);
        await Gallery.RemoveAsync(["0000"], Cancellation);
        var next = await Gallery.ChangesAsync(first[^1].Sequence, Cancellation).ToListAsync(Cancellation);
        Assert.Equal([(GalleryChangeKind.Updated, "0001", (long?)null), (GalleryChangeKind.Removed, "0000", null)], next.Select(change => (change.Kind, change.Id, change.Template)));
        Assert.True(first.Concat(next).Select(change => change.Sequence).Zip(first.Concat(next).Select(change => change.Sequence).Skip(1)).All(pair => pair.First < pair.Second));
        Assert.Equal(next[^1].Sequence, (await Gallery.CountAsync(Cancellation)).LastChange);
        Assert.Empty(await Gallery.ChangesAsync(next[^1].Sequence, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_face_is_compared_with_one_subject()
    {
        var (own, other) = (_sample.Face(), _sample.Face());
        await Gallery.EnrolAsync([new Enrolment("one", [new EnrolledFace(other, Resolution.Of(28)), new EnrolledFace(own, Resolution.Of(7))])], Cancellation);
        var probe = _sample.Like(own);
        var found = await Gallery.VerifyAsync("one", probe, Cancellation);
        Assert.Equal((7, "one"), (found!.Resolution.Side, found.Id));
        Assert.Equal(Templates.Fuse([new EnrolledFace(other, Resolution.Of(28)), new EnrolledFace(own, Resolution.Of(7))]).Max(row => TensorPrimitives.CosineSimilarity<float>(row.Embedding.Span, probe)), found.Score, 1e-5);
        Assert.Equal(found.Score, Assert.Single(Assert.Single(await Gallery.IdentifyAsync([probe], 1, cancellation: Cancellation))).Score, 1e-6);
        await Assert.ThrowsAsync<InputException>(() => Gallery.VerifyAsync("one", new float[3], Cancellation));
    }

    [Fact]
    public async Task What_another_user_of_it_changes_is_seen_by_the_next_search()
    {
        await using var other = await OpenAsync();
        var people = _sample.People(10);
        await Gallery.EnrolAsync(people, Cancellation);
        Assert.Equal("0004", Assert.Single(await other.IdentifyAsync([people[4].Faces[0].Embedding], 1, cancellation: Cancellation))[0].Id);
        await other.RemoveAsync(["0004"], Cancellation);
        await other.EnrolAsync([GallerySample.Of("late", people[4].Faces[0].Embedding.ToArray())], Cancellation);
        Assert.Equal("late", Assert.Single(await Gallery.IdentifyAsync([people[4].Faces[0].Embedding], 1, cancellation: Cancellation))[0].Id);
    }

    [Fact]
    public async Task Many_search_while_one_enrols_and_removes_and_nobody_sees_half_of_anything()
    {
        var people = _sample.People(200);
        await Gallery.EnrolAsync(people, Cancellation);
        await using var other = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                await Gallery.EnrolAsync(_sample.People(5, 1_000 + (5 * i)), Cancellation);
                if (i % 3 == 0) await Gallery.RemoveAsync([(1_000 + (5 * i)).ToString(System.Globalization.CultureInfo.InvariantCulture)], Cancellation);
            }

            await stop.CancelAsync();
        }, Cancellation);
        var reading = Enumerable.Range(0, 3).Select(reader => Task.Run(async () =>
        {
            do
            {
                foreach (var gallery in (IGallery[])[Gallery, other])
                {
                    var one = people[(reader * 37) % 200];
                    var found = Assert.Single(await gallery.IdentifyAsync([one.Faces[0].Embedding], 2, cancellation: Cancellation));
                    Assert.Equal((one.Id, 2), (found[0].Id, found.Count));
                    var counts = await gallery.CountAsync(Cancellation);
                    Assert.Equal(counts.Subjects, counts.Templates);
                }
            }
            while (!stop.IsCancellationRequested);
        }, Cancellation));
        await Task.WhenAll([writing, .. reading]);
        Assert.Equal(200 + 150 - 10, (await other.CountAsync(Cancellation)).Subjects);
    }

    [Fact]
    public async Task Whoever_gets_another_face_is_found_by_every_search_meanwhile()
    {
        var (faces, people) = (Enumerable.Range(0, 40).Select(_ => _sample.Face()).ToList(), _sample.People(3_000));
        await Gallery.EnrolAsync([.. people, GallerySample.Of("grows", faces[0])], Cancellation);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            foreach (var face in faces.Skip(1)) await Gallery.EnrolAsync([GallerySample.Of("grows", _sample.Like(faces[0]))], Cancellation);
            await stop.CancelAsync();
        }, Cancellation);
        var reading = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            do Assert.Equal("grows", Assert.Single(await Gallery.IdentifyAsync([faces[0]], 3, cancellation: Cancellation))[0].Id);
            while (!stop.IsCancellationRequested);
        }, Cancellation));
        await Task.WhenAll([writing, .. reading]);
    }

    [Fact]
    public async Task What_is_cancelled_midway_has_happened_wholly_or_not_at_all_and_all_goes_on_after_it()
    {
        var (random, there, cancelled) = (new Random(8), 0, 0);
        for (var i = 0; i < 40; i++)
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var enrolling = Gallery.EnrolAsync(_sample.People(150, first: 200 * i), source.Token);
            source.CancelAfter(TimeSpan.FromMilliseconds(random.Next(0, 12)));
            try
            {
                await enrolling;
                Assert.NotNull(await Gallery.FindAsync((200 * i).ToString("0000", System.Globalization.CultureInfo.InvariantCulture), Cancellation));
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            var counts = await Gallery.CountAsync(Cancellation);
            Assert.Contains((int)counts.Subjects - there, (int[])[0, 150]);
            there = (int)counts.Subjects;
            using var searching = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            searching.CancelAfter(TimeSpan.FromMilliseconds(random.Next(0, 6)));
            try
            {
                await Gallery.IdentifyAsync([.. Enumerable.Range(0, 20).Select(_ => (ReadOnlyMemory<float>)_sample.Face())], 50, cancellation: searching.Token);
            }
            catch (OperationCanceledException)
            {
                cancelled++;
            }

            Assert.Equal(there, Assert.Single(await Gallery.IdentifyAsync([_sample.Face()], 1_000_000, cancellation: Cancellation)).Count);
        }

        Assert.True(cancelled > 0);
        using var listing = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        await Gallery.EnrolAsync(_sample.People(150, first: 9_000), Cancellation);
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Gallery.ListAsync(cancellation: listing.Token))
                if (++seen == 3) await listing.CancelAsync();
        });
        Assert.Equal(3, seen);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Gallery.ChangesAsync(0, listing.Token).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_subject_who_gets_another_face_is_searched_for_by_all_of_them_at_once()
    {
        await Gallery.EnrolAsync(_sample.People(60), Cancellation);
        var faces = Enumerable.Range(0, 4).Select(_ => _sample.Face()).ToList();
        for (var count = 1; count <= faces.Count; count++)
        {
            await Gallery.EnrolAsync([GallerySample.Of("several", faces[count - 1])], Cancellation);
            var rows = Rows([.. faces.Take(count)]);
            foreach (var probe in faces)
            {
                var found = Assert.Single(await Gallery.IdentifyAsync([probe], 61, cancellation: Cancellation));
                Assert.Equal(61, found.DistinctBy(candidate => candidate.Id).Count());
                Assert.Equal(rows.Max(row => TensorPrimitives.CosineSimilarity<float>(row, probe)), found.Single(candidate => candidate.Id == "several").Score, 1e-5);
            }
        }
    }

    /// <summary>What faces of one subject, as <see cref="GallerySample.Of"/> enrols them, are searched among as.</summary>
    private List<float[]> Rows(IReadOnlyList<float[]> faces) => [.. Templates.Fuse([.. faces.Select(face => GallerySample.Of("", face).Faces[0])]).Select(row => row.Embedding.ToArray())];

    [Fact]
    public async Task What_is_cancelled_has_not_happened()
    {
        var cancelled = new CancellationToken(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Gallery.EnrolAsync(_sample.People(3), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Gallery.IdentifyAsync([_sample.Face()], 1, cancellation: cancelled));
        Assert.Equal(new GalleryCounts(0, 0, 0), await Gallery.CountAsync(Cancellation));
    }
}
