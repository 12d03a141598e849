using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class TopRankIdentificationTests
{
    private static readonly double[] Rates = [0.3, 0.2, 0.1, 0.01];

    // Computed with NumPy 1.24.2 and scikit-learn 1.2.1 from the scores of Matrices below. With s the own scores, found = (number of the row's scores >= s) <= 20 and u the strangers' best scores:
    // AUC = roc_auc_score(1 for own and 0 for strangers, [where(found, s, -9), u]); TPIR20 = mean(found & (s > t)) with t = sort(u)[::-1][floor(rate * 200)]; the grid is that of the paper's script:
    // linspace(min(20 best of each row, u), max(u), 1000), shares in float32, argmin(abs(FPIR - rate)), sklearn.metrics.auc(FPIR, TPIR20).
    [Theory]
    [InlineData(
        1024, 0.12, 0.82, 0.13153333333333334, new[] { 0.07666666666666666, 0.056666666666666664, 0.02666666666666667, 0.013333333333333334 }, new[] { 0.8271484375, 0.845703125, 0.876953125, 0.9248046875 },
        0.13153333186004348, new[] { 0.07666666805744171, 0.05666666850447655, 0.02666666731238365, 0.013333333656191826 }, new[] { 0.3, 0.205, 0.1, 0.01 })]
    [InlineData(
        32, 0.10333333333333333, 0.78, 0.13365, new[] { 0.06, 0.03, 0.023333333333333334, 0.013333333333333334 }, new[] { 0.8125, 0.84375, 0.875, 0.90625 },
        0.13364999823806176, new[] { 0.05999999865889549, 0.05999999865889549, 0.029999999329447746, 0.013333333656191826 }, new[] { 0.21, 0.21, 0.11, 0 })]
    public void Values_equal_those_of_NumPy_and_scikit_learn(
        int levels, double rankOne, double rankTwenty, double auc, double[] tpirs, double[] thresholds, double gridAuc, double[] gridTpirs, double[] gridFpirs)
    {
        var (mated, unmated, lowest) = Matrices(levels);

        var result = TopRankIdentification.Of(mated, unmated, lowest, Rates);

        Assert.Equal((rankOne, rankTwenty), (result.Ranks.At(1), result.Ranks.At(20)));
        Assert.Equal(auc, result.Auc, 1e-12);
        Assert.Equal(gridAuc, result.Grid.Auc, 1e-6);
        for (var i = 0; i < Rates.Length; i++)
        {
            Assert.Equal((tpirs[i], thresholds[i]), (result.Tpirs[i].Value!.Value, result.Tpirs[i].Threshold!.Value));
            Assert.Equal(gridTpirs[i], result.Grid.Tpirs[i].Value, 1e-6);
            Assert.Equal(gridFpirs[i], result.Grid.Tpirs[i].Nearest, 1e-6);
            Assert.True(result.Tpirs[i].Interval!.Value.Contains(tpirs[i]), $"{result.Tpirs[i]}");
        }

        Assert.True(result.AucInterval.Contains(auc), $"{result.AucInterval}");
        Assert.Equal((300, 200, 20), (result.Mated, result.Unmated, result.Rank));
    }

    [Fact]
    public void Who_is_in_the_list_is_found_above_the_threshold_and_who_is_not_never()
    {
        // Strangers 0.0 to 0.9: one in ten may be returned, so that the threshold is 0.8.
        UnmatedProbe[] strangers = [.. Enumerable.Range(0, 10).Select(i => new UnmatedProbe(i / 10.0, i))];
        var result = TopRankIdentification.Of([new(0.95, 3, 0), new(0.95, 4, 1), new(0.8, 1, 2), new(0.81, 1, 3)], strangers, 0, [0.1, 0.01], rank: 3);

        Assert.Equal((0.8, 0.5), (result.Tpirs[0].Threshold!.Value, result.Tpirs[0].Value!.Value));
        Assert.Equal((null, "it takes 100 searches with strangers, and there are 10"), (result.Tpirs[1].Value, result.Tpirs[1].Reason));
        Assert.Equal((0.5, 0.75, 1), (result.Ranks.At(1), result.Ranks.At(3), result.Ranks.At(4)));
        // Above all ten, above none, on the ninth (eight and a half), above nine.
        Assert.Equal((10 + 0 + 8.5 + 9) / 40, result.Auc, 1e-12);
        Assert.Equal((1, 0.75), result.Curve()[^1]);
    }

    [Property(MaxTest = 200)]
    public void The_area_is_that_of_all_comparisons_and_of_the_trapezoids_and_rates_are_kept(int seed, byte size, byte levels)
    {
        var random = new Random(seed);
        double Score() => random.Next((levels % 12) + 1) / 8.0;
        RankedProbe[] mated = [.. Enumerable.Range(0, size + 1).Select(i => new RankedProbe(Score(), random.Next(1, 30), i % 5))];
        UnmatedProbe[] unmated = [.. Enumerable.Range(0, (size / 2) + 10).Select(i => new UnmatedProbe(Score(), i % 7))];

        var result = TopRankIdentification.Of(mated, unmated, -1, [0.3, 0.1]);

        double Won(RankedProbe probe, UnmatedProbe stranger) => probe.Rank > 20 ? 0 : probe.OwnScore > stranger.BestScore ? 1 : probe.OwnScore == stranger.BestScore ? 0.5 : 0;
        Assert.Equal(mated.Average(probe => unmated.Average(stranger => Won(probe, stranger))), result.Auc, 1e-9);
        foreach (var tpir in result.Tpirs)
        {
            Assert.InRange(unmated.Count(probe => probe.BestScore > tpir.Threshold) / (double)unmated.Length, 0, tpir.FalsePositiveRate);
            Assert.Equal(mated.Count(probe => probe.Rank <= 20 && probe.OwnScore > tpir.Threshold) / (double)mated.Length, tpir.Value);
            var lower = unmated.Select(probe => probe.BestScore).Where(score => score < tpir.Threshold).DefaultIfEmpty(double.NegativeInfinity).Max();
            Assert.True(unmated.Count(probe => probe.BestScore > lower) > (tpir.FalsePositiveRate * unmated.Length) - 1e-9);
            Assert.True(tpir.Interval!.Value.Low <= tpir.Interval.Value.High);
        }
    }

    [Property(MaxTest = 100)]
    public void A_rising_map_of_the_scores_changes_nothing_but_the_grid(int seed)
    {
        var random = new Random(seed);
        RankedProbe[] mated = [.. Enumerable.Range(0, 60).Select(i => new RankedProbe(random.NextDouble(), random.Next(1, 30), i / 3))];
        UnmatedProbe[] unmated = [.. Enumerable.Range(0, 50).Select(i => new UnmatedProbe(random.NextDouble(), i))];
        double Map(double score) => Math.Exp(3 * score) - 7;

        var (plain, mapped) = (TopRankIdentification.Of(mated, unmated, 0, [0.3, 0.1]), TopRankIdentification.Of(
            [.. mated.Select(probe => probe with { OwnScore = Map(probe.OwnScore) })], [.. unmated.Select(probe => probe with { BestScore = Map(probe.BestScore) })], Map(0), [0.3, 0.1]));

        Assert.Equal((plain.Auc, plain.AucInterval), (mapped.Auc, mapped.AucInterval));
        Assert.Equal(plain.Tpirs.Select(tpir => (tpir.Value, tpir.Interval)), mapped.Tpirs.Select(tpir => (tpir.Value, tpir.Interval)));
        Assert.Equal(plain.Curve(), mapped.Curve());
    }

    [Property(MaxTest = 100)]
    public void First_places_alone_give_what_open_set_identification_gives(int seed)
    {
        var random = new Random(seed);
        double Score() => random.Next(20) / 16.0;
        MatedProbe[] mated = [.. Enumerable.Range(0, 80).Select(i => new MatedProbe(Score(), Score(), i / 4))];
        UnmatedProbe[] unmated = [.. Enumerable.Range(0, 60).Select(i => new UnmatedProbe(Score(), i / 2))];

        var (first, top) = (OpenSetIdentification.Of(mated, unmated), TopRankIdentification.Of([.. mated.Select(probe => new RankedProbe(probe.OwnScore, probe.IsFirst ? 1 : 2, probe.Person))], unmated, 0, [0.3, 0.1], rank: 1));

        Assert.Equal(first.RankOne, top.Ranks.At(1));
        Assert.Equal(first.At([0.3, 0.1]), top.Tpirs);
        Assert.Equal([first.At(0.3), first.At(0.1)], top.Tpirs);
        Assert.Equal(first.Curve(), top.Curve());
    }

    [Fact]
    public void The_interval_is_wider_where_all_searches_are_of_a_few_people()
    {
        var random = new Random(1);
        UnmatedProbe[] strangers = [.. Enumerable.Range(0, 100).Select(i => new UnmatedProbe(0.5 * random.NextDouble(), i))];
        // A person is found always or never.
        TopRankIdentification Of(int people) => TopRankIdentification.Of([.. Enumerable.Range(0, 200).Select(i => new RankedProbe(i % people % 2 == 0 ? 0.9 : 0.1, 1, i % people))], strangers, 0, [0.1]);
        static double Width(ConfidenceInterval interval) => interval.High - interval.Low;

        var (many, few) = (Of(200), Of(8));

        Assert.True(Width(few.Tpirs[0].Interval!.Value) > 2 * Width(many.Tpirs[0].Interval!.Value));
        Assert.True(Width(few.AucInterval) > 2 * Width(many.AucInterval));
    }

    [Fact]
    public void Scores_that_are_all_one_make_a_grid_of_one_point_and_half_an_area()
    {
        var result = TopRankIdentification.Of([new(0.5, 1, 0), new(0.5, 40, 1)], [.. Enumerable.Range(0, 10).Select(i => new UnmatedProbe(0.5, i))], 0.5, [0.3]);

        Assert.Equal((0, 0, 0.25), (result.Grid.Auc, result.Grid.Tpirs[0].Value, result.Auc));
        Assert.Equal((0.5, 0), (result.Tpirs[0].Threshold, result.Tpirs[0].Value));
    }

    [Fact]
    public void Nothing_to_search_with_and_numbers_that_cannot_be_are_refused()
    {
        UnmatedProbe[] strangers = [new(1, 0)];
        Assert.Throws<ArgumentException>(() => TopRankIdentification.Of([], strangers, 0, Rates));
        Assert.Throws<ArgumentException>(() => TopRankIdentification.Of([new(1, 1, 0)], [], 0, Rates));
        Assert.Throws<ArgumentException>(() => TopRankIdentification.Of([new(double.NaN, 1, 0)], strangers, 0, Rates));
        Assert.Throws<ArgumentException>(() => TopRankIdentification.Of([new(1, 1, 0)], [new(double.PositiveInfinity, 0)], 0, Rates));
        Assert.Throws<ArgumentException>(() => TopRankIdentification.Of([new(1, 0, 0)], strangers, 0, Rates));
        Assert.Throws<ArgumentException>(() => TopRankIdentification.Of([new(1, 1, 0)], strangers, double.NaN, Rates));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopRankIdentification.Of([new(1, 1, 0)], strangers, 0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => TopRankIdentification.Of([new(1, 1, 0)], strangers, 0, Rates, rank: 0));
    }

    /// <summary>Scores of 300 probes of 40 people and of 200 strangers with all 40, each the sum of four draws, in so many levels. An own score is one more such sum and an eighth.</summary>
    private static (RankedProbe[] Mated, UnmatedProbe[] Unmated, double Lowest) Matrices(int levels)
    {
        var state = 1L;
        int Draw() => (int)((state = ((state * 1103515245) + 12345) % (1L << 31)) >> 21);
        double Score() => Enumerable.Range(0, 4).Sum(_ => Draw()) / (4096 / levels) / (double)levels;
        double[][] Rows(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, columns).Select(_ => Score()).ToArray())];
        var (known, strangers, own) = (Rows(300, 40), Rows(200, 40), Rows(300, 1));
        for (var i = 0; i < 300; i++) known[i][i % 40] = own[i][0] + 0.125;
        RankedProbe[] mated = [.. known.Select((row, i) => new RankedProbe(row[i % 40], row.Count(score => score >= row[i % 40]), i % 40))];
        UnmatedProbe[] unmated = [.. strangers.Select((row, i) => new UnmatedProbe(row.Max(), i))];
        return (mated, unmated, Math.Min(known.Min(row => row.OrderDescending().ElementAt(19)), unmated.Min(probe => probe.BestScore)));
    }
}
