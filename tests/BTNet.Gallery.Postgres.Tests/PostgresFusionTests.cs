using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using BTNet.Tests.Gallery;
using BTNet.TestSupport;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>Several faces of a person on the server come to what they come to in a file.</summary>
public sealed class PostgresFusionTests : IAsyncDisposable
{
    private readonly TestServer _server = new();
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 31);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("mean", "networks")]
    [InlineData("quality-mean", null)]
    [InlineData("clusters-2", "networks")]
    [InlineData("quality-clusters-3", null)]
    [InlineData("max", "networks")]
    public async Task Searches_find_what_a_gallery_in_a_file_finds_however_people_got_their_faces(string way, string? networks)
    {
        var (templates, model) = (TemplateFusion.Parse(way), GallerySample.Model with { Networks = networks });
        var address = _server.NewAddress();
        await using var server = await _server.CreateAsync(address, model, templates);
        await using var file = EmbeddedGallery.Create(_folder.File("people.gallery"), model, templates);
        var people = Enumerable.Range(0, 40).Select(person => Faces(1 + (person % 4))).ToList();
        // The first half at once, the second face by face; then another model's faces for some.
        foreach (var gallery in (IGallery[])[server, file])
        {
            await gallery.EnrolAsync([.. people.Take(20).Select((faces, person) => new Enrolment($"{person:00}", faces))], Cancellation);
            foreach (var (person, faces) in people.Index().Skip(20))
            foreach (var face in faces) await gallery.EnrolAsync([new Enrolment($"{person:00}", [face])], Cancellation);
        }

        var other = model with { Fingerprint = new string('b', 64), Networks = networks is null ? null : "other networks" };
        var more = Faces(1)[0];
        await using (var again = await PostgresGallery.OpenAsync(address, other, Cancellation)) await again.EnrolAsync([new Enrolment("03", [more])], Cancellation);
        await using (var again = EmbeddedGallery.Open(_folder.File("people.gallery"), other)) await again.EnrolAsync([new Enrolment("03", [more])], Cancellation);

        await AssertSameAsync(server, file, people);
        foreach (var next in (string[])["max", "mean", way])
        {
            await server.UseTemplatesAsync(TemplateFusion.Parse(next), Cancellation);
            await file.UseTemplatesAsync(TemplateFusion.Parse(next), Cancellation);
            Assert.Equal(next, $"{server.Info.Templates}");
            await AssertSameAsync(server, file, people);
        }

        await using var opened = await PostgresGallery.OpenAsync(address, model, Cancellation);
        Assert.Equal(templates, opened.Info.Templates);
    }

    [Fact]
    public async Task Enrolments_while_the_choice_changes_are_fused_by_the_new_one_or_made_anew_by_it()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address, templates: TemplateFusion.Max);
        var people = Enumerable.Range(0, 60).Select(_ => Faces(2)).ToList();
        var enrolling = Task.Run(async () =>
        {
            foreach (var (person, faces) in people.Index())
            foreach (var face in faces) await gallery.EnrolAsync([new Enrolment($"{person:00}", [face])], Cancellation);
        }, Cancellation);
        foreach (var way in (string[])["mean", "max", "clusters-2", "mean"]) await gallery.UseTemplatesAsync(TemplateFusion.Parse(way), Cancellation);
        await enrolling;

        foreach (var (person, faces) in people.Index())
        {
            var found = await gallery.VerifyAsync($"{person:00}", faces[0].Embedding, Cancellation);
            var mean = TemplateFusion.Mean.Fuse(faces)[0].Embedding;
            Assert.Equal(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(faces[0].Embedding.Span, mean.Span), found!.Score, 1e-5);
        }
    }

    [Fact]
    public async Task Who_is_removed_or_renamed_while_the_choice_changes_back_and_forth_is_so_and_the_others_are_fused_by_the_last_one()
    {
        await using var gallery = await _server.CreateAsync(templates: TemplateFusion.Max);
        var people = Enumerable.Range(0, 400).Select(_ => Faces(2)).ToList();
        await gallery.EnrolAsync([.. people.Select((faces, person) => new Enrolment($"{person:000}", faces))], Cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var changing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested || i % 2 == 1; i++) await gallery.UseTemplatesAsync(i % 2 == 0 ? TemplateFusion.Max : TemplateFusion.Mean, Cancellation);
        }, Cancellation);
        for (var person = 0; person < 120; person += 3)
        {
            Assert.Equal(2, await gallery.RemoveAsync([$"{person + 1:000}", $"{person:000}"], Cancellation));
            Assert.True(await gallery.UpdateAsync($"{person + 2:000}", "renamed", null, Cancellation));
        }

        await stop.CancelAsync();
        await changing;
        Assert.Equal((320L, 640L), (await gallery.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
        foreach (var (person, faces) in people.Index())
        {
            var found = await gallery.VerifyAsync($"{person:000}", faces[0].Embedding, Cancellation);
            Assert.Equal(person < 120 && person % 3 != 2, found is null);
            if (found is null) continue;
            Assert.Equal(person < 120 ? "renamed" : $"{person:000}", found.Name);
            Assert.Equal(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(faces[0].Embedding.Span, TemplateFusion.Mean.Fuse(faces)[0].Embedding.Span), found.Score, 1e-5);
        }
    }

    [Fact]
    public async Task Whoever_enrols_removes_or_chooses_waits_for_who_chooses_longer_than_any_statement_may_take()
    {
        var address = _server.NewAddress(more: "Command Timeout=1");
        await using var gallery = await _server.CreateAsync(address, templates: TemplateFusion.Max);
        await gallery.EnrolAsync([.. Enumerable.Range(0, 3).Select(person => new Enrolment($"{person}", Faces(2)))], Cancellation);
        Task[] waiting;
        await using (await _server.LockAsync($"SELECT pg_advisory_xact_lock(hashtextextended('{address.Gallery}', 1))"))
        {
            waiting = [gallery.RemoveAsync(["0"], Cancellation), gallery.EnrolAsync([new Enrolment("3", Faces(1))], Cancellation), gallery.UseTemplatesAsync(TemplateFusion.Mean, Cancellation)];
            // Names do not wait.
            Assert.True(await gallery.UpdateAsync("1", "renamed", null, Cancellation));
            await Task.Delay(TimeSpan.FromSeconds(2.5), Cancellation);
            Assert.All(waiting, task => Assert.False(task.IsCompleted));
        }

        await Task.WhenAll(waiting);
        Assert.Equal((3L, 5L), (await gallery.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
    }

    private async Task AssertSameAsync(PostgresGallery server, EmbeddedGallery file, List<EnrolledFace[]> people)
    {
        ReadOnlyMemory<float>[] probes = [.. people.Select(faces => (ReadOnlyMemory<float>)_sample.Like(faces[0].Embedding.ToArray()))];
        var (theirs, ours) = (await server.IdentifyAsync(probes, 12, cancellation: Cancellation), await file.IdentifyAsync(probes, 12, cancellation: Cancellation));
        foreach (var (one, another) in theirs.Zip(ours))
        {
            Assert.Equal(another.Select(candidate => (candidate.Id, candidate.Resolution, candidate.Model, Parts(candidate.Networks))), one.Select(candidate => (candidate.Id, candidate.Resolution, candidate.Model, Parts(candidate.Networks))));
            Assert.Equal(another.Select(candidate => candidate.Score), one.Select(candidate => candidate.Score));
        }

        static string? Parts(string? networks) => networks is null ? null : string.Join(' ', networks.Split(' ').Order(StringComparer.Ordinal));
    }

    private EnrolledFace[] Faces(int count)
    {
        var first = _sample.Face();
        return [.. Enumerable.Range(0, count).Select(i => new EnrolledFace(i == 0 ? first : _sample.Like(first), i % 2 == 0 ? Resolution.Full : Resolution.Of(14)) { Quality = 0.2 + (0.2 * i) })];
    }
}
