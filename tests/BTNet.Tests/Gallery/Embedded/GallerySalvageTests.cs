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

    [Fact]
    public async Task The_damaged_file_and_what_lies_beside_it_are_only_read_and_the_log_is_heeded()
    {
        await FillAsync(20);
        await using (var gallery = EmbeddedGallery.Open(Damaged, GallerySample.Model with { Fingerprint = "another", Networks = "its networks" }))
        {
            await gallery.EnrolAsync([GallerySample.Of("late", _sample.Face())], Cancellation);
            // As a crash leaves them: the last changes are in the log alone.
            foreach (var end in (string[])["", "-wal"]) File.Copy(Damaged + end, _folder.File($"crashed{end}"));
        }

        foreach (var (file, people) in ((string, int)[])[(Damaged, 21), (_folder.File("crashed"), 21)])
        {
            var before = State(file);
            File.SetAttributes(file, FileAttributes.ReadOnly);
            var saved = _folder.File($"saved of {System.IO.Path.GetFileName(file)} %41?#");
            Assert.Equal(new SalvageResult(people, people, 0), await GallerySalvage.RunAsync(file, saved, Cancellation));
            File.SetAttributes(file, FileAttributes.Normal);
            Assert.Equal(before, State(file));
            await using var made = EmbeddedGallery.Open(saved);
            Assert.Equal("another", Assert.Single((await made.FindAsync("late", Cancellation))!.Templates).Model);
            Assert.Equal("its networks", (await made.VerifyAsync("late", _sample.Face(), Cancellation))!.Networks);
        }

        (string, string)[] State(string file) => [.. ((string[])["", "-wal"]).Where(end => File.Exists(file + end)).Select(end => (end, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file + end)))))];
    }

    [Fact]
    public async Task A_name_that_would_mean_something_in_an_address_is_a_name()
    {
        var odd = _folder.File("a%41?mode=memory#b é.gallery");
        await FillAsync(3);
        File.Copy(Damaged, odd);
        Assert.Equal(3, (await GallerySalvage.RunAsync(odd, Saved, Cancellation)).Subjects);
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
