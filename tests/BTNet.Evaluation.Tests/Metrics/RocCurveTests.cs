using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class RocCurveTests
{
    private static readonly RocCurve Curve = RocCurve.Of(ScoredPairs.Scores, ScoredPairs.Same);

    [Fact]
    public void The_figures_are_those_of_an_independent_computation()
    {
        Assert.Equal(0.7878787878787878, Curve.Auc, 1e-15);
        Assert.Equal(0.5206604588803554, Curve.AucInterval.Low, 1e-12);
        Assert.Equal(0.9270128385186294, Curve.AucInterval.High, 1e-12);
        Assert.Equal(3 / 11.0, Curve.EqualErrorRate, 1e-12);
    }

    [Theory]
    [InlineData(0.1, 2 / 9.0, 0.8)]
    [InlineData(0.2, 5 / 9.0, 0.65)]
    [InlineData(0.5, 1.0, 0.35)]
    public void The_true_accept_rate_is_the_highest_that_keeps_the_false_one(double far, double tar, double threshold)
    {
        var at = Curve.TarAt(far);
        Assert.Equal(tar, at.Value!.Value, 1e-15);
        Assert.Equal(threshold, at.Threshold);
        Assert.Null(at.Reason);
        Assert.Equal(ConfidenceInterval.Wilson((int)Math.Round(tar * 9), 9), at.Interval);
    }

    [Fact]
    public void A_false_accept_rate_that_the_pairs_cannot_show_gives_a_reason_and_no_value()
    {
        var at = Curve.TarAt(1e-2);
        Assert.Null(at.Value);
        Assert.Null(at.Interval);
        Assert.Equal("needs 100 pairs of two people, there are 11", at.Reason);
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public void One_over_the_rate_pairs_of_two_people_are_enough(int negatives, bool enough)
    {
        var scores = Enumerable.Range(0, negatives + 1).Select(pair => (double)pair).ToArray();
        var curve = RocCurve.Of(scores, [.. scores.Select(score => score == 50)]);
        Assert.Equal(enough, curve.TarAt(1e-2).Value is not null);
    }

    [Fact]
    public void Where_the_highest_scores_are_of_strangers_and_equal_nothing_can_be_accepted()
    {
        var curve = RocCurve.Of([1, 1, 1, .5, 0, 0, 0, 0, 0, 0, 0, 0], [false, false, true, true, .. Enumerable.Repeat(false, 8)]);
        var at = curve.TarAt(.1);
        Assert.Equal(0, at.Value);
        Assert.Null(at.Threshold);
    }

    [Fact]
    public void Perfect_separation_has_area_one_and_no_error()
    {
        var curve = RocCurve.Of([.9, .8, .3, .2], [true, true, false, false]);
        Assert.Equal(1, curve.Auc);
        Assert.Equal(0, curve.EqualErrorRate);
        Assert.Equal(new ConfidenceInterval(0, 0), curve.EqualErrorRateInterval);
        Assert.Equal(new ConfidenceInterval(1, 1), curve.AucInterval);
    }

    [Fact]
    public void One_score_for_all_is_chance()
    {
        var curve = RocCurve.Of([.5, .5, .5, .5, .5], [true, false, true, false, false]);
        Assert.Equal(.5, curve.Auc);
        Assert.Equal(.5, curve.EqualErrorRate, 1e-15);
    }

    [Fact]
    public void Scores_that_know_nothing_come_to_an_area_of_about_a_half()
    {
        var random = new Random(3);
        var scores = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble()).ToArray();
        var curve = RocCurve.Of(scores, [.. scores.Select(_ => random.Next(3) == 0)]);
        Assert.InRange(curve.Auc, .48, .52);
        Assert.InRange(curve.EqualErrorRate, .48, .52);
    }

    [Fact]
    public void The_interval_of_the_area_holds_the_truth_about_nineteen_times_in_twenty()
    {
        var random = new Random(3);
        // Two uniform distributions, a quarter apart: the area is 1 - (3/4)^2 / 2.
        var held = Enumerable.Range(0, 1000).Count(_ =>
        {
            var same = Enumerable.Range(0, 200).Select(pair => pair % 2 == 0).ToArray();
            return RocCurve.Of([.. same.Select(flag => random.NextDouble() + (flag ? .25 : 0))], same).AucInterval.Contains(0.71875);
        });
        Assert.InRange(held / 1000.0, .93, .97);
    }

    [Fact]
    public void The_interval_of_the_equal_error_rate_holds_the_truth_about_nineteen_times_in_twenty()
    {
        var random = new Random(3);
        // As above: 1 - t strangers lie above a threshold t, and t - 1/4 mates below, which is 3/8 of both at 5/8.
        var held = Enumerable.Range(0, 400).Count(_ =>
        {
            var same = Enumerable.Range(0, 200).Select(pair => pair % 2 == 0).ToArray();
            return RocCurve.Of([.. same.Select(flag => random.NextDouble() + (flag ? .25 : 0))], same).EqualErrorRateInterval.Contains(.375);
        });
        Assert.InRange(held / 400.0, .91, .98);
    }

    [Fact]
    public void The_interval_of_the_equal_error_rate_is_that_of_curves_of_resampled_pairs()
    {
        var random = new Random(5);
        var same = Enumerable.Range(0, 300).Select(pair => pair % 3 == 0).ToArray();
        var scores = same.Select(flag => Math.Round(random.NextDouble() + (flag ? .4 : 0), 2)).ToArray(); // with equal ones
        var (mates, strangers) = (scores.Where((_, i) => same[i]).ToArray(), scores.Where((_, i) => !same[i]).ToArray());
        bool[] labels = [.. mates.Select(_ => true), .. strangers.Select(_ => false)];
        var rates = Enumerable.Range(0, 4000).Select(_ => RocCurve.Of([.. random.GetItems(mates, mates.Length), .. random.GetItems(strangers, strangers.Length)], labels).EqualErrorRate)
            .Order().ToArray();
        var interval = RocCurve.Of(scores, same).EqualErrorRateInterval;
        Assert.Equal(rates[100], interval.Low, .012);
        Assert.Equal(rates[3900], interval.High, .012);
        Assert.InRange(interval.High - interval.Low, .06, .16);
    }

    [Property(MaxTest = 100)]
    public void The_interval_of_the_equal_error_rate_is_one_of_rates_and_always_the_same(int seed)
    {
        var (scores, same, _) = ScoredPairs.Random(seed);
        var interval = RocCurve.Of(scores, same).EqualErrorRateInterval;
        Assert.InRange(interval.Low, 0, interval.High);
        Assert.InRange(interval.High, interval.Low, 1);
        Assert.Equal(interval, RocCurve.Of([.. scores.Select(score => Math.Exp(score) - 8)], same).EqualErrorRateInterval);
    }

    [Property(MaxTest = 200)]
    public void A_monotone_change_of_the_scores_changes_nothing(int seed)
    {
        var (scores, same, _) = ScoredPairs.Random(seed);
        var (plain, bent) = (RocCurve.Of(scores, same), RocCurve.Of([.. scores.Select(score => Math.Exp(score) - 8)], same));
        Assert.Equal(plain.Auc, bent.Auc);
        Assert.Equal(plain.EqualErrorRate, bent.EqualErrorRate);
        Assert.Equal(plain.TarAt(.2).Value, bent.TarAt(.2).Value);
        Assert.Equal(plain.Points.Select(point => (point.FalseAccepts, point.TrueAccepts)), bent.Points.Select(point => (point.FalseAccepts, point.TrueAccepts)));
    }

    [Property(MaxTest = 200)]
    public void Turning_scores_and_labels_round_keeps_area_and_equal_error_rate(int seed)
    {
        var (scores, same, _) = ScoredPairs.Random(seed);
        var (plain, turned) = (RocCurve.Of(scores, same), RocCurve.Of([.. scores.Select(score => -score)], [.. same.Select(flag => !flag)]));
        Assert.Equal(plain.Auc, turned.Auc, 1e-12);
        Assert.Equal(plain.EqualErrorRate, turned.EqualErrorRate, 1e-12);
        Assert.Equal(1 - plain.Auc, RocCurve.Of(scores, [.. same.Select(flag => !flag)]).Auc, 1e-12);
    }

    [Property(MaxTest = 200)]
    public void The_area_is_the_share_of_rightly_ordered_pairs_of_pairs(int seed)
    {
        var (scores, same, _) = ScoredPairs.Random(seed);
        var (mates, strangers) = (scores.Where((_, i) => same[i]).ToArray(), scores.Where((_, i) => !same[i]).ToArray());
        var counted = mates.Average(mate => strangers.Average(stranger => mate > stranger ? 1 : mate == stranger ? .5 : 0));
        Assert.Equal(counted, RocCurve.Of(scores, same).Auc, 1e-12);
    }

    [Fact]
    public void Scores_that_make_no_curve_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RocCurve.Of([1, 2], [true]));
        Assert.Throws<ArgumentException>(() => RocCurve.Of([1, 2], [true, true]));
        Assert.Throws<ArgumentException>(() => RocCurve.Of([1, double.NaN], [true, false]));
    }
}
