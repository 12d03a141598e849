using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class TrialSpreadTests
{
    [Fact]
    public void The_deviation_is_that_of_a_sample_and_the_mean_is_lessened_by_it()
    {
        // Mean 0.8; squares of the distances 0.01, 0.0025, 0.0025 and 0.01 are 0.025, by three.
        var spread = TrialSpread.Of([0.9, 0.75, 0.85, 0.7]);

        Assert.Equal((0.8, 0.7), (Math.Round(spread.Mean, 12), spread.Least));
        Assert.Equal(Math.Sqrt(0.025 / 3), spread.StandardDeviation, 1e-12);
        Assert.Equal(0.8 - 0.0912870929175277, spread.MeanLessDeviation, 1e-12);
        Assert.Equal([0.9, 0.75, 0.85, 0.7], spread.Values);
    }

    [Fact]
    public void One_trial_and_figures_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TrialSpread.Of([0.5]));
        Assert.Throws<ArgumentException>(() => TrialSpread.Of([0.5, double.NaN]));
    }

    [Property(MaxTest = 200)]
    public void Trials_in_another_order_and_all_moved_alike_spread_alike(byte[] values, byte by)
    {
        if (values is not { Length: > 1 }) return;
        var (spread, other) = (TrialSpread.Of([.. values.Select(value => value / 255.0)]), TrialSpread.Of([.. values.Reverse().Select(value => (value + by) / 255.0)]));

        Assert.Equal(spread.StandardDeviation, other.StandardDeviation, 1e-9);
        Assert.Equal(spread.MeanLessDeviation + (by / 255.0), other.MeanLessDeviation, 1e-9);
        Assert.InRange(spread.Mean, spread.Least, spread.Values.Max() + 1e-12);
        Assert.Equal(values.Distinct().Count() == 1, spread.StandardDeviation < 1e-12);
    }

    [Fact]
    public void A_rate_that_a_trial_cannot_tell_has_a_reason_in_place_of_a_spread()
    {
        static TpirAtFpir Told(double value) => new(0.01, value, null, 0.5, null);
        TpirAtFpir untold = new(0.01, null, null, null, "it takes 100 searches with strangers, and there are 99");

        var told = TpirSpread.Of([Told(0.5), Told(0.7)]);
        Assert.Equal((0.6, null), (told.Spread!.Mean, told.Reason));

        var lacking = TpirSpread.Of([Told(0.5), untold, Told(0.7), untold]);
        Assert.Null(lacking.Spread);
        Assert.Equal([0.5, null, 0.7, null], lacking.Values);
        Assert.Equal("2 of 4 trials cannot tell it; in trial 2 it takes 100 searches with strangers, and there are 99", lacking.Reason);

        Assert.Throws<ArgumentException>(() => TpirSpread.Of([Told(1)]));
        Assert.Throws<ArgumentException>(() => TpirSpread.Of([Told(1), Told(1) with { FalsePositiveRate = 0.1 }]));
    }
}
