using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class KFoldAccuracyTests
{
    [Fact]
    public void The_figures_are_those_of_an_independent_computation()
    {
        var accuracy = KFoldAccuracy.Of(ScoredPairs.Scores, ScoredPairs.Same, ScoredPairs.Folds);
        Assert.Equal([.4, .6, .2, .6], accuracy.Folds);
        Assert.Equal(.45, accuracy.Mean, 1e-15);
        Assert.Equal(0.16583123951776998, accuracy.StandardDeviation, 1e-15);
        Assert.Equal([.8, .325, .45, .625], accuracy.Thresholds.Select(threshold => Math.Round(threshold, 9)));
        Assert.Equal(ConfidenceInterval.Wilson(9, 20), accuracy.Interval);
        Assert.Equal(9, accuracy.Correct.Count(right => right));
    }

    [Fact]
    public void The_reference_grid_gives_the_figures_of_the_usual_script()
    {
        var accuracy = KFoldAccuracy.OnReferenceGrid([.. ScoredPairs.Scores.Select(score => 2 - (2 * score))], ScoredPairs.Same, ScoredPairs.Folds);
        Assert.Equal([.2, .6, .4, .6], accuracy.Folds);
        Assert.Equal([0, 1.31, 1.01, 0.7000000000000001], accuracy.Thresholds);
    }

    [Fact]
    public void Separable_pairs_are_all_judged_right()
    {
        var accuracy = KFoldAccuracy.Of([.9, .2, .8, .1, .95, .15], [true, false, true, false, true, false], [0, 0, 1, 1, 2, 2]);
        Assert.Equal(1, accuracy.Mean);
        Assert.Equal(0, accuracy.StandardDeviation);
        Assert.Equal([0.475, 0.55, 0.5], accuracy.Thresholds.Select(threshold => Math.Round(threshold, 9)));
    }

    [Fact]
    public void A_threshold_never_falls_between_two_neighbouring_numbers_on_the_wrong_side()
    {
        var upper = Math.BitIncrement(.5);
        var accuracy = KFoldAccuracy.Of([upper, .5, upper, .5], [true, false, true, false], [0, 0, 1, 1]);
        Assert.Equal(1, accuracy.Mean);
    }

    [Property(MaxTest = 200)]
    public void It_equals_a_plain_search_over_every_threshold(int seed)
    {
        var (scores, same, folds) = ScoredPairs.Random(seed);
        var accuracy = KFoldAccuracy.Of(scores, same, folds);
        for (var fold = 0; fold < 3; fold++)
        {
            var others = Enumerable.Range(0, scores.Length).Where(pair => folds[pair] != fold).ToArray();
            var levels = others.Select(pair => scores[pair]).Distinct().OrderDescending().ToArray();
            double[] candidates = [levels[0] + 1e-12, .. levels.Skip(1).Select((level, i) => (level + levels[i]) / 2), levels[^1]];
            var best = candidates.MaxBy(threshold => others.Count(pair => scores[pair] >= threshold == same[pair]));
            Assert.Equal(best, accuracy.Thresholds[fold], 1e-9);
            var own = Enumerable.Range(0, scores.Length).Where(pair => folds[pair] == fold).ToArray();
            Assert.Equal(own.Average(pair => scores[pair] >= best == same[pair] ? 1.0 : 0), accuracy.Folds[fold], 1e-12);
        }
    }

    [Property(MaxTest = 100)]
    public void Scaling_the_scores_changes_no_judgement(int seed)
    {
        var (scores, same, folds) = ScoredPairs.Random(seed);
        Assert.Equal(
            KFoldAccuracy.Of(scores, same, folds).Correct,
            KFoldAccuracy.Of([.. scores.Select(score => 4 * score)], same, folds).Correct);
    }

    [Fact]
    public void Folds_that_cannot_judge_each_other_are_refused()
    {
        Assert.Throws<ArgumentException>(() => KFoldAccuracy.Of([1, 2], [true, false], [0, 0]));
        Assert.Throws<ArgumentException>(() => KFoldAccuracy.Of([1, 2, 3], [true, false, true], [0, 2, 2]));
        Assert.Throws<ArgumentException>(() => KFoldAccuracy.Of([1, 2], [true, false], [0]));
    }
}
