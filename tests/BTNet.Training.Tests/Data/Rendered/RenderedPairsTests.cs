using BTNet.Training.Data.Rendered;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Data.Rendered;

public sealed class RenderedPairsTests
{
    [Property(MaxTest = 60)]
    public void Pairs_are_balanced_different_and_labelled_truly(ulong seed, byte people, byte images, byte wanted)
    {
        var source = new RenderedSource(seed, 2 + (people % 20), 2 + (images % 5));
        var most = source.Identities * source.ImagesPerIdentity * (source.ImagesPerIdentity - 1) / 2;
        var count = 1 + (wanted % most);
        var pairs = RenderedPairs.Make(source, count, seed);

        Assert.Equal(count, pairs.Count);
        Assert.Equal((count + 1) / 2, pairs.Count(pair => pair.Same));
        Assert.All(pairs, pair => Assert.Equal(pair.Same, source.LabelOf(pair.First) == source.LabelOf(pair.Second)));
        Assert.All(pairs, pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.Equal(count, pairs.Select(pair => (Math.Min(pair.First, pair.Second), Math.Max(pair.First, pair.Second))).Distinct().Count());
    }

    [Fact]
    public void The_seed_decides_the_pairs()
    {
        var source = new RenderedSource(1, 50, 6);
        Assert.Equal(RenderedPairs.Make(source, 200, 8), RenderedPairs.Make(source, 200, 8));
        Assert.NotEqual(RenderedPairs.Make(source, 200, 8), RenderedPairs.Make(source, 200, 9));
    }

    [Theory]
    [InlineData(1, 8, 4)]
    [InlineData(8, 1, 4)]
    [InlineData(2, 2, 6)]
    public void More_pairs_than_there_are_is_refused(int people, int images, int pairs) =>
        Assert.Throws<ArgumentException>(() => RenderedPairs.Make(new RenderedSource(1, people, images), pairs, 1));
}
