using BTNet.Gallery;
using BTNet.Gallery.Embedded;
using BTNet.Resolutions;
using BTNet.TestSupport;
using Microsoft.Data.Sqlite;

namespace BTNet.Tests.Gallery.Embedded;

public sealed class GallerySalvageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GallerySample _sample = new(seed: 4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Damaged => _folder.File("damaged.gallery");

    private string Saved => _folder.File("saved.gallery");

    [Fact]
    public async Task What_is_whole_is_saved_with_names_attributes_and_pictures_and_what_is_not_is_counted()
    {
        await FillAsync(300);
        await using (var connection = new SqliteConnection($"Data Source={Damaged};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE templates SET embedding = zeroblob(256) WHERE number IN (17, 200)";
            command.ExecuteNonQuery();
        }

        await using (var damaged = EmbeddedGallery.Open(Damaged))
        {
            var fault = await Assert.ThrowsAsync<InputException>(() => damaged.CheckAsync(Cancellation));
            Assert.Equal(["face 17: its numbers are not those that were written", "face 200: its numbers are not those that were written"], fault.Faults);
        }

        Assert.Equal(new SalvageResult(298, 298, 2), await GallerySalvage.RunAsync(Damaged, Saved, Cancellation));
        await using var saved = EmbeddedGallery.Open(Saved, GallerySample.Model);
        Assert.Equal(298, (await saved.CheckAsync(Cancellation)).Templates);
        Assert.Null(await saved.FindAsync("0016", Cancellation));
        var one = (await saved.FindAsync("0100", Cancellation))!;
        Assert.Equal(("name of 0100", "100"), (one.Name, one.Attributes["number"]));
        Assert.Equal((28, 0.5, "picture 0100", 2026), (one.Templates[0].Resolution.Side, one.Templates[0].Quality, one.Templates[0].Source, one.Templates[0].Time.Year));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Of_a_file_with_damaged_pages_most_is_saved_and_all_that_is_saved_is_right(int seed)
    {
        var faces = await FillAsync(400);
        var bytes = await File.ReadAllBytesAsync(Damaged, Cancellation);
        var random = new Random(seed);
        // A few pages of 16 KB, but not the first, which says what the file is.
        const int Page = 16384;
        for (var i = 0; i < 3; i++) random.NextBytes(bytes.AsSpan(Page * random.Next(1, bytes.Length / Page), Page));
        await File.WriteAllBytesAsync(Damaged, bytes, Cancellation);

        try
        {
            var result = await GallerySalvage.RunAsync(Damaged, Saved, Cancellation);
            await using var saved = EmbeddedGallery.Open(Saved);
            Assert.Equal(result.Templates, (await saved.CheckAsync(Cancellation)).Templates);
            await foreach (var subject in saved.ListAsync(cancellation: Cancellation)) Assert.Equal(1, (await saved.VerifyAsync(subject.Id, faces[subject.Id], Cancellation))!.Score, 1e-5);
        }
        catch (InputException fault)
        {
            // The page that says whose gallery it is was one of them.
            Assert.Contains("damaged", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_whole_gallery_is_saved_wholly_and_over_nothing()
    {
        await FillAsync(20);
        Assert.Equal(new SalvageResult(20, 20, 0), await GallerySalvage.RunAsync(Damaged, Saved, Cancellation));
        Assert.Contains("is there already", (await Assert.ThrowsAsync<InputException>(() => GallerySalvage.RunAsync(Damaged, Saved, Cancellation))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<Dictionary<string, float[]>> FillAsync(int count)
    {
        await using var gallery = EmbeddedGallery.Create(Damaged, GallerySample.Model);
        var people = _sample.People(count).ConvertAll(one => one with
        {
            Name = $"name of {one.Id}", Attributes = new Dictionary<string, string> { ["number"] = one.Id.TrimStart('0') },
            Faces = [one.Faces[0] with { Resolution = Resolution.Of(28), Quality = 0.5, Source = $"picture {one.Id}", Time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) }]
        });
        await gallery.EnrolAsync(people, Cancellation);
        return people.ToDictionary(one => one.Id, one => one.Faces[0].Embedding.ToArray());
    }
}
