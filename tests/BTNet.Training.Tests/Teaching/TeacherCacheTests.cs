using BTNet.TestSupport;
using BTNet.Training.Teaching;

namespace BTNet.Training.Tests.Teaching;

public sealed class TeacherCacheTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _told = [];

    private TeacherCacheOptions Options => new("branch-14", _folder.File("cache"), "run", Items: 3, Views: 2, EmbeddingFloats: 2, MapFloats: 3, LimitBytes: 1000);

    [Fact]
    public void A_step_knows_what_steps_before_it_have_seen_and_nothing_else()
    {
        using var cache = Open(Options);
        cache.Write(5, item: 2, view: 1, new byte[8], new byte[12]);

        Assert.True(cache.Knows(6, 2, 1));
        Assert.False(cache.Knows(5, 2, 1));
        Assert.False(cache.Knows(4, 2, 1));
        Assert.False(cache.Knows(6, 2, 0));
        Assert.False(cache.Knows(6, 1, 1));
    }

    [Fact]
    public void A_view_is_read_as_it_was_kept_also_by_a_run_taken_up()
    {
        byte[] embedding = [1, 2, 3, 4, 5, 6, 7, 8], map = [.. Enumerable.Range(20, 12).Select(i => (byte)i)];
        using (var cache = Open(Options))
        {
            cache.Write(0, 1, 1, embedding, map);
            cache.Flush();
        }

        using var again = Open(Options);
        var (readEmbedding, readMap) = (new byte[8], new byte[12]);
        again.Read(1, 1, readEmbedding, readMap);

        Assert.Equal(embedding, readEmbedding);
        Assert.Equal(map, readMap);
        Assert.Contains("holds 1 of 6 views", Assert.Single(_told));
    }

    [Fact]
    public void Another_runs_cache_is_made_anew_and_said_to_be()
    {
        using (var cache = Open(Options)) cache.Write(0, 1, 1, new byte[8], new byte[12]);

        using var other = Open(Options with { Run = "another" });

        Assert.False(other.Knows(100, 1, 1));
        Assert.Contains("of another run or cut off, and is made anew", Assert.Single(_told));
    }

    [Fact]
    public void What_does_not_fit_the_limit_is_not_begun_and_said_so()
    {
        Assert.Equal(64 + (6 * (16 + 20)), Options.Bytes);
        using (Open(Options with { LimitBytes = Options.Bytes }))
        {
            Assert.Empty(_told);
        }

        File.Delete(Options.Path);
        Assert.Null(TeacherCache.Open(Options with { LimitBytes = Options.Bytes - 1 }, _told.Add));

        Assert.Contains("no teacher cache, the trunk runs at each step on each image: 2 views of 3 images take 1 MB and run.teacherCacheMegabytes allows 1 MB", Assert.Single(_told));
        Assert.False(File.Exists(Options.Path));
        // More places than can be counted are refused whatever the limit.
        Assert.Null(TeacherCache.Open(Options with { Items = int.MaxValue, Views = 1000, LimitBytes = long.MaxValue }, _told.Add));
    }

    [Fact]
    public void What_the_disk_has_no_room_for_is_not_begun()
    {
        var huge = Options with { Items = 1_000_000, Views = 1000, MapFloats = 1_000_000, LimitBytes = long.MaxValue };

        Assert.Null(TeacherCache.Open(huge, _told.Add));

        Assert.Contains("the disk has", Assert.Single(_told));
        Assert.False(File.Exists(Options.Path));
    }

    [Fact]
    public void A_cache_that_cannot_be_opened_is_done_without()
    {
        using var cache = Open(Options);
        Assert.Null(TeacherCache.Open(Options, _told.Add));
        File.WriteAllText(_folder.File("file"), "");
        Assert.Null(TeacherCache.Open(Options with { Path = Path.Combine(_folder.File("file"), "cache") }, _told.Add));

        Assert.Equal(2, _told.Count);
        Assert.All(_told, line => Assert.Contains("no teacher cache", line));
    }

    [Fact]
    public void A_cache_cut_off_while_it_is_used_is_named_with_what_to_do()
    {
        using var cache = Open(Options);
        cache.Write(0, 2, 1, new byte[8], new byte[12]);
        // As another process may: the lock is for those who ask.
        using (var truncate = System.Diagnostics.Process.Start("truncate", ["-s", "70", Options.Path])) truncate.WaitForExit();

        var message = Assert.Throws<InputException>(() => cache.Read(2, 1, new byte[8], new byte[12])).Message;

        Assert.Contains(Options.Path, message);
        Assert.Contains("Delete it and start again", message);
    }

    [Fact]
    public void A_deleted_cache_is_gone()
    {
        using var cache = Open(Options);
        cache.Delete();
        Assert.False(File.Exists(Options.Path));
    }

    public void Dispose() => _folder.Dispose();

    private TeacherCache Open(TeacherCacheOptions options) => TeacherCache.Open(options, _told.Add) ?? throw new InvalidOperationException(string.Join('\n', _told));
}
