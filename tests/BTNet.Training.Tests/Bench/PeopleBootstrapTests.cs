using BTNet.Benchmarks;

namespace BTNet.Training.Tests.Bench;

public sealed class PeopleBootstrapTests
{
    [Fact]
    public void What_hangs_on_one_person_is_less_sure_than_what_many_share()
    {
        // Of 40 people with ten pairs each, a quarter of the pairs gain: every fourth pair of everybody, or all of ten people.
        (string, string)[] pairs = [.. Enumerable.Range(0, 400).Select(pair => ($"{pair / 10}", $"{pair / 10}"))];
        int[] shared = [.. Enumerable.Range(0, 400).Select(pair => pair % 4 == 0 ? 1 : 0)], lumped = [.. Enumerable.Range(0, 400).Select(pair => pair / 10 < 10 ? 1 : 0)];
        var (narrow, wide) = (PeopleBootstrap.Interval(shared, pairs, 500, seed: 1), PeopleBootstrap.Interval(lumped, pairs, 500, seed: 1));
        Assert.InRange(narrow.Low, 0.2, 0.25);
        Assert.InRange(narrow.High, 0.25, 0.3);
        // Ten of forty: 0.25 +- 1.96 sqrt(0.25 * 0.75 / 40).
        Assert.InRange(wide.Low, 0.08, 0.16);
        Assert.InRange(wide.High, 0.34, 0.42);
    }

    [Fact]
    public void Both_kinds_of_pairs_keep_their_weight()
    {
        // Pairs of one person all gain, those of two lose.
        (string, string)[] pairs = [("a", "a"), ("b", "b"), ("c", "c"), ("a", "b"), ("b", "c"), ("a", "c")];
        var (low, high) = PeopleBootstrap.Interval([1, 1, 1, -1, -1, -1], pairs, 200, seed: 1);
        Assert.InRange(low, 0, 0.5);
        Assert.InRange(high, 0, 0.5);
        Assert.Equal(PeopleBootstrap.Interval([1, 0, 0, 0, 0, 0], pairs, 200, seed: 3), PeopleBootstrap.Interval([1, 0, 0, 0, 0, 0], pairs, 200, seed: 3));
    }
}
