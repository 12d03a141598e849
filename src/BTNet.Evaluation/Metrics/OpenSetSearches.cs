namespace BTNet.Evaluation.Metrics;

/// <summary>
/// What open-set identification is counted from: of searches with enrolled people the scores of those that return the person, and of searches with strangers the best scores, sorted once. People
/// are drawn again by counting how often each is drawn, so that nothing is sorted anew.
/// </summary>
internal sealed class OpenSetSearches
{
    private const int Draws = 1000;
    private const int Seed = 1;

    private readonly double[] _found;
    private readonly int[] _foundPeople;
    private readonly int[] _strangerPeople;
    private readonly int[] _searchesOfPerson;
    private readonly int[] _searchesOfStranger;

    // Of each group of equal strangers: where it ends, and how many found lie above it, and above or on it.
    private readonly List<(int End, int Above, int AtOrAbove)> _groups = [];

    /// <param name="mated">Searches with enrolled people: the score where the person is returned, else null, and who it is.</param>
    /// <param name="unmated">Searches with strangers.</param>
    public OpenSetSearches(IReadOnlyList<(double? Score, int Person)> mated, IReadOnlyList<UnmatedProbe> unmated)
    {
        (var enrolled, _searchesOfPerson) = Numbered([.. mated.Select(probe => probe.Person)]);
        (var strangers, _searchesOfStranger) = Numbered([.. unmated.Select(probe => probe.Person)]);
        var returned = Enumerable.Range(0, mated.Count).Where(i => mated[i].Score is not null).ToArray();
        (_found, _foundPeople) = Descending([.. returned.Select(i => mated[i].Score!.Value)], [.. returned.Select(i => enrolled[i])]);
        (Strangers, _strangerPeople) = Descending([.. unmated.Select(probe => probe.BestScore)], strangers);
        Mated = mated.Count;
        var (above, atOrAbove) = (0, 0);
        for (var i = 0; i < Strangers.Length; i++)
        {
            if (i + 1 < Strangers.Length && Strangers[i + 1] == Strangers[i]) continue;
            while (above < _found.Length && _found[above] > Strangers[i]) above++;
            while (atOrAbove < _found.Length && _found[atOrAbove] >= Strangers[i]) atOrAbove++;
            _groups.Add((i + 1, above, atOrAbove));
        }
    }

    /// <summary>Searches with enrolled people.</summary>
    public int Mated { get; }

    /// <summary>The best scores of strangers, the highest first.</summary>
    public double[] Strangers { get; }

    /// <summary>The scores of enrolled people that are returned, the highest first.</summary>
    public double[] Found => _found;

    /// <summary>
    /// What is found at some rates, and the area under the curve: the probability that a search with an enrolled person returns the person and scores above a search with a stranger, equal scores
    /// counting half. Intervals are bootstrapped by person, thresholds found anew in each draw.
    /// </summary>
    public (IReadOnlyList<TpirAtFpir> Tpirs, double Auc, ConfidenceInterval AucInterval) Measure(IReadOnlyList<double> rates)
    {
        var (shares, auc) = Walk(rates);
        var (drawn, areas) = (rates.Select(_ => new double[Draws]).ToArray(), new double[Draws]);
        var random = new Random(Seed);
        for (var draw = 0; draw < Draws; draw++)
        {
            // The strangers first, as since the first release: intervals stay what they were.
            var strangers = Drawn(_searchesOfStranger.Length, random);
            (var sample, areas[draw]) = Walk(Drawn(_searchesOfPerson.Length, random), strangers, rates);
            for (var i = 0; i < sample.Length; i++) drawn[i][draw] = sample[i];
        }

        return ([.. rates.Select((rate, i) => At(rate, shares[i], drawn[i]))], auc, ConfidenceInterval.Percentile(areas));
    }

    /// <summary>What is found at some rates, without intervals.</summary>
    public IReadOnlyList<TpirAtFpir> Values(IReadOnlyList<double> rates)
    {
        var (shares, _) = Walk(rates);
        return [.. rates.Select((rate, i) => At(rate, shares[i], null))];
    }

    /// <summary>The curve: at each rate that the strangers can tell, from the least, what is found.</summary>
    public List<(double FalsePositiveRate, double TruePositiveRate)> Curve()
    {
        List<(double, double)> points = [];
        var start = 0;
        foreach (var (end, above, _) in _groups)
        {
            // As many strangers are returned where the threshold is the next one's score.
            points.Add((start / (double)Strangers.Length, above / (double)Mated));
            start = end;
        }

        points.Add((1, _found.Length / (double)Mated));
        return points;
    }

    private TpirAtFpir At(double rate, double share, double[]? drawn)
    {
        var needed = 1 / rate;
        if (Strangers.Length < needed - 1e-9) return new TpirAtFpir(rate, null, null, null, $"it takes {Math.Ceiling(needed - 1e-9):0} searches with strangers, and there are {Strangers.Length}");
        // The score of the first stranger who may not be returned any more.
        var borne = Borne(rate, Strangers.Length);
        return new TpirAtFpir(rate, share, drawn is null ? null : ConfidenceInterval.Percentile(drawn), borne < Strangers.Length ? Strangers[borne] : double.NegativeInfinity, null);
    }

    /// <summary>A rate of 0.01 of 300 is 3, though 0.01 x 300 is a little less or more in binary.</summary>
    private static long Borne(double rate, long strangers) => (long)Math.Floor((rate * strangers) + 1e-9);

    /// <summary>Goes down the groups with everybody as often as there are searches.</summary>
    private (double[] Shares, double Auc) Walk(IReadOnlyList<double> rates)
    {
        foreach (var rate in rates)
            if (!(rate is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(rates), rate, "expected above 0 and below 1");
        return Walk([.. _searchesOfPerson.Select(_ => 1)], [.. _searchesOfStranger.Select(_ => 1)], rates);
    }

    /// <summary>Goes down the groups of equal strangers, each person counting as often as drawn.</summary>
    private (double[] Shares, double Auc) Walk(int[] enrolled, int[] strangers, IReadOnlyList<double> rates)
    {
        var (searches, others) = (Weighed(enrolled, _searchesOfPerson), Weighed(strangers, _searchesOfStranger));
        var borne = rates.Select(rate => Borne(rate, others)).ToArray();
        var shares = new double[borne.Length];
        Array.Fill(shares, double.NaN);
        var (next, found, stranger) = (0, 0L, 0);
        var (returned, twice) = (0L, 0L);
        foreach (var (end, aboveEnd, atOrAboveEnd) in _groups)
        {
            for (; next < aboveEnd; next++) found += enrolled[_foundPeople[next]];
            var above = found;
            for (; next < atOrAboveEnd; next++) found += enrolled[_foundPeople[next]];
            var weight = 0L;
            for (; stranger < end; stranger++) weight += strangers[_strangerPeople[stranger]];
            for (var i = 0; i < borne.Length; i++)
                if (returned <= borne[i] && returned + weight > borne[i]) shares[i] = above / (double)searches;
            returned += weight;
            twice += weight * (above + found);
        }

        for (; next < _foundPeople.Length; next++) found += enrolled[_foundPeople[next]];
        for (var i = 0; i < shares.Length; i++)
            if (double.IsNaN(shares[i])) shares[i] = found / (double)searches; // all strangers may be returned
        return (shares, twice / (2.0 * searches * others));
    }

    private static long Weighed(int[] drawn, int[] searches)
    {
        long sum = 0;
        for (var person = 0; person < drawn.Length; person++) sum += (long)drawn[person] * searches[person];
        return sum;
    }

    /// <summary>How often each of some people is drawn: as many draws as there are people.</summary>
    private static int[] Drawn(int people, Random random)
    {
        var drawn = new int[people];
        for (var i = 0; i < people; i++) drawn[random.Next(people)]++;
        return drawn;
    }

    /// <summary>People numbered from 0, and how often each occurs.</summary>
    private static (int[] Numbers, int[] Counts) Numbered(int[] people)
    {
        var numbers = people.Distinct().Order().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var counts = new int[numbers.Count];
        int[] numbered = [.. people.Select(person => numbers[person])];
        foreach (var number in numbered) counts[number]++;
        return (numbered, counts);
    }

    private static (double[] Scores, int[] People) Descending(double[] scores, int[] people)
    {
        Array.Sort(scores, people);
        Array.Reverse(scores);
        Array.Reverse(people);
        return (scores, people);
    }
}
