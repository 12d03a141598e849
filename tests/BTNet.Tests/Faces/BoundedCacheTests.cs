using BTNet.Faces;

namespace BTNet.Tests.Faces;

public sealed class BoundedCacheTests
{
    [Fact]
    public void A_value_is_computed_once()
    {
        var computed = 0;
        var cache = new BoundedCache<int, string>(4, key => $"{key}:{++computed}", _ => true);
        Assert.Equal("7:1", cache.Get(7));
        Assert.Equal("7:1", cache.Get(7));
    }

    [Fact]
    public void It_never_holds_more_than_it_may()
    {
        var cache = new BoundedCache<int, int>(4, key => key * key, _ => true);
        for (var key = 0; key < 100; key++)
        {
            Assert.Equal(key * key, cache.Get(key));
            Assert.InRange(cache.Count, 1, 4);
        }
    }

    [Fact]
    public void What_is_too_large_to_keep_is_computed_each_time()
    {
        var computed = 0;
        var cache = new BoundedCache<int, int>(4, key => key + (0 * ++computed), value => value < 10);
        Assert.Equal(50, cache.Get(50));
        Assert.Equal(50, cache.Get(50));
        Assert.Equal((2, 0), (computed, cache.Count));
    }
}
