using System.Globalization;
using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Tests.Gallery;

/// <summary>What every gallery gives of those in it, and that copies from one kind of store to another have it all.</summary>
public abstract partial class GalleryContract
{
    /// <summary>A copy of another gallery, kept as this one is.</summary>
    protected abstract ValueTask<IGallery> CopyAsync(IGallery from);

    [Fact]
    public async Task Copies_to_a_file_and_back_have_everybody_with_everything_and_searches_find_the_same_to_the_last_bit()
    {
        var people = await FillAsync();
        using var folder = new TemporaryFolder();
        await EmbeddedGallery.CreateCopyAsync(folder.File("copy.gallery"), Gallery, cancellation: Cancellation);
        await using var file = EmbeddedGallery.Open(folder.File("copy.gallery"));
        await using var back = await CopyAsync(file);
        await using var beside = await CopyAsync(Gallery);

        var own = await Gallery.ReadAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal(people, own.Select(person => person.Id));
        ReadOnlyMemory<float>[] probes = [.. own.SelectMany(person => person.Faces).Select(face => (ReadOnlyMemory<float>)_sample.Like(face.Embedding.ToArray(), 0.2)), .. own.TakeLast(4).Select(person => person.Faces[0].Embedding)];
        var found = await Gallery.IdentifyAsync(probes, 20, cancellation: Cancellation);
        foreach (var copy in (IGallery[])[file, back, beside])
        {
            Assert.Equal(Templates, copy.Info.Templates);
            Assert.Equal(Gallery.Info.Model, copy.Info.Model);
            Assert.NotEqual(Gallery.Info.Id, copy.Info.Id);
            Assert.Equal(own.Select(Told), (await copy.ReadAsync(Cancellation).ToListAsync(Cancellation)).Select(Told));
            Assert.Equal((await Gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation)).Select(subject => subject.Id), (await copy.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation)).Select(subject => subject.Id));
            Assert.Equal((await Gallery.CountAsync(Cancellation)) with { LastChange = 0 }, (await copy.CountAsync(Cancellation)) with { LastChange = 0 });
            foreach (var (ours, theirs) in found.Zip(await copy.IdentifyAsync(probes, 20, cancellation: Cancellation))) Assert.Equal(ours.Select(Told), theirs.Select(Told));
        }
    }

    [Fact]
    public async Task Who_is_read_is_as_enrolled_with_the_models_that_made_each_face_and_whoever_was_removed_is_not_there()
    {
        var time = new DateTimeOffset(2025, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(-3));
        var (first, second) = (_sample.Face(), _sample.Face());
        var other = GallerySample.Model with { Fingerprint = "fingerprint of another", Networks = "its networks", Name = "another on the trunk" };
        await Gallery.EnrolAsync([GallerySample.Of("removed", _sample.Face()), GallerySample.Of("z", first)], Cancellation);
        await Gallery.EnrolAsync(
            [
                new Enrolment("a", [new EnrolledFace(second, Resolution.Of(28)) { Quality = 0.1, Source = "picture", Time = time, Model = other }, new EnrolledFace(first, Resolution.Full)]) { Name = "Ά 王", Attributes = new Dictionary<string, string> { ["z"] = "", ["a"] = "1" } },
                new Enrolment("z", [new EnrolledFace(second, Resolution.Of(7)) { Model = other with { Networks = null } }])
            ], Cancellation);
        await Gallery.RemoveAsync(["removed"], Cancellation);

        var read = await Gallery.ReadAsync(Cancellation).ToListAsync(Cancellation);
        Assert.Equal([("z", "z", 2), ("a", "Ά 王", 2)], read.Select(person => (person.Id, person.Name!, person.Faces.Count)));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["z"] = "" }, read[1].Attributes);
        var face = read[1].Faces[0];
        Assert.Equal(second, face.Embedding.ToArray());
        Assert.Equal((28, 0.1, "picture", time.ToUniversalTime()), (face.Resolution.Side, face.Quality, face.Source, face.Time!.Value.ToUniversalTime()));
        Assert.Equal(("fingerprint of another", "its networks", GallerySample.Model.Compatibility), (face.Model!.Fingerprint, face.Model.Networks, face.Model.Compatibility));
        Assert.Equal((GallerySample.Model.Fingerprint, null, null, null), (read[1].Faces[1].Model!.Fingerprint, read[1].Faces[1].Model!.Networks, read[1].Faces[1].Quality, read[1].Faces[1].Source));
        // Whoever does not know the networks takes nothing away from who does.
        Assert.Equal(("fingerprint of another", "its networks"), (read[0].Faces[1].Model!.Fingerprint, read[0].Faces[1].Model!.Networks));
        Assert.Equal(["fingerprint of another", GallerySample.Model.Fingerprint], (await Gallery.FindAsync("a", Cancellation))!.Templates.Select(template => template.Model));
        Assert.Empty(await (await CopyAsync(await EmptyAsync())).ReadAsync(Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task A_face_of_a_model_that_does_not_compare_is_refused_and_both_are_named()
    {
        var fault = await Assert.ThrowsAsync<InputException>(() => Gallery.EnrolAsync(
            [GallerySample.Of("whole", _sample.Face()), new Enrolment("one", [new EnrolledFace(_sample.Face(), Resolution.Full) { Model = GallerySample.Model with { Compatibility = "another kind", Name = "the second model" } }])], Cancellation));
        Assert.Contains("'one'): face 1 is of the second model (embeddings of 64 numbers, kind another kind), and the gallery of the first model (embeddings of 64 numbers, kind kind of one)", fault.Message, StringComparison.Ordinal);
        Assert.Equal(new GalleryCounts(0, 0, 0), await Gallery.CountAsync(Cancellation));
        await Gallery.EnrolAsync(_sample.People(1), Cancellation);
        using var folder = new TemporaryFolder();
        await using var foreign = EmbeddedGallery.Create(folder.File("foreign.gallery"), GallerySample.Model with { Compatibility = "another kind" });
        Assert.Contains("whose embeddings do not compare", (await Assert.ThrowsAsync<InputException>(() => GalleryTransfer.RunAsync(Gallery, foreign, cancellation: Cancellation))).Message, StringComparison.Ordinal);
        Assert.Contains("has 1 people in it already; expected an empty one", (await Assert.ThrowsAsync<InputException>(() => GalleryTransfer.RunAsync(Gallery, Gallery, cancellation: Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_people_and_one_of_very_many_faces_are_read_in_order_each_once_as_they_were_when_it_began()
    {
        var people = _sample.People(2_300);
        await Gallery.EnrolAsync([.. people.Take(1_100), new Enrolment("many", [.. Enumerable.Range(0, 2_500).Select(_ => new EnrolledFace(_sample.Face(), Resolution.Of(7)))]), .. people.Skip(1_100)], Cancellation);
        List<Enrolment> read = [];
        await foreach (var person in Gallery.ReadAsync(Cancellation))
        {
            read.Add(person);
            if (read.Count != 1) continue;
            await Gallery.EnrolAsync([GallerySample.Of("late", _sample.Face()), GallerySample.Of("2299", _sample.Face())], Cancellation);
            await Gallery.UpdateAsync("2298", "renamed", null, Cancellation);
        }

        Assert.Equal([.. people.Take(1_100).Select(one => one.Id), "many", .. people.Skip(1_100).Select(one => one.Id)], read.Select(person => person.Id));
        Assert.Equal(2_500, read[1_100].Faces.Count);
        Assert.Equal((1, "2298"), (read[^1].Faces.Count, read[^2].Name));
        Assert.Equal(2_302, await Gallery.ReadAsync(Cancellation).CountAsync(Cancellation));
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Gallery.ReadAsync(source.Token))
                if (++seen == 3) await source.CancelAsync();
        });
        Assert.Equal(3, seen);
        await using var copy = await CopyAsync(Gallery);
        Assert.Equal((2_302, 4_802), (await copy.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
    }

    /// <summary>People with one face or several, of several models, some equal to others, who got them one after the other, and some of whom were removed.</summary>
    /// <returns>Their ids in the order in which they were enrolled.</returns>
    private async Task<List<string>> FillAsync()
    {
        string[] names = ["Ada Lovelace", "王小明", "محمد", "Ελένη", "นภา", "אברהם", "आरव", "👩‍🚀 O'Brien; DROP TABLE subjects --", "e\u0301 is not \u00e9"];
        EmbeddingModel?[] models = [null, GallerySample.Model with { Fingerprint = "second", Networks = "networks of the second" }, GallerySample.Model with { Fingerprint = "third" }, GallerySample.Model with { Fingerprint = "fourth", Networks = "networks of the fourth" }];
        var (time, faces) = (new DateTimeOffset(2026, 2, 3, 4, 5, 6, 7, TimeSpan.Zero), new List<float[]>());
        // Ids are not in the order of enrolment.
        List<string> ids = [.. Enumerable.Range(0, 60).Select(i => i < names.Length ? names[i] : ((i * 37) % 100).ToString("000", CultureInfo.InvariantCulture))];
        foreach (var round in Enumerable.Range(0, 3))
        {
            foreach (var some in ids.Index().Where(one => round == 0 || one.Index % (round + 1) == 0).Chunk(17))
            {
                await Gallery.EnrolAsync([.. some.Select(one =>
                {
                    // Every fifth face is one that somebody has.
                    faces.Add(faces.Count % 5 == 4 ? faces[faces.Count - 3] : _sample.Face());
                    var number = faces.Count;
                    return new Enrolment(one.Item, [new EnrolledFace(faces[^1], number % 3 == 0 ? Resolution.Full : Resolution.Of(14))
                    {
                        Quality = number % 4 == 0 ? null : number / 300.0, Source = number % 2 == 0 ? null : $"picture {number / 2}", Time = time.AddMilliseconds(number * 1_234_567.0), Model = models[number % 4]
                    }])
                    {
                        Name = round == 0 && one.Index < names.Length ? names[one.Index] : null, Attributes = one.Index % 2 == 0 ? new Dictionary<string, string> { ["site"] = names[one.Index % names.Length], [one.Item] = "" } : []
                    };
                })], Cancellation);
            }
        }

        string[] removed = [ids[3], ids[20], ids[59]];
        await Gallery.RemoveAsync(removed, Cancellation);
        // Numbered anew, and so the last.
        await Gallery.EnrolAsync([GallerySample.Of(ids[20], faces[0])], Cancellation);
        return [.. ids.Except(removed), ids[20]];
    }

    private async Task<IGallery> EmptyAsync()
    {
        await Gallery.RemoveAsync([.. (await Gallery.ListAsync(cancellation: Cancellation).ToListAsync(Cancellation)).Select(subject => subject.Id)], Cancellation);
        return Gallery;
    }

    private static string Told(Enrolment person) => string.Join(
        '|', [
            person.Id, person.Name, .. person.Attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => $"{attribute.Key}={attribute.Value}"),
            .. person.Faces.Select(face => string.Create(CultureInfo.InvariantCulture, $"{face.Resolution.Side} {face.Quality:R} {face.Source} {face.Time!.Value.ToUnixTimeMilliseconds()} {face.Model!.Fingerprint} {face.Model.Networks} {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(face.Embedding.Span))}"))
        ]);

    /// <summary>All but the number of the face; networks of several faces are in no order.</summary>
    private static (string Id, string Name, double Score, int Resolution, string? Model, string? Networks) Told(Candidate candidate) =>
        (candidate.Id, candidate.Name, candidate.Score, candidate.Resolution.Side, candidate.Model, candidate.Networks is null ? null : string.Join(' ', candidate.Networks.Split(' ').Order(StringComparer.Ordinal)));
}
