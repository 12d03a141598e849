using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class FixedThresholdTests
{
    private static readonly OpenSetIdentification Searches = OpenSetIdentification.Of(
        [new MatedProbe(0.9, 0.1, 0), new MatedProbe(0.5, 0.1, 1), new MatedProbe(0.6, 0.7, 2), new MatedProbe(0.4, 0.3, 3)],
        [new UnmatedProbe(0.5, 10), new UnmatedProbe(0.49, 11), new UnmatedProbe(0.8, 12), new UnmatedProbe(0.1, 13), new UnmatedProbe(0.2, 14)]);

    [Fact]
    public void Scores_on_the_threshold_are_returned_and_the_second_best_are_not_found()
    {
        var found = FixedThreshold.Of(Searches, 0.5);

        Assert.Equal((0.4, 0.5), (found.Fpir, found.Tpir));
        AssertNear(ConfidenceInterval.Wilson(2, 5), found.FpirInterval);
        AssertNear(ConfidenceInterval.Wilson(2, 4), found.TpirInterval);
    }

    [Fact]
    public void Never_and_always_have_an_interval()
    {
        Assert.Equal(ConfidenceInterval.Wilson(0, 5), FixedThreshold.Of(Searches, 2).FpirInterval);
        Assert.Equal(ConfidenceInterval.Wilson(5, 5), FixedThreshold.Of(Searches, -2).FpirInterval);
    }

    [Fact]
    public void Searches_of_one_person_and_those_that_one_enrolled_person_draws_count_less()
    {
        // The same ten alarms in a hundred searches: of a hundred people, of ten people with ten searches each, and of a hundred who all came to one enrolled person.
        var apart = Enumerable.Range(0, 100).Select(i => (i < 10, i, (int?)i)).ToList();
        var together = Enumerable.Range(0, 100).Select(i => (i < 10, i / 10, (int?)null)).ToList();
        var drawn = Enumerable.Range(0, 100).Select(i => (i < 10, i, (int?)(i < 10 ? 0 : i))).ToList();

        AssertNear(ConfidenceInterval.Wilson(10, 100), FixedThreshold.ByPerson(apart).Interval());
        // Ten people of whom one has all: a share of 0.1 of ten trials.
        AssertNear(ConfidenceInterval.Wilson(1, 10), FixedThreshold.ByPerson(together).Interval());
        Assert.True(FixedThreshold.ByPerson(drawn).Interval().High > 1.5 * ConfidenceInterval.Wilson(10, 100).High);
    }

    [Fact]
    public void As_many_nearest_as_searches_are_needed() => Assert.Throws<ArgumentException>(() => FixedThreshold.Of(Searches, 0.5, [1, 2]));

    private static void AssertNear(ConfidenceInterval expected, ConfidenceInterval found)
    {
        Assert.Equal(expected.Low, found.Low, 1e-9);
        Assert.Equal(expected.High, found.High, 1e-9);
    }
}
