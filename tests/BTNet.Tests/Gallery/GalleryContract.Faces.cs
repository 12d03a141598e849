using System.Numerics.Tensors;
using BTNet.Gallery;
using BTNet.Resolutions;

namespace BTNet.Tests.Gallery;

/// <summary>Of single faces.</summary>
public abstract partial class GalleryContract
{
    [Fact]
    public async Task A_face_that_is_removed_is_searched_among_no_more_here_or_by_others_and_those_left_are()
    {
        await Gallery.EnrolAsync(_sample.People(60), Cancellation);
        var faces = Enumerable.Range(0, 5).Select(_ => _sample.Face()).ToList();
        await Gallery.EnrolAsync([new Enrolment("several", [.. faces.Select(face => GallerySample.Of("", face).Faces[0])])], Cancellation);
        await using var other = await OpenAsync();
        await Same(Gallery, faces);
        await Same(other, faces);
        // In the middle, at the end, at the beginning, until one is left: the last number stays, and does not.
        foreach (var place in (int[])[1, 3, 0, 1])
        {
            var number = (await Gallery.FindAsync("several", Cancellation))!.Templates[place].Number;
            Assert.Equal(1, await Gallery.RemoveFacesAsync("several", [number, number], Cancellation));
            faces.RemoveAt(place);
            await Same(Gallery, faces);
            await Same(other, faces);
            Assert.Equal(faces.Count, (await other.FindAsync("several", Cancellation))!.Templates.Count);
        }

        Assert.Equal((61, 61), (await Gallery.CountAsync(Cancellation)) is var counts ? (counts.Subjects, counts.Templates) : default);
        await using var again = await OpenAsync();
        await Same(again, faces);

        async Task Same(IGallery gallery, List<float[]> left)
        {
            var rows = Rows(left);
            foreach (var probe in left.Append(_sample.Like(left[0])))
            {
                var found = Assert.Single(await gallery.IdentifyAsync([probe], 61, cancellation: Cancellation));
                Assert.Equal(61, found.DistinctBy(candidate => candidate.Id).Count());
                Assert.Equal(rows.Max(row => TensorPrimitives.CosineSimilarity<float>(row, probe)), found.Single(candidate => candidate.Id == "several").Score, 1e-5);
                Assert.Equal(rows.Max(row => TensorPrimitives.CosineSimilarity<float>(row, probe)), (await gallery.VerifyAsync("several", probe, Cancellation))!.Score, 1e-5);
            }
        }
    }

    [Fact]
    public async Task Faces_are_removed_of_the_subject_named_all_or_none_and_the_last_stays()
    {
        await Gallery.EnrolAsync([new Enrolment("anna", [.. Enumerable.Range(0, 3).Select(i => new EnrolledFace(_sample.Face(), Resolution.Full) { Source = $"picture {i}" })]), GallerySample.Of("bert", _sample.Face())], Cancellation);
        var (anna, bert) = ((await Gallery.FindAsync("anna", Cancellation))!.Templates, (await Gallery.FindAsync("bert", Cancellation))!.Templates);
        var before = (await Gallery.CountAsync(Cancellation)).LastChange;

        Assert.Equal(0, await Gallery.RemoveFacesAsync("nobody", [anna[0].Number], Cancellation));
        Assert.Equal(0, await Gallery.RemoveFacesAsync("anna", [bert[0].Number, 987_654], Cancellation));
        Assert.Equal(0, await Gallery.RemoveFacesAsync("anna", [], Cancellation));
        var fault = await Assert.ThrowsAsync<InputException>(() => Gallery.RemoveFacesAsync("anna", [.. anna.Select(face => face.Number)], Cancellation));
        Assert.Contains("all the faces of 'anna'", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(() => Gallery.RemoveFacesAsync("bert", [bert[0].Number], Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Gallery.RemoveFacesAsync("anna", [anna[0].Number], new CancellationToken(true)));
        Assert.Equal(anna, (await Gallery.FindAsync("anna", Cancellation))!.Templates);
        Assert.Equal(before, (await Gallery.CountAsync(Cancellation)).LastChange);

        Assert.Equal(2, await Gallery.RemoveFacesAsync("anna", [anna[2].Number, bert[0].Number, anna[0].Number], Cancellation));
        Assert.Equal([anna[1]], (await Gallery.FindAsync("anna", Cancellation))!.Templates);
        Assert.Equal(bert, (await Gallery.FindAsync("bert", Cancellation))!.Templates);
        var changes = await Gallery.ChangesAsync(before, Cancellation).ToListAsync(Cancellation);
        Assert.Equal([(GalleryChangeKind.FaceRemoved, "anna", (long?)anna[2].Number), (GalleryChangeKind.FaceRemoved, "anna", anna[0].Number)], changes.Select(change => (change.Kind, change.Id, change.Template)));

        // The picture may be enrolled again, under a new number.
        var results = await Gallery.EnrolAsync([new Enrolment("anna", [new EnrolledFace(_sample.Face(), Resolution.Full) { Source = "picture 0" }, new EnrolledFace(_sample.Face(), Resolution.Full) { Source = "picture 1" }])], Cancellation);
        Assert.Equal((1, 1), (results[0].Enrolled, results[0].Known));
        Assert.True((await Gallery.FindAsync("anna", Cancellation))!.Templates[^1].Number > bert[0].Number);
    }
}
