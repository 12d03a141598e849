using System.Numerics.Tensors;
using BTNet.Embeddings;
using BTNet.Matching;
using BTNet.Resolutions;
using FsCheck.Xunit;

namespace BTNet.Tests.Matching;

public sealed class ScoreCalibratorTests
{
    private static readonly ScoreCalibration OfMany = Strangers.Calibrate(400);

    [Fact]
    public void The_rate_obtained_is_the_rate_asked_for_and_the_true_threshold_lies_in_its_interval()
    {
        const double Asked = 0.05;
        const int Enrolled = 80, Worlds = 30;
        // Far more people than are ever calibrated with.
        var truth = BestOfStrangers(3000, Enrolled, seed: 999);
        Array.Sort(truth);
        var threshold = truth[(int)((1 - Asked) * truth.Length)];
        var (within, obtained) = (0, 0.0);
        for (var world = 0; world < Worlds; world++)
        {
            var found = Strangers.Calibrate(200, seed: world).Threshold(Asked, Enrolled);
            if (found.Low <= threshold && threshold <= found.High) within++;
            obtained += truth.Count(score => score >= found.Value) / (double)truth.Length / Worlds;
        }

        // 95 % of 30, less what chance and a resampling of few people take.
        Assert.InRange(within, 24, 30);
        Assert.InRange(obtained, 0.8 * Asked, 1.25 * Asked);
    }

    [Fact]
    public void A_gallery_larger_than_the_sample_is_told_from_the_tail()
    {
        const double Asked = 0.05;
        const int Enrolled = 1000, Worlds = 20;
        var truth = BestOfStrangers(1000, Enrolled, seed: 998);
        Array.Sort(truth);
        var threshold = truth[(int)((1 - Asked) * truth.Length)];
        var found = Enumerable.Range(0, Worlds).Select(world => Strangers.Calibrate(200, seed: world).Threshold(Asked, Enrolled)).ToList();

        Assert.All(found, one => Assert.NotNull(one.Caveat));
        Assert.InRange(found.Count(one => one.Low <= threshold && threshold <= one.High), 14, Worlds);
        Assert.InRange(found.Average(one => one.Value), threshold - 0.04, threshold + 0.04);
        Assert.InRange(found.Average(one => truth.Count(score => score >= one.Value) / (double)truth.Length), 0.6 * Asked, 1.4 * Asked);
    }

    [Property(MaxTest = 200)]
    public void A_threshold_rises_with_the_gallery_and_with_rarer_alarms(ushort size, ushort more, double share, double rarer)
    {
        var rate = 0.01 + (0.9 * Fraction(share));
        var rare = rate * (0.1 + (0.9 * Fraction(rarer)));
        var (few, many) = (1 + (size % 2000), 1 + (size % 2000) + (more % 2000));

        var (at, atMany, atRare) = (OfMany.Threshold(rate, few), OfMany.Threshold(rate, many), OfMany.Threshold(Math.Max(rare, OfMany.LeastRate), few));

        Assert.True(at.Value <= atMany.Value && at.Value <= atRare.Value);
        Assert.True(at.Low <= at.Value && at.Value <= at.High);
        Assert.InRange(at.Value, -1, 1);
    }

    [Property(MaxTest = 200)]
    public void A_probability_lies_between_0_and_1_falls_with_the_score_and_rises_with_the_gallery(double one, double other, ushort size, ushort more)
    {
        var (low, high) = (Math.Min(Cosine(one), Cosine(other)), Math.Max(Cosine(one), Cosine(other)));
        var (few, many) = (1 + (size % 2000), 1 + (size % 2000) + (more % 2000));

        var (likely, unlikely) = (OfMany.Probability(low, few), OfMany.Probability(high, few));

        Assert.True(unlikely.Value <= likely.Value);
        Assert.True(likely.Value <= OfMany.Probability(low, many).Value + 1e-12);
        Assert.All(new[] { likely, unlikely }, found => Assert.True(found is { Value: > 0 and <= 1, Low: >= 0, High: <= 1 } && found.Low <= found.Value && (found.Value <= found.High || found.IsAtMost)));
    }

    [Property(MaxTest = 100)]
    public void The_probability_at_a_threshold_is_its_rate(double share, ushort size)
    {
        var (rate, enrolled) = (0.002 + (0.9 * Fraction(share)), 1 + (size % 3000));

        var probability = OfMany.Probability(OfMany.Threshold(rate, enrolled).Value, enrolled);

        Assert.Equal(rate, probability.Value, rate * 0.02);
    }

    [Fact]
    public void The_same_people_give_the_same_calibration_and_their_order_makes_no_difference_to_the_thresholds()
    {
        var (gallery, probes, people) = Strangers.Draw(60, 2, seed: 5);
        int[] order = [.. Enumerable.Range(0, people.Length).Select(i => people.Length - 1 - i)];
        EmbeddingMatrix Reordered(EmbeddingMatrix matrix) => new(matrix.Rows, matrix.Columns, [.. order.SelectMany(row => matrix[row].ToArray())]);
        ScoreCalibration Of(EmbeddingMatrix enrolled, EmbeddingMatrix searched, int[] whose) => ScoreCalibrator.Calibrate(Strangers.Pair, StrangerScores.Of(enrolled, searched, whose));

        var (one, again, turned) = (Of(gallery, probes, people), Of(gallery, probes, people), Of(Reordered(gallery), Reordered(probes), [.. order.Select(row => people[row])]));

        Assert.Equal(one.Threshold(0.05, 100), again.Threshold(0.05, 100));
        Assert.Equal(one.Threshold(0.05, 100).Value, turned.Threshold(0.05, 100).Value, 0.002);
    }

    [Fact]
    public void A_rate_that_the_people_cannot_tell_is_refused_and_one_that_they_hardly_can_says_so()
    {
        var of500 = Strangers.Calibrate(500, draws: 20);

        Assert.Contains("1 in 1,000 of 500 people is less than 3 cases", of500.Threshold(0.001, 100).Caveat, StringComparison.Ordinal);
        Assert.Null(of500.Threshold(0.01, 100).Caveat);
        Assert.True(of500.Threshold(0.001, 100) is { } rare && of500.Threshold(0.1, 100) is { } common && rare.High - rare.Low > common.High - common.Low);
        var refused = Assert.Throws<InputException>(() => of500.Threshold(1e-4, 100)).Message;
        Assert.Contains("1 in 10,000 at 112x14 is more than 500 people can tell", refused, StringComparison.Ordinal);
        Assert.Contains("30,000 for a rate that stands on cases", refused, StringComparison.Ordinal);
        Assert.Contains("Calibrate with 10,000 or more", Assert.Throws<InputException>(() => of500.Threshold(0.1, 1_000_000)).Message, StringComparison.Ordinal);
        // Just as many as it takes, whatever 0.01 is in binary.
        Assert.Equal(0.01, Strangers.Calibrate(30, draws: 20).LeastRate);
        Assert.True(of500.Probability(1, 100) is { IsAtMost: true, Low: 0 } probability && probability.Value == of500.LeastRate);
    }

    [Fact]
    public void Pairs_are_taken_for_independent_and_that_is_said()
    {
        var random = new Random(3);
        var pairs = Enumerable.Range(0, 4000).Select(i => new LabelledScore($"{random.Next(200)}", $"other {random.Next(200)}", Math.Tanh(0.1 * Normal(random)))).ToList();
        var found = ScoreCalibrator.Calibrate(Strangers.Pair, StrangerScores.OfPairs(pairs));

        // Of 10 independent scores the best is above the 0.9^(1/10) quantile, 2.309 deviations, in one of ten.
        var threshold = found.Threshold(0.1, 10);
        Assert.InRange(FisherZ.Of(threshold.Value), 0.23 - 0.012, 0.23 + 0.012);
        Assert.Contains("pairs do not tell", threshold.Caveat, StringComparison.Ordinal);
        Assert.False(found.IsByProbe);
    }

    [Fact]
    public void Too_few_people_odd_numbers_and_odd_options_are_refused()
    {
        var (gallery, probes, people) = Strangers.Draw(19, 1, seed: 1);
        Assert.Contains("19 people are too few", Assert.Throws<InputException>(() => StrangerScores.Of(gallery, probes, people)).Message, StringComparison.Ordinal);

        var odd = new EmbeddingMatrix(probes.Rows, probes.Columns, [.. probes.Values.ToArray().Select((value, i) => i == 7 ? float.NaN : value)]);
        Assert.Contains("not finite", Assert.Throws<InputException>(() => StrangerScores.Of(gallery, odd, people)).Message, StringComparison.Ordinal);

        var faults = Assert.Throws<InputException>(() => StrangerScores.Of(gallery, probes, people, new CalibrationOptions { Draws = 1, MostImages = 0, TailShare = 2 })).Faults;
        Assert.Equal(3, faults.Count);
        Assert.Throws<ArgumentException>(() => StrangerScores.Of(gallery, probes, people[1..]));
        Assert.Contains("2 pairs of different people", Assert.Throws<InputException>(() => StrangerScores.OfPairs([new("a", "b", 0.1), new("a", "c", 0.2)])).Message, StringComparison.Ordinal);
    }

    /// <summary>What searches for strangers come to in galleries of others, by hand.</summary>
    private static double[] BestOfStrangers(int searches, int enrolled, int seed)
    {
        var (gallery, _, _) = Strangers.Draw(4000, 1, seed);
        var (_, probes, _) = Strangers.Draw(searches, 1, seed + 1000);
        var (units, searched, random) = (gallery.Normalized(), probes.Normalized(), new Random(seed));
        return [.. Enumerable.Range(0, searches).Select(search =>
        {
            double best = -1;
            for (var i = 0; i < enrolled; i++) best = Math.Max(best, TensorPrimitives.Dot(searched[search], units[random.Next(units.Rows)]));
            return best;
        })];
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Fraction(double any) => double.IsFinite(any) ? Math.Abs(any) % 1 : 0.5;

    private static double Cosine(double any) => (2 * Fraction(any)) - 1;
}
