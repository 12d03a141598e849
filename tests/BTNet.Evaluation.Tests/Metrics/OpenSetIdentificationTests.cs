using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class OpenSetIdentificationTests
{
    [Fact]
    public void Found_are_those_who_come_first_above_the_strangers_that_may_not_be_returned()
    {
        // Ten strangers, scores 0.0 to 0.9: at a rate of 0.1 one may be returned, so the threshold is 0.8.
        var strangers = Strangers([.. Enumerable.Range(0, 10).Select(i => i / 10.0)]);
        var result = OpenSetIdentification.Of(
            [new(0.95, 0.2, 0), new(0.85, 0.9, 1), new(0.81, 0.3, 2), new(0.8, 0.1, 3), new(0.5, 0.4, 4)], strangers);

        var tpir = result.At(0.1);

        Assert.Equal((0.8, 2 / 5.0, null), (tpir.Threshold, tpir.Value!.Value, tpir.Reason));
        Assert.Equal(4 / 5.0, result.RankOne); // all but the second
        Assert.Equal(2 / 5.0, result.At(0.15).Value);
        Assert.Equal(3 / 5.0, result.At(0.2).Value); // above 0.7
    }

    [Fact]
    public void A_shared_first_place_finds_nobody_and_equal_strangers_are_returned_together_or_not_at_all()
    {
        var result = OpenSetIdentification.Of([new(0.9, 0.9, 0), new(0.9, 0.8, 1)], Strangers([0.5, 0.5, 0.5, 0.1]));

        Assert.Equal(0.5, result.RankOne);
        // One in four may be returned, and the three at 0.5 are one place: none is.
        Assert.Equal(0.5, result.At(0.25).Threshold);
        Assert.Equal([(0, 0.5), (0.75, 0.5), (1, 0.5)], result.Curve());
    }

    [Fact]
    public void Fewer_strangers_than_a_rate_needs_give_a_reason_in_place_of_a_value()
    {
        var tpir = OpenSetIdentification.Of([new(1, 0, 0)], Strangers([.. new double[99]])).At(0.01);

        Assert.Equal((null, null, null), (tpir.Value, tpir.Interval, tpir.Threshold));
        Assert.Equal("it takes 100 searches with strangers, and there are 99", tpir.Reason);
        Assert.Equal(1, OpenSetIdentification.Of([new(1, 0, 0)], Strangers([.. new double[100]])).At(0.01).Value);
    }

    [Fact]
    public void Nothing_to_search_with_and_scores_that_are_no_numbers_are_refused()
    {
        Assert.Throws<ArgumentException>(() => OpenSetIdentification.Of([], Strangers([1])));
        Assert.Throws<ArgumentException>(() => OpenSetIdentification.Of([new(1, 0, 0)], []));
        Assert.Throws<ArgumentException>(() => OpenSetIdentification.Of([new(double.NaN, 0, 0)], Strangers([1])));
        Assert.Throws<ArgumentException>(() => OpenSetIdentification.Of([new(1, 0, 0)], Strangers([double.NaN])));
        foreach (var rate in (double[])[0, 1, double.NaN]) Assert.Throws<ArgumentOutOfRangeException>(() => OpenSetIdentification.Of([new(1, 0, 0)], Strangers([1])).At(rate));
    }

    [Property(MaxTest = 200)]
    public void Counting_at_the_threshold_gives_what_is_said_and_no_lower_threshold_would_do(int seed, byte size, byte levels)
    {
        var random = new Random(seed);
        // Few levels, so that many scores are equal.
        double Score() => random.Next((levels % 12) + 1) / 10.0;
        MatedProbe[] mated = [.. Enumerable.Range(0, size + 1).Select(i => new MatedProbe(Score(), Score(), i % 5))];
        UnmatedProbe[] unmated = [.. Enumerable.Range(0, (size / 2) + 10).Select(i => new UnmatedProbe(Score(), i % 7))];

        var tpir = OpenSetIdentification.Of(mated, unmated).At(0.1);

        var threshold = tpir.Threshold!.Value;
        Assert.InRange(unmated.Count(probe => probe.BestScore > threshold) / (double)unmated.Length, 0, 0.1);
        Assert.Equal(mated.Count(probe => probe.OwnScore > probe.OtherScore && probe.OwnScore > threshold) / (double)mated.Length, tpir.Value);
        var lower = unmated.Select(probe => probe.BestScore).Where(score => score < threshold).DefaultIfEmpty(double.NegativeInfinity).Max();
        Assert.True(unmated.Count(probe => probe.BestScore > lower) > 0.1 * unmated.Length - 1e-9);
        Assert.True(tpir.Interval!.Value.Low <= tpir.Interval.Value.High);
    }

    [Property(MaxTest = 100)]
    public void A_rising_map_of_the_scores_changes_nothing(int seed)
    {
        var random = new Random(seed);
        MatedProbe[] mated = [.. Enumerable.Range(0, 60).Select(i => new MatedProbe(random.NextDouble(), random.NextDouble(), i / 3))];
        UnmatedProbe[] unmated = [.. Enumerable.Range(0, 50).Select(i => new UnmatedProbe(random.NextDouble(), i))];
        double Map(double score) => Math.Exp(3 * score) - 7;

        var (plain, mapped) = (OpenSetIdentification.Of(mated, unmated),
            OpenSetIdentification.Of([.. mated.Select(probe => probe with { OwnScore = Map(probe.OwnScore), OtherScore = Map(probe.OtherScore) })], [.. unmated.Select(probe => probe with { BestScore = Map(probe.BestScore) })]));

        Assert.Equal((plain.RankOne, plain.At(0.1).Value, plain.At(0.1).Interval), (mapped.RankOne, mapped.At(0.1).Value, mapped.At(0.1).Interval));
        Assert.Equal(plain.Curve(), mapped.Curve());
    }

    [Property(MaxTest = 20)]
    public void The_interval_is_that_of_people_drawn_with_all_their_searches(int seed)
    {
        var random = new Random(seed);
        double Score() => random.Next(30) / 10.0;
        MatedProbe[] mated = [.. Enumerable.Range(0, 40).Select(i => new MatedProbe(Score(), Score(), i % 9))];
        UnmatedProbe[] unmated = [.. Enumerable.Range(0, 30).Select(i => new UnmatedProbe(Score(), i % 11))];

        var draw = new Random(1);
        List<T> Drawn<T>(T[][] people) => [.. Enumerable.Range(0, people.Length).SelectMany(_ => people[draw.Next(people.Length)])];
        var found = new double[1000];
        for (var i = 0; i < found.Length; i++)
        {
            // Strangers first, then the others; the threshold is anew the score of the first stranger too many.
            double[] strangers = [.. Drawn(People(unmated, probe => probe.Person)).Select(probe => probe.BestScore).OrderDescending()];
            var enrolled = Drawn(People(mated, probe => probe.Person));
            found[i] = enrolled.Count(probe => probe.OwnScore > probe.OtherScore && probe.OwnScore > strangers[strangers.Length / 10]) / (double)enrolled.Count;
        }

        Assert.Equal(Middle(found), OpenSetIdentification.Of(mated, unmated).At(0.1).Interval);

        // Of 1,000 values the 25th and the 975th, linear between neighbours as NumPy's percentile is.
        static ConfidenceInterval Middle(double[] values)
        {
            Array.Sort(values);
            return new ConfidenceInterval(values[24] + ((0.025 * 999) - 24) * (values[25] - values[24]), values[974] + ((0.975 * 999) - 974) * (values[975] - values[974]));
        }

        static T[][] People<T>(T[] probes, Func<T, int> person) => [.. probes.GroupBy(person).OrderBy(one => one.Key).Select(one => one.ToArray())];
    }

    [Fact]
    public void The_interval_is_wider_where_all_searches_are_of_a_few_people()
    {
        var random = new Random(1);
        // A person is found always or never.
        MatedProbe Probe(int i, int person) => new(person % 2 == 0 ? 0.9 : 0.1, 0, i);
        MatedProbe[] many = [.. Enumerable.Range(0, 200).Select(i => Probe(i, i))];
        MatedProbe[] few = [.. Enumerable.Range(0, 200).Select(i => Probe(i % 8, i % 8))];
        var strangers = Strangers([.. Enumerable.Range(0, 100).Select(_ => 0.5 * random.NextDouble())]);

        double Width(MatedProbe[] mated) => OpenSetIdentification.Of(mated, strangers).At(0.1).Interval is { } interval ? interval.High - interval.Low : 0;

        Assert.True(Width(few) > 2 * Width(many), $"{Width(few)} and {Width(many)}");
    }

    private static UnmatedProbe[] Strangers(double[] scores) => [.. scores.Select((score, i) => new UnmatedProbe(score, i))];
}
