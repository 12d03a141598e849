using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.TestSupport;

namespace BTNet.Tests.Gallery.Embedded;

public sealed class GalleryIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 14);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _folder.File("people.gallery");

    [Theory]
    [InlineData("max")]
    [InlineData("mean")]
    public async Task A_reading_of_changes_that_is_cancelled_midway_is_made_anew_and_gives_no_row_twice(string templates)
    {
        await using var gallery = EmbeddedGallery.Create(Path, GallerySample.Model, TemplateFusion.Parse(templates));
        using var index = new GalleryIndex(GalleryFile.Open(Path));
        await gallery.EnrolAsync(_sample.People(100), Cancellation);
        Assert.Equal(100, index.Refresh(Cancellation).Rows.Count);
        await gallery.RemoveAsync(["0003"], Cancellation);
        for (var batch = 0; batch < 4; batch++) await gallery.EnrolAsync(_sample.People(10_000, 1_000 + (10_000 * batch)), Cancellation);

        var (rows, midway) = (index.Refresh(new CancellationToken(false)) is var before ? before.Rows : null!, 0);
        Assert.Equal(40_099, rows.Count - rows.Removed);
        for (var round = 0; round < 20 && midway == 0; round++)
        {
            var count = rows.Count;
            await gallery.EnrolAsync(_sample.People(20_000, 100_000 + (20_000 * round)), Cancellation);
            using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var reading = Task.Run(() => index.Refresh(source.Token), Cancellation);
            // As soon as the first of ten batches is there.
            while (rows.Count == count && !reading.IsCompleted) Thread.SpinWait(20);
            await source.CancelAsync();
            try
            {
                await reading;
            }
            catch (OperationCanceledException)
            {
                midway += rows.Count > count ? 1 : 0;
            }

            rows = index.Refresh(Cancellation).Rows;
            Assert.Equal((await gallery.CountAsync(Cancellation)).Templates, rows.Count - rows.Removed);
        }

        Assert.Equal(1, midway);
    }

    [Fact]
    public async Task Rows_of_whom_was_removed_give_their_memory_back_when_they_are_more_than_a_quarter()
    {
        await using var gallery = EmbeddedGallery.Create(Path, GallerySample.Model);
        using var index = new GalleryIndex(GalleryFile.Open(Path));
        var people = _sample.People(20_000);
        await gallery.EnrolAsync(people, Cancellation);
        var before = index.Refresh(Cancellation).Rows;
        Assert.Equal(3, before.Segments.Length);
        string[] Ids(int first, int end) => [.. people[first..end].Select(one => one.Id)];
        await gallery.RemoveAsync(Ids(0, 4_000), Cancellation);
        Assert.Same(before, index.Refresh(Cancellation).Rows);
        Assert.Equal((20_000, 4_000), (before.Count, before.Removed));

        await gallery.RemoveAsync(Ids(4_000, 12_000), Cancellation);
        var after = index.Refresh(Cancellation).Rows;
        Assert.Equal((8_000, 0, 1), (after.Count, after.Removed, after.Segments.Length));
        var probe = people[15_000].Faces[0].Embedding;
        Assert.Equal("15000", Assert.Single(await gallery.IdentifyAsync([probe], 1, cancellation: Cancellation))[0].Id);
        Assert.Equal(8_000, Assert.Single(await gallery.IdentifyAsync([probe], 30_000, cancellation: Cancellation)).Count);
        await gallery.EnrolAsync([GallerySample.Of("0007", people[7].Faces[0].Embedding.ToArray())], Cancellation);
        Assert.Equal("0007", Assert.Single(await gallery.IdentifyAsync([people[7].Faces[0].Embedding], 1, cancellation: Cancellation))[0].Id);
    }

    public void Dispose() => _folder.Dispose();
}
