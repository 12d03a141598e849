using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class ClosedSetRanksTests
{
    [Fact]
    public void The_share_within_a_rank_counts_those_at_it()
    {
        var ranks = new ClosedSetRanks([1, 3, 1, 5, 11]);

        Assert.Equal((5, 0.4, 0.4, 0.6, 0.8, 0.8, 1.0), (ranks.Searches, ranks.At(1), ranks.At(2), ranks.At(3), ranks.At(5), ranks.At(10), ranks.At(11)));
        Assert.Equal(ConfidenceInterval.Wilson(4, 5), ranks.IntervalAt(5));
    }

    [Fact]
    public void No_search_and_places_before_the_first_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ClosedSetRanks([]));
        Assert.Throws<ArgumentException>(() => new ClosedSetRanks([1, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClosedSetRanks([1]).At(0));
    }
}
