using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class PairedDifferenceTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(3, 10, 0.09228515625)]
    [InlineData(5, 5, 1)]
    [InlineData(100, 150, 0.001883300935076157)]
    [InlineData(0, 8, 0.0078125)]
    [InlineData(800, 700, 0.010559255466711544)]
    public void McNemars_p_is_that_of_exact_binomial_sums(int onlyFirst, int onlySecond, double p) =>
        Assert.Equal(p, PairedDifference.McNemar(onlyFirst, onlySecond), 1e-10);

    [Fact]
    public void A_system_against_itself_differs_by_nothing()
    {
        var (same, correct, scores) = System(seed: 1, quality: 1);
        var difference = PairedDifference.Of(same, correct, scores, correct, scores);
        Assert.Equal((0, 0, 1.0), (difference.Accuracy, difference.OnlyFirstRight + difference.OnlySecondRight, difference.McNemarP));
        Assert.Equal(new ConfidenceInterval(0, 0), difference.AccuracyInterval);
        Assert.Equal(0, difference.Tar);
        Assert.Equal(new ConfidenceInterval(0, 0), difference.TarInterval);
        Assert.False(difference.SecondIsBetter);
    }

    [Fact]
    public void A_clearly_better_system_is_better_beyond_the_interval_and_the_other_way_round()
    {
        var (same, weakCorrect, weak) = System(seed: 1, quality: .6);
        var (_, strongCorrect, strong) = System(seed: 1, quality: 2);
        var difference = PairedDifference.Of(same, weakCorrect, weak, strongCorrect, strong);
        Assert.True(difference.SecondIsBetter);
        Assert.True(difference.McNemarP < 1e-6);
        Assert.True(difference.TarInterval!.Value.Low > 0);
        Assert.Equal((difference.OnlySecondRight - difference.OnlyFirstRight) / (double)same.Length, difference.Accuracy);
        var turned = PairedDifference.Of(same, strongCorrect, strong, weakCorrect, weak);
        Assert.Equal(-difference.Accuracy, turned.Accuracy);
        Assert.Equal(-difference.Tar!.Value, turned.Tar!.Value, 1e-12);
        Assert.Equal(difference.McNemarP, turned.McNemarP);
        Assert.True(turned.AccuracyInterval.High < 0);
    }

    [Fact]
    public void The_interval_is_that_of_the_normal_approximation_where_pairs_are_many()
    {
        var (same, weakCorrect, weak) = System(seed: 4, quality: .8);
        var (_, strongCorrect, strong) = System(seed: 5, quality: 1);
        var difference = PairedDifference.Of(same, weakCorrect, weak, strongCorrect, strong, draws: 4000);
        var gains = weakCorrect.Zip(strongCorrect, (first, second) => (second ? 1.0 : 0) - (first ? 1 : 0)).ToArray();
        var error = Math.Sqrt(gains.Average(gain => Math.Pow(gain - gains.Average(), 2)) / gains.Length);
        Assert.Equal(difference.Accuracy - (1.96 * error), difference.AccuracyInterval.Low, .15 * error);
        Assert.Equal(difference.Accuracy + (1.96 * error), difference.AccuracyInterval.High, .15 * error);
    }

    [Fact]
    public void One_seed_gives_one_result()
    {
        var (same, firstCorrect, first) = System(seed: 4, quality: .8);
        var (_, secondCorrect, second) = System(seed: 5, quality: 1);
        Assert.Equal(
            PairedDifference.Of(same, firstCorrect, first, secondCorrect, second, seed: 9),
            PairedDifference.Of(same, firstCorrect, first, secondCorrect, second, seed: 9));
    }

    [Fact]
    public void Too_few_pairs_for_the_rate_leave_the_true_accept_rates_out()
    {
        var correct = ScoredPairs.Same.Select(_ => true).ToArray();
        var difference = PairedDifference.Of(ScoredPairs.Same, correct, ScoredPairs.Scores, correct, ScoredPairs.Scores);
        Assert.Null(difference.Tar);
        Assert.Null(difference.TarInterval);
    }

    [Fact]
    public void The_difference_of_true_accept_rates_is_that_of_the_two_curves()
    {
        var (same, firstCorrect, first) = System(seed: 4, quality: .8);
        var (_, secondCorrect, second) = System(seed: 5, quality: 1);
        var difference = PairedDifference.Of(same, firstCorrect, first, secondCorrect, second, far: .05);
        Assert.Equal(RocCurve.Of(second, same).TarAt(.05).Value!.Value - RocCurve.Of(first, same).TarAt(.05).Value!.Value, difference.Tar!.Value, 1e-12);
    }

    /// <summary>600 pairs; noise of unit size over labels that lie 2 x quality apart.</summary>
    private static (bool[] Same, bool[] Correct, double[] Scores) System(int seed, double quality)
    {
        var random = new Random(seed);
        var same = Enumerable.Range(0, 600).Select(pair => pair % 2 == 0).ToArray();
        var scores = same.Select(flag => (flag ? quality : -quality) + Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6).ToArray();
        return (same, [.. same.Select((flag, i) => scores[i] >= 0 == flag)], scores);
    }
}
