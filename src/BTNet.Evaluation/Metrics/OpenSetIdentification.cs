namespace BTNet.Evaluation.Metrics;

/// <summary>
/// Open-set identification: who is this, or nobody that we know? The threshold is the lowest at which strangers are
/// returned no more often than asked; equal scores are then all above it or none.
/// </summary>
public sealed class OpenSetIdentification
{
    private const int Draws = 1000;
    private const int Seed = 1;

    private readonly MatedProbe[] _mated;
    private readonly UnmatedProbe[] _unmated;
    private readonly double[] _strangers;

    private OpenSetIdentification(MatedProbe[] mated, UnmatedProbe[] unmated)
    {
        (_mated, _unmated) = (mated, unmated);
        _strangers = Descending(unmated.Select(probe => probe.BestScore));
    }

    /// <summary>Searches with enrolled people.</summary>
    public int Mated => _mated.Length;

    /// <summary>Searches with strangers.</summary>
    public int Unmated => _unmated.Length;

    /// <summary>The searches with enrolled people themselves.</summary>
    public IReadOnlyList<MatedProbe> MatedProbes => _mated;

    /// <summary>The searches with strangers themselves.</summary>
    public IReadOnlyList<UnmatedProbe> UnmatedProbes => _unmated;

    /// <summary>The share of searches with enrolled people in which the person comes first, whatever the score: closed-set rank 1.</summary>
    public double RankOne => _mated.Count(probe => probe.IsFirst) / (double)Mated;

    /// <summary>Wilson's interval of <see cref="RankOne"/>.</summary>
    public ConfidenceInterval RankOneInterval => ConfidenceInterval.Wilson(_mated.Count(probe => probe.IsFirst), Mated);

    /// <summary>Takes the searches.</summary>
    /// <param name="mated">With people who are enrolled, at least one.</param>
    /// <param name="unmated">With strangers, at least one.</param>
    /// <exception cref="ArgumentException">There are none, or a score is not a number.</exception>
    public static OpenSetIdentification Of(IReadOnlyList<MatedProbe> mated, IReadOnlyList<UnmatedProbe> unmated)
    {
        ArgumentNullException.ThrowIfNull(mated);
        ArgumentNullException.ThrowIfNull(unmated);
        if (mated.Count == 0 || unmated.Count == 0) throw new ArgumentException("needs searches with people who are enrolled and with people who are not", nameof(mated));
        if (mated.Any(probe => double.IsNaN(probe.OwnScore) || double.IsNaN(probe.OtherScore)) || unmated.Any(probe => double.IsNaN(probe.BestScore)))
            throw new ArgumentException("a score is not a number", nameof(mated));
        return new OpenSetIdentification([.. mated], [.. unmated]);
    }

    /// <summary>What is found where strangers are returned at most so often.</summary>
    /// <param name="falsePositiveRate">Above 0, below 1.</param>
    public TpirAtFpir At(double falsePositiveRate)
    {
        if (!(falsePositiveRate is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(falsePositiveRate), falsePositiveRate, "expected above 0 and below 1");
        var needed = 1 / falsePositiveRate;
        if (Unmated < needed - 1e-9) return new TpirAtFpir(falsePositiveRate, null, null, null, $"it takes {Math.Ceiling(needed - 1e-9):0} searches with strangers, and there are {Unmated}");
        var threshold = Threshold(_strangers, falsePositiveRate);
        return new TpirAtFpir(falsePositiveRate, Found(_mated, threshold), Interval(falsePositiveRate), threshold, null);
    }

    /// <summary>The curve: at each rate that the strangers can tell, from the least, what is found.</summary>
    /// <returns>Pairs of false positive and true positive identification rate, the first rising.</returns>
    public IReadOnlyList<(double FalsePositiveRate, double TruePositiveRate)> Curve()
    {
        double[] found = Descending(_mated.Where(probe => probe.IsFirst).Select(probe => probe.OwnScore));
        List<(double, double)> points = [];
        var above = 0;
        for (var returned = 0; returned < _strangers.Length; returned++)
        {
            // As many strangers are returned where the threshold is the next one's score.
            if (returned > 0 && _strangers[returned] == _strangers[returned - 1]) continue;
            while (above < found.Length && found[above] > _strangers[returned]) above++;
            points.Add((returned / (double)Unmated, above / (double)Mated));
        }

        points.Add((1, RankOne));
        return points;
    }

    /// <summary>The score of the first stranger who may not be returned any more.</summary>
    private static double Threshold(double[] descending, double rate)
    {
        // A rate of 0.01 of 300 is 3, though 0.01 x 300 is a little less or more in binary.
        var borne = (int)Math.Floor((rate * descending.Length) + 1e-9);
        return borne < descending.Length ? descending[borne] : double.NegativeInfinity;
    }

    private static double Found(MatedProbe[] probes, double threshold) => probes.Count(probe => probe.IsFirst && probe.OwnScore > threshold) / (double)probes.Length;

    private ConfidenceInterval Interval(double rate)
    {
        var random = new Random(Seed);
        var (enrolled, strangers) = (ByPerson(_mated, probe => probe.Person), ByPerson(_unmated, probe => probe.Person));
        var found = new double[Draws];
        for (var draw = 0; draw < Draws; draw++)
        {
            var threshold = Threshold(Descending(Drawn(strangers, random).Select(probe => probe.BestScore)), rate);
            found[draw] = Found([.. Drawn(enrolled, random)], threshold);
        }

        return ConfidenceInterval.Percentile(found);
    }

    private static T[][] ByPerson<T>(IEnumerable<T> probes, Func<T, int> person) => [.. probes.GroupBy(person).OrderBy(group => group.Key).Select(group => group.ToArray())];

    /// <summary>As many people as there are, some of them more than once, with all their searches.</summary>
    private static List<T> Drawn<T>(T[][] people, Random random)
    {
        List<T> drawn = [];
        for (var i = 0; i < people.Length; i++) drawn.AddRange(people[random.Next(people.Length)]);
        return drawn;
    }

    private static double[] Descending(IEnumerable<double> scores)
    {
        double[] sorted = [.. scores];
        Array.Sort(sorted);
        Array.Reverse(sorted);
        return sorted;
    }
}
