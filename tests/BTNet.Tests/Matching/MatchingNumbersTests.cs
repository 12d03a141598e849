using BTNet.Embeddings;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Tests.Matching;

/// <summary>What the parts compute, by hand.</summary>
public sealed class MatchingNumbersTests
{
    [Theory]
    [InlineData(-0.2)]
    [InlineData(0)]
    [InlineData(0.2)]
    public void A_tail_is_found_again(double shape)
    {
        const int Count = 20_000;
        // Quantiles of the distribution itself, the greatest first.
        double[] excesses = [.. Enumerable.Range(0, Count).Select(i => (i + 0.5) / Count).Select(above => shape == 0 ? -0.5 * Math.Log(above) : 0.5 / shape * (Math.Pow(above, -shape) - 1))];
        double[] weights = [.. excesses.Select(_ => 1.0)];

        var tail = GeneralisedPareto.Fit(excesses, weights);

        Assert.Equal(shape, tail.Shape, 0.01);
        Assert.Equal(0.5, tail.Scale, 0.01);
        Assert.Equal(0.01, tail.Survival(excesses[Count / 100]), 0.001);
        Assert.Equal(1, tail.Survival(0), 1e-12);
    }

    [Fact]
    public void What_counts_twice_is_as_good_as_there_twice()
    {
        var once = GeneralisedPareto.Fit([3, 3, 1, 0.5, 0.5], [1, 1, 1, 1, 1]);
        var twice = GeneralisedPareto.Fit([3, 1, 0.5], [2, 1, 2]);

        Assert.Equal(once.Shape, twice.Shape, 1e-9);
        Assert.Equal(once.Scale, twice.Scale, 1e-9);
        Assert.Equal(0, new GeneralisedPareto(-0.5, 1).Survival(2.5)); // it ends at 2
        Assert.True(GeneralisedPareto.Fit([], []).Scale > 0);
    }

    [Fact]
    public void A_table_is_linear_in_the_logarithm_of_the_size_and_of_the_logarithm_of_the_rest()
    {
        var table = new ThresholdTable([1, 100], [1 - Math.Exp(-1), 1 - Math.Exp(-Math.Exp(-2))], [[0.1, 0.5], [0.3, 0.7]]);

        Assert.Equal(0.1, table.At(1, 1 - Math.Exp(-1)), 1e-12);
        // y = 1 is half way from 0 to 2, and 10 half way from 1 to 100.
        Assert.Equal(0.3, table.At(1, 1 - Math.Exp(-Math.Exp(-1))), 1e-12);
        Assert.Equal(0.4, table.At(10, 1 - Math.Exp(-Math.Exp(-1))), 1e-12);
        Assert.Equal(1 - Math.Exp(-Math.Exp(-1)), table.RateAt(10, 0.4)!.Value, 1e-12);
        Assert.Equal(1, table.RateAt(1, 0.05));
        Assert.Null(table.RateAt(1, 0.51));
        Assert.Equal(1e-9, ThresholdTable.Rate(ThresholdTable.Rank(1e-9)), 1e-15);
    }

    [Fact]
    public void Of_some_drawn_one_is_among_those_above_as_often_as_counting_says()
    {
        // 2 of 5 are above; of the 10 ways to draw 2, 3 hold none of them.
        Assert.Equal(0.7, CalibrationCheck.Hit(above: 2, all: 5, size: 2), 1e-12);
        Assert.Equal(0, CalibrationCheck.Hit(0, 5, 2));
        Assert.Equal(1, CalibrationCheck.Hit(4, 5, 2));
        Assert.Equal(0.4, CalibrationCheck.Hit(2, 5, 1), 1e-12);
    }

    [Fact]
    public void A_rate_is_the_mean_over_probes_and_not_that_of_the_mean_probe()
    {
        // One probe in two is like everybody at 0.9 or more, the other like nobody: whatever the gallery, half of the searches return somebody.
        var half = new ProbeScores(0, 1, FisherZ.Of(0.95), 1e-6);
        var none = new ProbeScores(1, 1, FisherZ.Of(0.1), 1e-6);
        var scores = StrangerScores.OfPairs([.. Enumerable.Range(0, 200).Select(i => new LabelledScore($"{i}", "b", Math.Tanh((i - 100) / 100.0)))]);
        var model = new StrangerModel(scores.With([half, none]));

        Assert.All(new[] { 1, 10, 1000 }, size => Assert.Equal(0.5, model.Rates([FisherZ.Of(0.5)], [size], [.. new int[scores.People].Select(_ => 1)], shape: 0)[0][0], 1e-9));
    }

    [Fact]
    public void Mates_are_of_one_person_and_people_count_alike()
    {
        var scores = MateScores.Of([(0.2, 0), (0.4, 1), (0.6, 2), (0.6, 2), (0.6, 2), (0.6, 2)])!;

        Assert.Equal(3, scores.People);
        Assert.Equal((0.2, 0.4, 0.6), (scores.Quantiles[0], scores.Quantiles[10], scores.Quantiles[20]));
        Assert.Equal(1, scores.ShareAbove(0.1));
        Assert.Equal(0, scores.ShareAbove(0.7));
        Assert.InRange(scores.ShareAbove(0.5), 0.3, 0.5);
        Assert.Null(MateScores.Of([]));
    }

    [Fact]
    public void A_logistic_curve_is_found_again()
    {
        var random = new Random(2);
        var rows = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble() - 0.5).Select(x => (x, random.NextDouble() < 1 / (1 + Math.Exp(-(0.5 + (3 * x)))), 1.0)).ToList();

        var (start, slope, error) = LogisticFit.Of(rows);

        Assert.Equal(0.5, start, 0.06);
        Assert.Equal(3, slope, 4 * error);
        Assert.InRange(error, 0.03, 0.1);
        Assert.Equal(0, LogisticFit.Of(rows, flat: true).Slope);
    }

    [Fact]
    public void Halving_the_people_shows_whether_what_is_asked_for_comes()
    {
        var (gallery, probes, people) = Strangers.Draw(300, 1, seed: 11);
        Dictionary<Resolution, EmbeddingMatrix> seen = new() { [Resolution.Full] = gallery, [Resolution.Of(14)] = probes };

        var found = CalibrationCheck.Run(seen, people, new CalibrationOptions { Draws = 20 }, splits: 10);

        Assert.Equal(4 * 3 * 3, found.Count);
        Assert.Equal(["112x112", "112x14", "14x112", "14x14"], found.Select(rate => rate.Resolutions.ToString()).Distinct());
        // 150 people tell 1 % by one or two cases: what holds is the mean of all resolutions.
        Assert.All(found.Where(rate => rate.Way != CheckedWay.Independent).GroupBy(rate => (rate.Way, rate.Asked)), rates => Assert.InRange(rates.Average(rate => rate.Obtained), 0.4 * rates.Key.Asked, 2.5 * rates.Key.Asked));
        Assert.All(found, rate => Assert.True(rate is { GallerySize: 145, Deviation: > 0 }));
        Assert.Equal(0.05, new CheckedRate(Strangers.Pair, CheckedWay.OwnTail, 145, 0.1, Obtained: 0.14, Deviation: 0.03).Error, 1e-12);
        // By itself there is no other tail to share.
        Assert.Equal([CheckedWay.AsCalibrated, CheckedWay.Independent], CalibrationCheck.Run(new Dictionary<Resolution, EmbeddingMatrix> { [Resolution.Full] = gallery }, people, new CalibrationOptions { Draws = 20 }, splits: 2).Select(rate => rate.Way).Distinct());
        Assert.Throws<ArgumentException>(() => CalibrationCheck.Run(seen, people[1..]));
    }

    [Fact]
    public void Images_of_one_person_are_no_strangers_to_each_other()
    {
        // Without noise all images of a person are one; were they taken for strangers, the best scores would be 1.
        var (gallery, _, people) = Strangers.Draw(80, 3, seed: 4, noise: 0);

        var scores = StrangerScores.Of(gallery, gallery, people);

        Assert.True(ScoreCalibrator.Calibrate(Strangers.Pair, scores).Threshold(0.5, 10).Value < 0.95);
        Assert.Equal(80, scores.People);
        Assert.True(scores.Mates!.Quantiles[0] > 0.999);
    }
}
