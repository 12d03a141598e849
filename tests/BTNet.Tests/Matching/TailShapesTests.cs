using BTNet.Embeddings;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Tests.Matching;

public sealed class TailShapesTests
{
    private static readonly Resolution[] Sides = [Resolution.Full, Resolution.Of(28), Resolution.Of(14), Resolution.Of(7)];

    [Fact]
    public void The_shape_is_the_mean_of_all_and_that_of_draws_lies_about_it()
    {
        StrangerModel[] models = [.. Sides[..3].Select((_, i) => new StrangerModel(Scores(100, 1, i)))];
        int[] once = [.. Enumerable.Repeat(1, 100)];
        var own = models.Select(model => model.Shape(once)!.Value).ToArray();

        var shapes = TailShapes.Of(models, 50, Drawn, TestContext.Current.CancellationToken);

        Assert.True(own.Max() - own.Min() > 0.01); // else there is nothing to share
        var all = Enumerable.Range(0, 50).Select(draw => shapes[draw]).ToArray();
        Assert.Equal(own.Average(), all.Average(), 1e-9);
        Assert.True(all.Max() - all.Min() > 0.01);
        // The same people at all resolutions: a draw differs from their mean as the mean of the models does.
        double Raw(int draw) => models.Average(model => model.Shape(Drawn(100, draw))!.Value);
        Assert.Equal(Raw(7) - Raw(3), shapes[7] - shapes[3], 1e-9);
    }

    [Fact]
    public void Several_resolutions_together_tell_the_far_end_more_steadily_than_each_alone()
    {
        var options = new CalibrationOptions { Draws = 20 };
        var (alone, together) = (new List<double>(), new List<double>());
        for (var world = 0; world < 15; world++)
        {
            // The same people seen four times, each with chance of its own; the first is looked at.
            List<(MatchedResolutions, StrangerScores)> pairs = [.. Sides.Select((side, i) => (new MatchedResolutions(Resolution.Full, side), Scores(80, world, i)))];
            alone.Add(FisherZ.Of(ScoreCalibrator.Calibrate(pairs[0].Item1, pairs[0].Item2, options).Threshold(0.05, 4000).Value));
            together.Add(FisherZ.Of(ScoreCalibrator.Calibrate(pairs, options)[0].Threshold(0.05, 4000).Value));
        }

        Assert.True(Deviation(together) < 0.8 * Deviation(alone), $"{Deviation(together)} together, {Deviation(alone)} alone");

        static double Deviation(List<double> values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));
    }

    [Fact]
    public void Calibrations_come_in_the_order_asked_for_and_are_told_one_by_one()
    {
        List<int> told = [];
        List<(MatchedResolutions, StrangerScores)> pairs = [.. Sides.Select((side, i) => (new MatchedResolutions(side, Resolution.Full), Scores(40, 1, i)))];

        var found = ScoreCalibrator.Calibrate(pairs, new CalibrationOptions { Draws = 20 }, new Told(told.Add));

        Assert.Equal(pairs.Select(pair => pair.Item1), found.Select(calibration => calibration.Resolutions));
        Assert.Equal([1, 2, 3, 4], told);
        Assert.Empty(ScoreCalibrator.Calibrate([]));
        Assert.Contains("40 and 41 people", Assert.Throws<ArgumentException>(() => ScoreCalibrator.Calibrate([pairs[0], (pairs[1].Item1, Scores(41, 1, 1))])).Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Throws<InputException>(() => ScoreCalibrator.Calibrate(pairs, new CalibrationOptions { Draws = 1, MostImages = 0 })).Faults.Count);
    }

    /// <summary>The same people for a seed, seen with another noise each time.</summary>
    private static StrangerScores Scores(int people, int seed, int seen)
    {
        var (gallery, probes, whose) = Strangers.Draw(people, 1, seed, noise: 0);
        var random = new Random((1000 * seed) + seen);
        return StrangerScores.Of(Noisy(gallery), Noisy(probes), whose);

        EmbeddingMatrix Noisy(EmbeddingMatrix of) => new(of.Rows, of.Columns, [.. of.Values.ToArray().Select(value => value + (float)(1.2 * (random.NextDouble() - random.NextDouble())))]);
    }

    private static int[] Drawn(int people, int draw)
    {
        var (random, drawn) = (new Random(draw), new int[people]);
        for (var i = 0; i < people; i++) drawn[random.Next(people)]++;
        return drawn;
    }

    private sealed class Told(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}
