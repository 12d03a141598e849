using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class ConfidenceIntervalTests
{
    [Theory]
    [InlineData(95, 100, 0.8882495307680808, 0.9784563208456319)]
    [InlineData(0, 10, 0, 0.2775327998628892)]
    [InlineData(10, 10, 0.7224672001371107, 1)]
    public void Wilsons_interval_is_that_of_an_independent_computation(int successes, int trials, double low, double high)
    {
        var interval = ConfidenceInterval.Wilson(successes, trials);
        Assert.Equal(low, interval.Low, 1e-12);
        Assert.Equal(high, interval.High, 1e-12);
        Assert.True(interval.Contains(successes / (double)trials));
    }

    [Fact]
    public void It_holds_the_true_share_about_nineteen_times_in_twenty()
    {
        var random = new Random(5);
        var held = Enumerable.Range(0, 2000).Count(_ => ConfidenceInterval.Wilson(Enumerable.Range(0, 60).Count(_ => random.NextDouble() < .9), 60).Contains(.9));
        Assert.InRange(held / 2000.0, .93, .975);
    }

    [Fact]
    public void More_successes_than_trials_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Wilson(3, 2));
}
