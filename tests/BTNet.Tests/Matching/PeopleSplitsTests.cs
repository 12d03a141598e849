using BTNet.Embeddings;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Tests.Matching;

public sealed class PeopleSplitsTests
{
    // Two images of each of ten people, whose numbers are their own.
    private static readonly int[] People = [.. Enumerable.Range(0, 20).Select(i => i / 2)];

    private static readonly Dictionary<Resolution, EmbeddingMatrix> Seen = new()
    {
        [Resolution.Full] = new EmbeddingMatrix(20, 2, [.. Enumerable.Range(0, 40).Select(i => (float)i)]), [Resolution.Of(14)] = new EmbeddingMatrix(20, 2, [.. Enumerable.Range(0, 40).Select(i => 100f + i)])
    };

    [Fact]
    public void Everybody_is_on_one_side_with_all_of_their_images()
    {
        var splits = new PeopleSplits(Seen, People, share: 0.3, seed: 4);

        var (chosen, others) = splits.Next();

        Assert.Equal((3, 7, 3, 7), (splits.Chosen, splits.Rest, chosen.Order.Length, others.Order.Length));
        Assert.Equal(Enumerable.Range(0, 10), chosen.Order.Concat(others.Order).Order());
        foreach (var part in new[] { chosen, others })
        {
            Assert.Equal(2 * part.Order.Length, part.People.Length);
            Assert.Equal(part.Order.Order(), part.People.Distinct());
            foreach (var (side, first) in new[] { (Resolution.Full, 0f), (Resolution.Of(14), 100f) })
                Assert.Equal(part.People.Index().Select(row => first + (4 * row.Item) + (2 * (row.Index % 2))), Enumerable.Range(0, part.People.Length).Select(row => part.Seen[side][row][0]));
        }
    }

    [Fact]
    public void Splits_differ_and_come_again_with_the_same_seed()
    {
        var (one, again) = (new PeopleSplits(Seen, People, 0.5, seed: 1), new PeopleSplits(Seen, People, 0.5, seed: 1));
        int[][] drawn = [.. Enumerable.Range(0, 5).Select(_ => one.Next().Chosen.Order)];

        Assert.All(drawn, order => Assert.Equal(order, again.Next().Chosen.Order));
        Assert.NotEqual(drawn[0], drawn[1]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new PeopleSplits(Seen, People[1..], 0.5, 1));
        Assert.Throws<ArgumentException>(() => new PeopleSplits(new Dictionary<Resolution, EmbeddingMatrix>(), People, 0.5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PeopleSplits(Seen, People, 1, 1));
    }
}
