using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class RocOfManyTests
{
    [Property(MaxTest = 500)]
    public void Its_figures_are_those_of_the_curve_with_every_point(int seed)
    {
        var (scores, same, _) = ScoredPairs.Random(seed);
        var (whole, many) = (RocCurve.Of([.. scores.Select(score => (double)(float)score)], same), Many(scores, same));

        Assert.Equal((whole.Positives, whole.Negatives), (many.Positives, many.Negatives));
        Assert.Equal(whole.Auc, many.Auc, 1e-12);
        Assert.Equal(whole.AucInterval.Low, many.AucInterval.Low, 1e-9);
        Assert.Equal(whole.AucInterval.High, many.AucInterval.High, 1e-9);
        Assert.Equal(whole.EqualErrorRate, many.EqualErrorRate, 1e-12);
        foreach (var far in (double[])[.02, .05, .1, .3, 1])
        {
            var (one, other) = (whole.TarAt(far), many.TarAt(far));
            Assert.Equal((one.Value, one.Interval, one.Reason), (other.Value, other.Interval, other.Reason));
            // Between two corners lie strangers only.
            if (other.Threshold is { } threshold) Assert.Equal(whole.Points.Last(point => point.Threshold >= threshold).TrueAccepts, one.Value!.Value * whole.Positives, 1e-9);
        }

        Assert.All(many.Points, point => Assert.Contains(point, whole.Points));
    }

    [Fact]
    public void Points_are_two_a_pair_of_one_person_at_most_however_many_strangers_there_are()
    {
        var random = new Random(1);
        float[] mates = [.. Enumerable.Range(0, 50).Select(_ => random.NextSingle())], strangers = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextSingle())];

        Assert.InRange(RocCurve.OfMany(mates, strangers).Points.Count, 52, 102);
    }

    [Fact]
    public void Nothing_to_compare_scores_that_are_no_numbers_and_resampling_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RocCurve.OfMany([], [1]));
        Assert.Throws<ArgumentException>(() => RocCurve.OfMany([1], []));
        Assert.Throws<ArgumentException>(() => RocCurve.OfMany([1, float.NaN], [0]));
        Assert.Throws<ArgumentException>(() => RocCurve.OfMany([1], [0, float.NaN, 2]));
        Assert.Throws<InvalidOperationException>(() => RocCurve.OfMany([1], [0]).EqualErrorRateInterval);
    }

    private static RocCurve Many(double[] scores, bool[] same)
    {
        float[] Of(bool label) => [.. scores.Where((_, i) => same[i] == label).Select(score => (float)score)];
        return RocCurve.OfMany(Of(true), Of(false));
    }
}
