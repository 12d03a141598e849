namespace BTNet.Benchmarks;

/// <summary>Pairs of some people's faces.</summary>
internal static class PairDraw
{
    /// <summary>The pairs of each fold. The same seed gives the same ones.</summary>
    /// <param name="people">The pictures of each person.</param>
    /// <param name="folds">How many folds.</param>
    /// <param name="most">Pairs of one person at most; 0 for no limit.</param>
    /// <param name="seed">Of the draws.</param>
    public static IEnumerable<IReadOnlyList<(string First, string Second, bool Same)>> Folds(IReadOnlyList<IReadOnlyList<string>> people, int folds, int most, int seed)
    {
        var random = new Random(seed);
        var order = Enumerable.Range(0, people.Count).ToArray();
        random.Shuffle(order);
        for (var fold = 0; fold < folds; fold++)
        {
            var members = order.Where((_, place) => place % folds == fold).Select(person => people[person]).ToList();
            List<(string First, string Second, bool Same)> pairs = [];
            foreach (var pictures in members)
            {
                var own = (from second in Enumerable.Range(0, pictures.Count) from first in Enumerable.Range(0, second) select (pictures[first], pictures[second], true)).ToArray();
                random.Shuffle(own);
                pairs.AddRange(most > 0 ? own.Take(most) : own);
            }

            // People as often as each other, whatever their number of pictures; no pair twice.
            var (genuine, known, tries) = (pairs.Count, new HashSet<(string, string)>(), 0);
            while (known.Count < genuine && tries++ < 100 * (genuine + 1))
            {
                var (one, other) = (random.Next(members.Count), random.Next(members.Count));
                if (one == other || members[one].Count == 0 || members[other].Count == 0) continue;
                var pair = (members[one][random.Next(members[one].Count)], members[other][random.Next(members[other].Count)]);
                if (known.Contains((pair.Item2, pair.Item1)) || !known.Add(pair)) continue;
                pairs.Add((pair.Item1, pair.Item2, false));
            }

            yield return pairs;
        }
    }
}
