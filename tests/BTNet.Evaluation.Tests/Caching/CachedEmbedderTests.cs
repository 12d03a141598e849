using BTNet.Evaluation.Caching;
using BTNet.Evaluation.Tests.Protocols.Pairs;
using BTNet.Faces;
using BTNet.Resolutions;
using BTNet.TestSupport;

namespace BTNet.Evaluation.Tests.Caching;

public sealed class CachedEmbedderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PixelEmbedder _network = new();
    private readonly EmbeddingCache _cache;

    public CachedEmbedderTests() => _cache = EmbeddingCache.Open(_folder.Path, "pixels", _network.EmbeddingSize, said => Assert.Fail(said))!;

    [Fact]
    public void What_the_network_was_asked_once_it_is_not_asked_again_and_the_answer_is_the_same_to_the_bit()
    {
        var cached = new CachedEmbedder(_network, _cache);
        FaceImage[] faces = [Face(1), Face(2), Face(3)];
        var first = cached.Embed(faces, Resolution.Of(14));

        var again = cached.Embed([faces[2], Face(4), faces[0]], Resolution.Of(14));

        var direct = new PixelEmbedder().Embed([.. faces, Face(4)], Resolution.Of(14));
        Assert.True(first.Values.SequenceEqual(direct.Values[..first.Values.Length]));
        Assert.True(again[0].SequenceEqual(direct[2]) && again[1].SequenceEqual(direct[3]) && again[2].SequenceEqual(direct[0]));
        Assert.Equal((4, 2, 4), (_network.Seen[14], cached.Known, cached.Computed));
    }

    [Fact]
    public void Pixels_and_the_way_into_the_network_tell_faces_apart_and_nothing_else_does()
    {
        var cached = new CachedEmbedder(_network, _cache);
        cached.Embed([Face(1, 14)], Resolution.Of(14));

        cached.Embed([Face(1, 28)], Resolution.Of(28));
        // The same picture in another object, one with a single pixel changed, and the first once more.
        var changed = Face(1, 14).Pixels.ToArray();
        changed[5] ^= 1;
        cached.Embed([Face(1, 14), new FaceImage(14, 14, changed)], Resolution.Of(14));

        Assert.Equal((2, 1, 1L), (_network.Seen[14], _network.Seen[28], cached.Known));
    }

    [Fact]
    public void Another_run_finds_what_the_one_before_computed()
    {
        new CachedEmbedder(_network, _cache).Embed([Face(1), Face(2)], Resolution.Of(14));
        _cache.Dispose();
        using var cache = EmbeddingCache.Open(_folder.Path, "pixels", _network.EmbeddingSize, said => Assert.Fail(said))!;
        var other = new PixelEmbedder();

        var embedded = new CachedEmbedder(other, cache).Embed([Face(2), Face(1)], Resolution.Of(14));

        Assert.Empty(other.Seen);
        Assert.True(embedded[1].SequenceEqual(PixelEmbedder.Embed(Face(1), Resolution.Of(14))));
    }

    [Fact]
    public void Where_the_cache_has_failed_everything_is_computed()
    {
        _cache.Dispose();
        var cached = new CachedEmbedder(_network, _cache);

        for (var round = 0; round < 2; round++) Assert.True(cached.Embed([Face(1)], Resolution.Of(14))[0].SequenceEqual(PixelEmbedder.Embed(Face(1), Resolution.Of(14))));

        Assert.Equal(2, _network.Seen[14]);
    }

    [Fact]
    public void What_the_network_refuses_is_refused_as_by_the_network()
    {
        var cached = new CachedEmbedder(new PixelEmbedder([Resolution.Full]), _cache);

        Assert.Throws<ArgumentException>(() => cached.Embed([Face(1)], Resolution.Of(14)));
        Assert.Throws<ArgumentException>(() => cached.Embed([Face(1)], Resolution.Full));
        Assert.Throws<OperationCanceledException>(() => cached.Embed([], Resolution.Full, new CancellationToken(canceled: true)));
        Assert.Equal(0, cached.Embed([], Resolution.Full).Rows);
    }

    public void Dispose()
    {
        _cache.Dispose();
        _folder.Dispose();
    }

    private static FaceImage Face(int seed, int side = 14)
    {
        var pixels = new byte[3 * side * side];
        new Random(seed).NextBytes(pixels);
        return new FaceImage(side, side, pixels);
    }
}
