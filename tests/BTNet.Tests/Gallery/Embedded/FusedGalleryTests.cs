using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using BTNet.TestSupport;
using Microsoft.Data.Sqlite;

namespace BTNet.Tests.Gallery.Embedded;

/// <summary>What every gallery does, where a person's faces are fused into their mean.</summary>
public sealed class MeanGalleryTests() : FusedGalleryTests(TemplateFusion.Mean);

/// <summary>And into the centres of clusters.</summary>
public sealed class ClusteredGalleryTests() : FusedGalleryTests(TemplateFusion.Clusters(2, byQuality: true));

public abstract class FusedGalleryTests(TemplateFusion templates) : GalleryContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 21);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Path => _folder.File("people.gallery");

    protected override TemplateFusion Templates => templates;

    protected override ValueTask<IGallery> CreateAsync() => ValueTask.FromResult<IGallery>(EmbeddedGallery.Create(Path, GallerySample.Model, Templates));

    protected override async ValueTask<IGallery> CopyAsync(IGallery from)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.gallery");
        await EmbeddedGallery.CreateCopyAsync(path, from, cancellation: Cancellation);
        return EmbeddedGallery.Open(path);
    }

    protected override ValueTask<IGallery> OpenAsync() => ValueTask.FromResult<IGallery>(EmbeddedGallery.Open(Path, GallerySample.Model));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task The_choice_is_kept_in_the_gallery_and_its_copies_and_a_change_of_it_is_heeded_by_everybodys_next_search()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        await using var other = EmbeddedGallery.Open(Path);
        var (one, two) = (_sample.Face(), _sample.Face());
        await gallery.EnrolAsync([new Enrolment("both", [new EnrolledFace(one, Resolution.Full), new EnrolledFace(two, Resolution.Of(14))]), .. _sample.People(30)], Cancellation);
        Assert.Equal(Templates, other.Info.Templates);
        async Task<double> Score(EmbeddedGallery asked) => Assert.Single(await asked.IdentifyAsync([one], 31, cancellation: Cancellation)).Single(candidate => candidate.Id == "both").Score;

        Assert.Equal(Templates.Centres == 1 ? 0.75 : 1, await Score(gallery), 0.25);
        await gallery.UseTemplatesAsync(TemplateFusion.Max, Cancellation);
        Assert.Equal(1, await Score(gallery), 1e-5);
        Assert.Equal(1, await Score(other), 1e-5);
        Assert.Equal((TemplateFusion.Max, TemplateFusion.Max), (gallery.Info.Templates, other.Info.Templates));
        await other.UseTemplatesAsync(TemplateFusion.QualityMean, Cancellation);
        Assert.Equal(await Score(other), await Score(gallery), 1e-6);
        Assert.True(await Score(gallery) < 0.999);
        Assert.Equal(await Score(gallery), (await gallery.VerifyAsync("both", one, Cancellation))!.Score, 1e-6);
        await gallery.BackupAsync(_folder.File("copy.gallery"), Cancellation);
        await using var copy = EmbeddedGallery.Open(_folder.File("copy.gallery"));
        Assert.Equal(TemplateFusion.QualityMean, copy.Info.Templates);
        // Faces are what they were.
        Assert.Equal([112, 14], (await copy.FindAsync("both", Cancellation))!.Templates.Select(template => template.Resolution.Side));
    }

    [Fact]
    public async Task A_gallery_of_the_first_version_is_brought_up_to_this_one_and_searched_as_before()
    {
        var (one, two) = (_sample.Face(), _sample.Face());
        await using (var gallery = EmbeddedGallery.Open(Path, GallerySample.Model)) await gallery.EnrolAsync([new Enrolment("both", [new EnrolledFace(one, Resolution.Full), new EnrolledFace(two, Resolution.Of(14))])], Cancellation);
        await using (var connection = new SqliteConnection($"Data Source={Path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "ALTER TABLE models DROP COLUMN networks; DELETE FROM gallery WHERE key = 'templates'; PRAGMA user_version = 1";
            command.ExecuteNonQuery();
        }

        var saved = await GallerySalvage.RunAsync(Path, _folder.File("saved.gallery"), Cancellation);
        Assert.Equal((1, 2, 0), (saved.Subjects, saved.Templates, saved.LostTemplates));
        await using var old = EmbeddedGallery.Open(Path, GallerySample.Model with { Networks = "networks" });
        Assert.Equal(TemplateFusion.Max, old.Info.Templates);
        var found = Assert.Single(Assert.Single(await old.IdentifyAsync([two], 1, cancellation: Cancellation)));
        Assert.Equal((1.0, null, GallerySample.Model.Fingerprint), (Math.Round(found.Score, 5), found.Networks, found.Model));
        await old.EnrolAsync([GallerySample.Of("next", _sample.Face())], Cancellation);
        Assert.Equal("networks", Assert.Single(Assert.Single(await old.IdentifyAsync([two], 1, cancellation: Cancellation))).Networks);
    }

    [Fact]
    public async Task Many_faces_of_many_people_are_loaded_on_all_cores_as_one_by_one()
    {
        await using var gallery = EmbeddedGallery.Open(Path);
        var people = _sample.People(6_000).ConvertAll(one => one with { Faces = [one.Faces[0], new EnrolledFace(_sample.Like(one.Faces[0].Embedding.ToArray()), Resolution.Of(28)) { Quality = 0.5 }] });
        foreach (var batch in people.Chunk(2_000)) await gallery.EnrolAsync(batch, Cancellation);
        await using var again = EmbeddedGallery.Open(Path);
        foreach (var one in people.Where((_, i) => i % 997 == 0))
        {
            var probe = one.Faces[1].Embedding;
            var (grown, read) = (Assert.Single(await gallery.IdentifyAsync([probe], 20, cancellation: Cancellation)), Assert.Single(await again.IdentifyAsync([probe], 20, cancellation: Cancellation)));
            Assert.Equal(grown, read);
            Assert.Equal(one.Id, read[0].Id);
        }
    }
}
