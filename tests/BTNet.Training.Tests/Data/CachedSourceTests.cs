using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class CachedSourceTests
{
    private const int Bytes = 3 * 10 * 10;

    [Fact]
    public void An_image_is_loaded_once_as_long_as_there_is_room()
    {
        var source = new MemorySource(6, item => TestFaces.Pattern(10, 10, item));
        var cached = new CachedSource(source, 4 * Bytes);
        for (var round = 0; round < 3; round++)
        for (var i = 0; i < 6; i++)
            Assert.True(TestFaces.Pattern(10, 10, i).Pixels.SequenceEqual(cached.Load(i).Pixels));
        Assert.Equal(4 * Bytes, cached.CachedBytes);
        Assert.Equal(4 + (3 * 2), source.Loads);
    }

    [Fact]
    public void A_broken_image_is_not_kept()
    {
        var broken = true;
        var cached = new CachedSource(new MemorySource(1, item => broken ? throw new InputException("broken") : TestFaces.Pattern(10, 10, item)), Bytes);
        Assert.Throws<InputException>(() => cached.Load(0));
        broken = false;
        Assert.Equal(10, cached.Load(0).Width);
    }

    [Fact]
    public void The_limit_holds_when_many_threads_load()
    {
        var cached = new CachedSource(new MemorySource(200, item => TestFaces.Pattern(10, 10, item)), 50 * Bytes);
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => cached.Load(i % 200));
        Assert.InRange(cached.CachedBytes, 1, 50 * Bytes);
        Assert.Equal(0, cached.CachedBytes % Bytes);
    }
}
