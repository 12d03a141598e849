namespace BTNet.Benchmarks;

/// <summary>How far a mean over pairs of faces may lie from that over pairs of other people.</summary>
internal static class PeopleBootstrap
{
    /// <summary>The middle 95 % of means over people drawn anew: a pair of one person counts as often as that was drawn, one of two people as often as
    /// one was times the other. Both kinds of pairs keep their weight.</summary>
    /// <param name="values">A value a pair.</param>
    /// <param name="pairs">The two people of each; the same one twice for a pair of one person.</param>
    /// <param name="draws">Draws, at least 1.</param>
    /// <param name="seed">Of the draws.</param>
    public static (double Low, double High) Interval(IReadOnlyList<int> values, IReadOnlyList<(string First, string Second)> pairs, int draws, int seed)
    {
        var names = pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct(StringComparer.Ordinal).Select((name, i) => (name, i)).ToDictionary(item => item.name, item => item.i, StringComparer.Ordinal);
        var people = pairs.Select(pair => (First: names[pair.First], Second: names[pair.Second])).ToArray();
        var (random, counts, means) = (new Random(seed), new int[names.Count], new double[draws]);
        var share = people.Count(pair => pair.First == pair.Second) / (double)people.Length;
        for (var draw = 0; draw < draws; draw++)
        {
            Array.Clear(counts);
            for (var i = 0; i < counts.Length; i++) counts[random.Next(counts.Length)]++;
            var (same, sameWeight, other, otherWeight) = (0.0, 0.0, 0.0, 0.0);
            for (var i = 0; i < people.Length; i++)
            {
                var (first, second) = people[i];
                if (first == second) (same, sameWeight) = (same + (counts[first] * values[i]), sameWeight + counts[first]);
                else (other, otherWeight) = (other + ((double)counts[first] * counts[second] * values[i]), otherWeight + ((double)counts[first] * counts[second]));
            }

            means[draw] = (share * same / Math.Max(sameWeight, 1)) + ((1 - share) * other / Math.Max(otherWeight, 1));
        }

        Array.Sort(means);
        return (means[(int)(0.025 * (draws - 1))], means[(int)(0.975 * (draws - 1))]);
    }
}
