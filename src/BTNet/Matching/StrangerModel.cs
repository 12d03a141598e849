namespace BTNet.Matching;

/// <summary>
/// How often the best of N strangers reaches a score. A search draws all its scores from one probe, so the false positive identification rate is the mean over probes of 1 - F(t)^N with F the probe's own
/// distribution, and not 1 - (1 - FMR)^N with the mean one: what ISO/IEC 19795-1 calls a rough estimate, since comparisons of one probe are not independent. F is the probe's mean and deviation, and
/// one shape of what is left, whose upper end is a generalised Pareto tail.
/// </summary>
internal sealed class StrangerModel
{
    private readonly StrangerScores _scores;
    private readonly double[] _above;

    public StrangerModel(StrangerScores scores)
    {
        _scores = scores;
        // Of what is below the limit, the share above the lower edge of each bin.
        var bins = (int)Math.Round((scores.Limit - StrangerScores.LowestZ) / StrangerScores.BinWidth);
        var total = scores.Histogram.Take(bins).Sum();
        _above = new double[bins + 1];
        for (var bin = bins - 1; bin >= 0; bin--) _above[bin] = _above[bin + 1] + (total > 0 ? scores.Histogram[bin] / total : 0);
    }

    /// <summary>Of how many people.</summary>
    public int People => _scores.People;

    /// <summary>The shape of the tail by itself, where each person was drawn so often; null where there is none.</summary>
    public double? Shape(int[] drawn)
    {
        var (values, weights, share) = Excesses(drawn);
        return share > 0 ? GeneralisedPareto.Fit(values, weights).Shape : null;
    }

    /// <summary>The rates where each person was drawn so often.</summary>
    /// <param name="scores">As <see cref="FisherZ"/>, rising.</param>
    /// <param name="sizes">Of galleries.</param>
    /// <param name="drawn">How often each person counts.</param>
    /// <param name="shape">Of the tail.</param>
    /// <returns>For each size, a rate for each score.</returns>
    public double[][] Rates(double[] scores, IReadOnlyList<int> sizes, int[] drawn, double shape)
    {
        var (values, weights, share) = Excesses(drawn);
        var tail = GeneralisedPareto.Fit(values, weights, shape);
        var rates = sizes.Select(_ => new double[scores.Length]).ToArray();
        double total = 0;
        foreach (var probe in _scores.Probes)
        {
            var weight = probe.Weight * (probe.Person < 0 ? 1 : drawn[probe.Person]);
            if (weight == 0) continue;
            total += weight;
            for (var i = 0; i < scores.Length; i++)
            {
                var none = LogOfRest(Survival((scores[i] - probe.Mean) / probe.Deviation, tail, share));
                if (none == 0) break; // and none for what is higher
                for (var size = 0; size < rates.Length; size++) rates[size][i] += weight * OneLessExp(sizes[size] * none);
            }
        }

        foreach (var row in rates)
            for (var i = 0; i < row.Length; i++) row[i] /= total;
        return rates;
    }

    /// <summary>What the tail is made of, and how much of all that is. A pair counts as often as both of its people were drawn; one person twice is no pair.</summary>
    private (double[] Values, double[] Weights, double Share) Excesses(int[] drawn)
    {
        var excesses = _scores.Excesses;
        var (values, weights) = (new double[excesses.Length], new double[excesses.Length]);
        double above = 0;
        for (var i = 0; i < excesses.Length; i++)
        {
            values[i] = excesses[i].Excess;
            weights[i] = excesses[i].Weight * drawn[excesses[i].Probe] * drawn[excesses[i].Gallery];
            above += weights[i];
        }

        double total = _scores.Histogram.Sum();
        if (_scores.AreByProbe)
        {
            double people = 0, same = 0;
            foreach (var count in drawn) (people, same) = (people + count, same + ((double)count * count));
            total = (people * people) - same;
        }

        return (values, weights, Math.Min(above / total, 0.5));
    }

    private double Survival(double z, GeneralisedPareto tail, double share)
    {
        if (z >= _scores.Limit) return share * tail.Survival(z - _scores.Limit);
        var place = (z - StrangerScores.LowestZ) / StrangerScores.BinWidth;
        if (place <= 0) return 1;
        var bin = Math.Min((int)place, _above.Length - 2);
        return share + ((1 - share) * (_above[bin] + ((place - bin) * (_above[bin + 1] - _above[bin]))));
    }

    /// <summary>ln(1 - share), right also where the share is tiny.</summary>
    private static double LogOfRest(double share) => share < 1e-5 ? -share * (1 + (share / 2)) : Math.Log(Math.Max(1 - share, 1e-300));

    /// <summary>1 - exp(value), likewise.</summary>
    private static double OneLessExp(double value) => value > -1e-5 ? -value * (1 + (value / 2)) : 1 - Math.Exp(value);
}
