using System.Security.Cryptography;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class PictureCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    private string Folder => _folder.File("cache");

    [Fact]
    public void A_picture_is_decoded_once_for_all_epochs_and_runs()
    {
        var source = new MemorySource(6);
        for (var run = 0; run < 2; run++)
        {
            using var cache = Open(source)!;
            for (var epoch = 0; epoch < 3; epoch++)
            for (var item = 0; item < 6; item++)
                Assert.True(TestFaces.Pattern(112, 112, item).Pixels.SequenceEqual(cache.Load(item).Pixels));
        }

        Assert.Equal(6, source.Loads);
        Assert.Equal(2, _told.Count);
        Assert.All(_told, line => Assert.Contains("decoded pictures are kept in", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(112, 112)]
    [InlineData(40, 50)]
    [InlineData(112, 113)]
    public void Batches_are_the_same_bit_for_bit_with_it_and_without(int width, int height)
    {
        foreach (var view in (FaceView[])[TrunkView.Even, new BranchView(Resolution.Of(14))])
        {
            var options = new FaceBatchLoaderOptions
            {
                View = view, BatchSize = 5, Seed = 3, CacheBytes = 0, Augmentation = new AugmentationOptions { ShiftPixels = 4, RandomKernel = true, BrightnessJitter = 0.2 },
            };
            var source = new MemorySource(12, width: width, height: height);
            using var cache = Open(source)!;
            Assert.Equal(Digests(source, options), Digests(cache, options));
        }
    }

    [Fact]
    public void Pictures_of_another_size_come_as_they_are_and_that_is_said_once()
    {
        using var cache = Open(new MemorySource(6, item => TestFaces.Pattern(item == 0 ? 112 : 30, 20, item)))!;
        for (var item = 0; item < 6; item++) Assert.Equal(20, cache.Load(item).Height);
        Assert.Contains("have not 112 x 112 pixels", Assert.Single(_told.Skip(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_was_replaced_is_decoded_again_and_that_is_said()
    {
        var faces = _folder.File("faces");
        Directory.CreateDirectory(Path.Combine(faces, "a"));
        for (var picture = 0; picture < 3; picture++) File.WriteAllBytes(Path.Combine(faces, "a", $"{picture}.png"), TestFaces.Png(picture));
        LoadAll(new FolderSource(faces));
        File.WriteAllBytes(Path.Combine(faces, "a", "1.png"), TestFaces.Png(9));

        var pixels = LoadAll(new FolderSource(faces));

        Assert.Equal([.. new[] { 0, 9, 2 }.Select(seed => Convert.ToHexString(TestFaces.Pattern(112, 112, seed).Pixels))], pixels);
        Assert.Contains("have changed in the set since", _told[^1], StringComparison.Ordinal);
        Assert.Contains("1.png", _told[^1], StringComparison.Ordinal);

        List<string> LoadAll(IFaceSource source)
        {
            using var cache = Open(source)!;
            return [.. Enumerable.Range(0, 3).Select(item => Convert.ToHexString(cache.Load(item).Pixels))];
        }
    }

    [Fact]
    public void A_damaged_picture_is_decoded_again_and_a_file_that_was_cut_off_is_made_anew()
    {
        var source = new MemorySource(6);
        string path;
        using (var cache = Open(source)!)
        {
            path = cache.Path;
            for (var item = 0; item < 6; item++) cache.Load(item);
        }

        using (var stream = File.OpenWrite(path))
        {
            stream.Position = PictureFile.Size(2) + 5000;
            stream.WriteByte(0xEE);
        }

        using (var cache = Open(source)!)
        {
            for (var item = 0; item < 6; item++) Assert.True(TestFaces.Pattern(112, 112, item).Pixels.SequenceEqual(cache.Load(item).Pixels));
        }

        Assert.Equal(7, source.Loads);
        Assert.Contains("pattern 2", _told[^1], StringComparison.Ordinal);
        using (var stream = File.OpenWrite(path)) stream.SetLength(100_000);
        using var anew = Open(source)!;
        Assert.Contains("is made anew", _told[^1], StringComparison.Ordinal);
        Assert.True(TestFaces.Pattern(112, 112, 1).Pixels.SequenceEqual(anew.Load(1).Pixels));
    }

    [Fact]
    public void Another_choice_of_pictures_has_a_file_of_its_own()
    {
        using var all = Open(new MemorySource(6))!;
        using var some = Open(new SubsetSource(new MemorySource(6), ["identity 1"]))!;
        Assert.NotEqual(all.Path, some.Path);
        all.Load(0);
        Assert.True(TestFaces.Pattern(112, 112, 3).Pixels.SequenceEqual(some.Load(0).Pixels));
    }

    [Fact]
    public void A_set_that_does_not_fit_and_a_folder_that_cannot_be_made_are_said_and_there_is_no_cache()
    {
        Assert.Null(PictureCache.Open(new MemorySource(6), Folder, 6 * 37_648, _told.Add));
        Assert.Contains("data.imageCacheMegabytes allows 1 MB", Assert.Single(_told), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Folder));
        File.WriteAllText(Folder, "in the way");
        Assert.Null(Open(new MemorySource(6)));
        Assert.Contains("cannot be used", _told[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_picture_stays_broken()
    {
        using var cache = Open(new MemorySource(2, _ => throw new InputException("torn")))!;
        for (var round = 0; round < 2; round++) Assert.Throws<InputException>(() => cache.Load(1));
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Digests(IFaceSource source, FaceBatchLoaderOptions options)
    {
        using var loader = new FaceBatchLoader(source, options);
        return [.. Enumerable.Range(0, 8).Select(_ =>
        {
            using var batch = loader.Next();
            return Convert.ToHexString(SHA256.HashData([.. batch.Full, .. batch.Reduced ?? []]));
        })];
    }

    private PictureCache? Open(IFaceSource source) => PictureCache.Open(source, Folder, 1_000_000_000, _told.Add, _told.Add);
}
