using BTNet.Faces;
using BTNet.Training.Data;

namespace BTNet.Training.Tests.Data;

public sealed class BlendedSourceTests
{
    private static readonly IFaceSource Ten = new MemorySource(10);

    [Fact]
    public void Without_blends_a_source_stays_what_it_is()
    {
        Assert.Same(Ten, BlendedSource.Of(Ten, 0, 1));
        var one = new MemorySource(1);
        Assert.Same(one, BlendedSource.Of(one, 5, 1));
    }

    [Fact]
    public void Pictures_come_first_as_they_are_and_blends_behind_them()
    {
        var blended = BlendedSource.Of(Ten, 1.5, 1);

        Assert.Equal((25, Ten.Identities), (blended.Count, blended.Identities));
        for (var item = 0; item < 10; item++)
        {
            Assert.Same(Ten.Load(item), blended.Load(item));
            Assert.Equal((Ten.NameOf(item), Ten.LabelOf(item), Ten.VersionOf(item)), (blended.NameOf(item), blended.LabelOf(item), blended.VersionOf(item)));
        }

        Assert.Contains("15 blends of two", blended.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_blend_is_the_weighted_mean_of_two_different_pictures()
    {
        // Of one level each, a hundred apart, so that a level tells the weight.
        var flat = new MemorySource(2, item => Flat((byte)(50 + (100 * item))));
        var blended = BlendedSource.Of(flat, 100, 7);

        var levels = Enumerable.Range(2, 200).Select(item => Assert.Single(blended.Load(item).Pixels.ToArray().Distinct())).ToList();

        Assert.All(levels, level => Assert.InRange(level, 80, 120));
        Assert.InRange(levels.Distinct().Count(), 25, 41);
        Assert.InRange(levels.Average(level => (int)level), 95, 105);
        Assert.All(Enumerable.Range(2, 200), item => Assert.Matches("0 blended with .*1|1 blended with .*0", blended.NameOf(item)));
    }

    [Fact]
    public void The_same_seed_gives_the_same_blends_and_another_gives_others()
    {
        var (first, again, other) = (BlendedSource.Of(Ten, 1, 3), BlendedSource.Of(Ten, 1, 3), BlendedSource.Of(Ten, 1, 4));

        Assert.All(Enumerable.Range(10, 10), item => Assert.Equal(first.Load(item).Pixels, again.Load(item).Pixels));
        Assert.Contains(Enumerable.Range(10, 10), item => first.NameOf(item) != other.NameOf(item));
    }

    [Fact]
    public void A_broken_picture_is_blended_with_nothing_and_its_blends_are_made_of_others()
    {
        var whole = BlendedSource.Of(Ten, 8, 3);
        var broken = BlendedSource.Of(new MemorySource(10, item => item == 4 ? throw new InputException("pattern 4: is no picture") : Ten.Load(item)), 8, 3);

        var others = Enumerable.Range(10, 80).Count(item =>
        {
            var (expected, actual) = (whole.Load(item).Pixels.ToArray(), broken.Load(item).Pixels.ToArray());
            // The same each time, and what has nothing to do with it is as it was.
            Assert.Equal(actual, broken.Load(item).Pixels.ToArray());
            var isOfBroken = whole.NameOf(item).Contains("pattern 4", StringComparison.Ordinal);
            Assert.NotEqual(isOfBroken, expected.SequenceEqual(actual));
            return isOfBroken;
        });

        Assert.InRange(others, 5, 30);
        Assert.Throws<InputException>(() => broken.Load(4));
    }

    [Fact]
    public void Broken_pictures_are_counted_once_however_many_blends_there_are_of_them()
    {
        // One picture of a thousand items may be broken, and is; of the blends about 18 would be of it.
        var source = BlendedSource.Of(new MemorySource(100, item => item == 7 ? throw new InputException("pattern 7: is no picture") : Ten.Load(item % 10)), 9, 1);
        var skipped = new SkippedItems();
        using var loader = new FaceBatchLoader(source, new FaceBatchLoaderOptions { BatchSize = 100, Workers = 1, View = new BranchView(BTNet.Resolutions.Resolution.Of(7)), GreatestBrokenShare = 0.001 }, skipped: skipped);

        for (var step = 0; step < loader.Plan.StepsPerEpoch; step++) loader.Next(TestContext.Current.CancellationToken).Dispose();

        Assert.Equal((10, 1), (loader.Plan.StepsPerEpoch, skipped.Count));
    }

    [Fact]
    public void Pictures_of_other_sizes_are_blended_at_112_and_where_all_pairs_are_broken_so_is_the_blend()
    {
        var sizes = new MemorySource(2, item => item == 0 ? new FaceImage(20, 20, new byte[1200]) : new FaceImage(200, 150, new byte[90_000]));
        Assert.Equal((112, 112), (BlendedSource.Of(sizes, 1, 1).Load(2).Width, BlendedSource.Of(sizes, 1, 1).Load(2).Height));

        var broken = new MemorySource(2, item => item == 0 ? throw new InputException("pattern 0: is no picture") : Flat(1));
        Assert.Contains("pattern 0", Assert.Throws<InputException>(() => BlendedSource.Of(broken, 1, 1).Load(2)).Message, StringComparison.Ordinal);
    }

    private static FaceImage Flat(byte level)
    {
        var pixels = new byte[3 * 112 * 112];
        Array.Fill(pixels, level);
        return new FaceImage(112, 112, pixels);
    }
}
