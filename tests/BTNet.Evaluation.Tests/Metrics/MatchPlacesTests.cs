using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class MatchPlacesTests
{
    [Fact]
    public void Others_with_the_score_of_a_match_come_before_it()
    {
        Assert.Equal([2, 4, 7], MatchPlaces.Of([.9f, .8f, .7f, .6f, .5f, .4f, .3f], [6, 1, 3]));
        Assert.Equal([1, 4, 7], MatchPlaces.Of([.9f, .8f, .8f, .8f, .5f, .5f, .5f, .1f], [0, 2, 4]));
        Assert.Equal([3, 4], MatchPlaces.Of([.5f, .5f, .5f, .5f], [0, 3]));
    }

    [Property(MaxTest = 300)]
    public void Places_are_those_of_a_sort(byte[] scores, int seed)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Length == 0) return;
        var random = new Random(seed);
        int[] matches = [.. Enumerable.Range(0, scores.Length).Where(_ => random.Next(3) == 0).DefaultIfEmpty(0)];
        float[] few = [.. scores.Select(score => (float)(score % 5))];

        var sorted = Enumerable.Range(0, few.Length).OrderByDescending(i => few[i]).ThenBy(i => matches.Contains(i)).ToList();

        Assert.Equal(sorted.Index().Where(entry => matches.Contains(entry.Item)).Select(entry => entry.Index + 1), MatchPlaces.Of(few, matches));
    }

    [Fact]
    public void No_match_and_one_that_is_not_ranked_are_refused()
    {
        Assert.Throws<ArgumentException>(() => MatchPlaces.Of([1], []));
        Assert.Throws<ArgumentException>(() => MatchPlaces.Of([1], [1]));
    }
}
