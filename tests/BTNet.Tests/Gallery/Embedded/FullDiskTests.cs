using BTNet.Gallery.Embedded;
using BTNet.TestSupport;

namespace BTNet.Tests.Gallery.Embedded;

public sealed class FullDiskTests : IDisposable
{
    private readonly SmallDisk _disk = new(megabytes: 12);
    private readonly GallerySample _sample = new(seed: 6);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Gallery => Path.Combine(_disk.Path, "people.gallery");

    [Fact]
    public async Task A_full_disk_is_said_what_was_acknowledged_is_there_and_enrolment_goes_on_when_there_is_room()
    {
        await using (var gallery = EmbeddedGallery.Create(Gallery, GallerySample.Model))
        {
            await gallery.EnrolAsync(_sample.People(100), Cancellation);
            _disk.Fill(left: 3 << 20);
            var acknowledged = 100;
            var fault = await Assert.ThrowsAsync<InputException>(async () =>
            {
                for (; ; acknowledged += 500) await gallery.EnrolAsync(_sample.People(500, acknowledged), Cancellation);
            });
            Assert.Contains("people.gallery: the disk is full; nothing of this was kept. Make room and try again", fault.Message, StringComparison.Ordinal);
            Assert.True(acknowledged > 500);
            _disk.Fill();
            // Who is there is found on a full disk as well.
            Assert.Equal(acknowledged, (await gallery.CountAsync(Cancellation)).Subjects);
            Assert.Equal(acknowledged, Assert.Single(await gallery.IdentifyAsync([_sample.Face()], 100_000, cancellation: Cancellation)).Count);
            Assert.Contains("the disk is full", (await Assert.ThrowsAsync<InputException>(() => gallery.EnrolAsync(_sample.People(500, acknowledged), Cancellation))).Message, StringComparison.Ordinal);
            Assert.Null(await gallery.FindAsync(acknowledged.ToString("0000", System.Globalization.CultureInfo.InvariantCulture), Cancellation));

            _disk.Empty();
            await using var again = EmbeddedGallery.Open(Gallery);
            await again.RemoveAsync(["0001"], Cancellation);
            await again.EnrolAsync(_sample.People(5, 90_000), Cancellation);
            Assert.Equal(acknowledged + 4, (await again.CheckAsync(Cancellation)).Templates);
        }
    }

    [Fact]
    public async Task A_gallery_that_cannot_even_be_opened_or_made_for_want_of_room_says_so()
    {
        await using (var gallery = EmbeddedGallery.Create(Gallery, GallerySample.Model)) await gallery.EnrolAsync(_sample.People(50), Cancellation);
        _disk.Fill();
        Assert.Contains("the disk is full", (await Assert.ThrowsAsync<InputException>(async () =>
        {
            await using var gallery = EmbeddedGallery.Open(Gallery);
            await gallery.EnrolAsync(_sample.People(50, 50), Cancellation);
        })).Message, StringComparison.Ordinal);
        Assert.Contains("the disk is full", Assert.Throws<InputException>(() => EmbeddedGallery.Create(Path.Combine(_disk.Path, "next.gallery"), GallerySample.Model)).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_disk.Path), file => file.Contains("next.gallery", StringComparison.Ordinal));
        _disk.Empty();
        await using var after = EmbeddedGallery.Open(Gallery);
        Assert.Equal(50, (await after.CheckAsync(Cancellation)).Templates);
    }

    [Fact]
    public async Task A_copy_for_which_there_is_no_room_is_not_there_and_takes_none()
    {
        using var folder = new TemporaryFolder();
        await using var gallery = EmbeddedGallery.Create(folder.File("people.gallery"), GallerySample.Model);
        for (var first = 0; first < 40_000; first += 8_000) await gallery.EnrolAsync(_sample.People(8_000, first), Cancellation);
        Assert.Contains("the disk is full", (await Assert.ThrowsAsync<InputException>(() => EmbeddedGallery.CreateCopyAsync(Gallery, gallery, cancellation: Cancellation))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_disk.Path));
        _disk.Fill();
        Assert.Contains("the disk is full", (await Assert.ThrowsAsync<InputException>(() => EmbeddedGallery.CreateCopyAsync(Gallery, gallery, cancellation: Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal(["filler"], Directory.GetFiles(_disk.Path).Select(Path.GetFileName));
    }

    public void Dispose() => _disk.Dispose();
}
