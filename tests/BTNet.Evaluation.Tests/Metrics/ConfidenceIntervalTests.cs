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

    [Theory]
    [InlineData(1, 1.9599639845400536)]
    [InlineData(2, 2.2414027276049464)]
    [InlineData(12, 2.8652602385321333)]
    public void The_more_intervals_are_to_hold_together_the_surer_each_must_be(int intervals, double expected)
    {
        Assert.Equal(expected, ConfidenceInterval.NormalPointFor(intervals), 1e-9);
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.NormalPointFor(0));
    }

    [Fact]
    public void Twelve_that_hold_together_all_do_in_nineteen_of_twenty_trials_where_twelve_by_themselves_seldom_do()
    {
        const int Trials = 500, Rates = 12;
        var random = new Random(6);
        var (together, singly) = (0, 0);
        for (var trial = 0; trial < Trials; trial++)
        {
            ObtainedRate[] rates = [.. Enumerable.Range(0, Rates).Select(_ => new ObtainedRate(Enumerable.Range(0, 300).Count(_ => random.NextDouble() < .1) / 300.0, 300))];
            if (rates.All(rate => rate.Interval(Rates).Contains(.1))) together++;
            if (rates.All(rate => rate.Interval().Contains(.1))) singly++;
        }

        Assert.InRange(together / (double)Trials, .92, .99);
        Assert.InRange(singly / (double)Trials, .45, .65); // 0.95 to the power of 12 is 0.54
    }

    [Theory]
    [InlineData(-0.01, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(0.5, 0)]
    [InlineData(0.5, double.NaN)]
    public void A_rate_that_cannot_be_is_refused(double share, double worth) => Assert.Throws<ArgumentOutOfRangeException>(() => new ObtainedRate(share, worth));

    [Fact]
    public void More_successes_than_trials_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceInterval.Wilson(3, 2));
}
