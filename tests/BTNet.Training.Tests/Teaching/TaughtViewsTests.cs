using System.Runtime.InteropServices;
using BTNet.TestSupport;
using BTNet.Training.Teaching;

namespace BTNet.Training.Tests.Teaching;

public sealed class TaughtViewsTests : IDisposable
{
    private const int Head = 16;

    private readonly TemporaryFolder _folder = new();

    private TaughtViewsOptions Options => new(_folder.File("views"), "recogniser", Items: 3, Views: 2, EmbeddingNumbers: 2, MapNumbers: 5);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    public void What_is_written_is_read_also_by_who_opens_the_file_again(int mapNumbers)
    {
        var options = Options with { MapNumbers = mapNumbers };
        Half[] map = [.. Enumerable.Range(1, mapNumbers).Select(value => (Half)(value / 8f))];
        using (var views = TaughtViews.Open(options))
        {
            views.Write(2, 1, [1.5f, -2], map);
            views.Write(0, 0, [3, 4], [.. map.Reverse()]);
            Check(views);
            views.Flush();
        }

        Assert.Equal(options.Bytes, new FileInfo(options.Path).Length);
        using var again = TaughtViews.Open(options);
        Check(again);

        void Check(TaughtViews views)
        {
            AssertRead(views, 2, 1, [1.5f, -2], map);
            AssertRead(views, 0, 0, [3, 4], [.. map.Reverse()]);
            Assert.Equal(4, views.Missing);
            Assert.True(views.Has(2, 1) && views.Knows(0, 2, 1));
            Assert.False(views.Has(2, 0) || views.Knows(99, 1, 1));
        }
    }

    [Fact]
    public void What_is_of_another_key_or_size_is_replaced()
    {
        foreach (var other in new[] { Options with { Key = "another" }, Options with { MapNumbers = 7 }, Options with { Views = 3 } })
        {
            Fill(Options);

            using var views = TaughtViews.Open(other);

            Assert.Equal(other.Items * other.Views, views.Missing);
        }

        Fill(Options);
        using var same = TaughtViews.Open(Options);
        Assert.Equal(0, same.Missing);
    }

    [Fact]
    public void A_torn_entry_is_found_missing_and_the_others_stay()
    {
        Fill(Options);
        var bytes = File.ReadAllBytes(Options.Path);
        // The last number of the last entry.
        bytes[^3] ^= 1;
        File.WriteAllBytes(Options.Path, bytes);

        using var views = TaughtViews.Open(Options);

        Assert.Equal(1, views.Missing);
        Assert.False(views.Has(2, 1));
        Assert.True(views.Has(2, 0));
        views.Write(2, 1, [1, 2], new Half[5]);
        Assert.Equal(0, views.Missing);
    }

    [Fact]
    public void A_picture_that_could_not_be_read_is_neither_there_nor_missing_also_when_the_file_is_opened_again()
    {
        using (var views = TaughtViews.Open(Options))
        {
            Assert.False(views.AnyBroken());
            views.WriteBroken(1, 0);
        }

        using var again = TaughtViews.Open(Options);
        Assert.Equal((5, false, true, true), (again.Missing, again.Has(1, 0) || again.Knows(0, 1, 0), again.IsBroken(1, 0), again.AnyBroken()));
        again.Write(1, 0, [1, 2], new Half[5]);
        Assert.Equal((5, true, false, false), (again.Missing, again.Has(1, 0), again.IsBroken(1, 0), again.AnyBroken()));
    }

    [Fact]
    public void A_file_that_was_cut_off_is_made_anew()
    {
        Fill(Options);
        using (var file = File.OpenWrite(Options.Path)) file.SetLength(file.Length - Head);

        using var views = TaughtViews.Open(Options);

        Assert.Equal(6, views.Missing);
    }

    [Fact]
    public void What_the_disk_has_no_room_for_is_refused_with_what_to_do_and_not_begun()
    {
        var huge = Options with { Items = 1_000_000, Views = 1000, MapNumbers = 1_000_000 };

        var said = Assert.Throws<InputException>(() => TaughtViews.Open(huge)).Message;

        // So is a look beforehand, though the folder is not there yet.
        Assert.Contains("the disk has", Assert.Throws<InputException>((huge with { Path = Path.Combine(_folder.File("folder"), "deeper", "views") }).Check).Message, StringComparison.Ordinal);
        foreach (var part in (string[])["the disk has", "augmentation.views (1000 views of 1000000 pictures)", "loss.map=0", "run.teacherCacheFolder"]) Assert.Contains(part, said, StringComparison.Ordinal);
        Assert.False(File.Exists(huge.Path));
    }

    [Fact]
    public void More_bytes_than_are_allowed_are_refused_with_what_to_do_and_not_begun()
    {
        var large = Options with { Items = 1000, Views = 10, MapNumbers = 100, MostBytes = 2_000_000 };

        // 10,000 entries of 16 bytes, 2 floats and 100 halves.
        Assert.Equal(64 + (10_000 * (16 + 8 + 200)), large.Bytes);
        var said = Assert.Throws<InputException>(() => TaughtViews.Open(large)).Message;
        foreach (var part in (string[])["would take 3 MB and run.teacherCacheMegabytes allows 2", "augmentation.views (10 views of 1000 pictures)", "loss.map=0"]) Assert.Contains(part, said, StringComparison.Ordinal);
        Assert.DoesNotContain("loss.map", Assert.Throws<InputException>(() => TaughtViews.Open(large with { MapNumbers = 0, EmbeddingNumbers = 100 })).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(large.Path));
    }

    [Fact]
    public void More_views_than_can_be_counted_are_refused()
    {
        // Few enough bytes for a disk.
        var said = Assert.Throws<InputException>(() => TaughtViews.Open(Options with { Items = 2_200_000, Views = 1000, EmbeddingNumbers = 1, MapNumbers = 0 })).Message;
        Assert.Contains("2,200,000,000 views", said, StringComparison.Ordinal);
        Assert.Contains("augmentation.views", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_another_process_has_or_that_cannot_be_made_is_refused_with_what_to_do()
    {
        using var views = TaughtViews.Open(Options);
        _folder.WriteText("file", "");

        foreach (var refused in new[] { Options, Options with { Path = Path.Combine(_folder.File("file"), "views") } })
        {
            var said = Assert.Throws<InputException>(() => TaughtViews.Open(refused)).Message;
            Assert.StartsWith(refused.Path, said, StringComparison.Ordinal);
            Assert.Contains("run.teacherCacheFolder", said, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertRead(TaughtViews views, int item, int view, float[] expected, Half[] expectedMap)
    {
        var (embedding, map) = (new float[expected.Length], new Half[expectedMap.Length]);
        views.Read(item, view, MemoryMarshal.AsBytes(embedding.AsSpan()), MemoryMarshal.AsBytes(map.AsSpan()));
        Assert.Equal(expected, embedding);
        Assert.Equal(expectedMap, map);
    }

    private static void Fill(TaughtViewsOptions options)
    {
        using var views = TaughtViews.Open(options);
        for (var item = 0; item < options.Items; item++)
            for (var view = 0; view < options.Views; view++) views.Write(item, view, [item, view], new Half[options.MapNumbers]);
    }
}
