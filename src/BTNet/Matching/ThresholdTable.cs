namespace BTNet.Matching;

/// <summary>
/// Scores by gallery size and rate. Between its entries it is linear in the logarithm of the size and in y = -ln(-ln(1 - rate)): of the best of N values with an exponential tail both move the score
/// evenly (Gumbel 1958), so what bends between two entries is little.
/// </summary>
internal sealed class ThresholdTable
{
    private readonly double[] _sizes;
    private readonly double[] _ranks;

    /// <param name="sizes">Rising, the first 1.</param>
    /// <param name="rates">Falling.</param>
    /// <param name="values">For each size, a score for each rate: rising along both.</param>
    public ThresholdTable(IReadOnlyList<int> sizes, IReadOnlyList<double> rates, double[][] values)
    {
        _sizes = [.. sizes.Select(size => Math.Log(size))];
        _ranks = [.. rates.Select(Rank)];
        Values = values;
    }

    public double[][] Values { get; }

    /// <summary>y of a rate above 0 and below 1.</summary>
    public static double Rank(double rate) => -Math.Log(rate < 1e-5 ? rate * (1 + (rate / 2)) : -Math.Log(1 - rate));

    /// <summary>The rate of y.</summary>
    public static double Rate(double rank)
    {
        var hazard = Math.Exp(-rank);
        return hazard < 1e-5 ? hazard * (1 - (hazard / 2)) : 1 - Math.Exp(-hazard);
    }

    /// <summary>The score for a rate within the table.</summary>
    public double At(int size, double rate) => Along(_ranks, Row(size), Rank(rate));

    /// <summary>The rate at which a score stands; null where it is above that of the least rate, 1 below that of the greatest.</summary>
    public double? RateAt(int size, double score)
    {
        var row = Row(size);
        if (score < row[0]) return 1;
        return score > row[^1] ? null : Rate(Along(row, _ranks, score));
    }

    private double[] Row(int size)
    {
        var place = Math.Log(size);
        var above = Array.FindIndex(_sizes, one => one >= place - 1e-12);
        if (above < 0) throw new ArgumentOutOfRangeException(nameof(size), size, "beyond the table");
        if (above == 0) return Values[0];
        var share = (place - _sizes[above - 1]) / (_sizes[above] - _sizes[above - 1]);
        return [.. Values[above - 1].Zip(Values[above], (low, high) => low + (share * (high - low)))];
    }

    private static double Along(double[] from, double[] to, double value)
    {
        var above = Array.FindIndex(from, one => one >= value);
        if (above <= 0) return above < 0 ? to[^1] : to[0];
        var width = from[above] - from[above - 1];
        return to[above - 1] + (width > 0 ? (value - from[above - 1]) / width * (to[above] - to[above - 1]) : 0);
    }
}
