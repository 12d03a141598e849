namespace BTNet.Matching;

/// <summary>What faces score with other images of the same person.</summary>
public sealed class MateScores
{
    internal const int Steps = 20;

    private readonly double[] _quantiles;

    internal MateScores(int people, double[] quantiles) => (People, _quantiles) = (people, quantiles);

    /// <summary>How many people they are of.</summary>
    public int People { get; }

    /// <summary>The scores that 0, 5, 10, ... 100 % are at or below.</summary>
    public IReadOnlyList<double> Quantiles => _quantiles;

    /// <summary>The share of such scores, 0 to 1, that are as high, linear between the quantiles.</summary>
    /// <param name="score">A cosine.</param>
    public double ShareAbove(double score)
    {
        if (score <= _quantiles[0]) return 1;
        for (var i = 1; i < _quantiles.Length; i++)
            if (score <= _quantiles[i]) return 1 - ((i - 1 + ((score - _quantiles[i - 1]) / Math.Max(_quantiles[i] - _quantiles[i - 1], 1e-12))) / Steps);
        return 0;
    }

    /// <summary>People count alike.</summary>
    /// <returns>Null where there are none.</returns>
    internal static MateScores? Of(IReadOnlyList<(double Score, int Person)> scores)
    {
        if (scores.Count == 0) return null;
        var counts = scores.CountBy(one => one.Person).ToDictionary(entry => entry.Key, entry => entry.Value);
        var ordered = scores.OrderBy(one => one.Score).ToArray();
        var (quantiles, at, below) = (new double[Steps + 1], 0, 0.0);
        for (var step = 0; step <= Steps; step++)
        {
            var wanted = counts.Count * (step / (double)Steps);
            while (at < ordered.Length - 1 && below + (1.0 / counts[ordered[at].Person]) < wanted - 1e-9) below += 1.0 / counts[ordered[at++].Person];
            quantiles[step] = Math.Round(ordered[at].Score, 5);
        }

        return new MateScores(counts.Count, quantiles);
    }
}
