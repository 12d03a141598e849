using System.Diagnostics;
using BTNet.Gallery.Search;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace BTNet.Tests.Gallery.Search;

public sealed class BestOwnersTests
{
    [Property(MaxTest = 300)]
    public Property The_best_of_owners_are_those_of_sorting_all_at_every_moment() => Prop.ForAll(
        Gen.Choose(1, 30).SelectMany(places => Gen.Choose(0, int.MaxValue - 1).Select(seed => (places, seed))).ToArbitrary(), drawn =>
        {
            var (random, best, all) = (new Random(drawn.seed), new BestOwners(drawn.places), new List<Match>());
            for (var row = 0; row < 200; row++)
            {
                // Few owners and few scores, so that many are equal.
                var match = new Match(random.Next(40), row, random.Next(12) / 4f);
                all.Add(match);
                best.Add(match);
                if (row % 20 != 19) continue;
                Match[] expected = [.. all.GroupBy(one => one.Owner).Select(own => own.Order(Comparer<Match>.Create(Match.Compare)).First()).Order(Comparer<Match>.Create(Match.Compare)).Take(drawn.places)];
                Assert.Equal(expected, best.Ordered());
                Assert.Equal(expected.Length < drawn.places ? float.NegativeInfinity : expected[^1].Score, best.Floor);
            }
        });

    [Fact]
    public void Ten_thousand_places_take_no_time_to_speak_of()
    {
        var (best, start) = (new BestOwners(10_000), Stopwatch.GetTimestamp());
        for (var i = 0; i < 400_000; i++) best.Add(new Match(i, i, i));
        // 8,000,000,000 comparisons where each is looked for among all.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 4);
        Assert.Equal(Enumerable.Range(390_000, 10_000).Reverse(), best.Ordered().Select(match => match.Owner));
    }
}
