namespace BTNet.Evaluation.Metrics;

/// <summary>What is found at the threshold of a grid whose false positive identification rate is the nearest to one asked for.</summary>
/// <param name="FalsePositiveRate">The rate asked for.</param>
/// <param name="Nearest">The rate at the threshold.</param>
/// <param name="Value">What is found there, 0 to 1.</param>
/// <param name="Threshold">Scores above it are returned.</param>
public readonly record struct GridTpir(double FalsePositiveRate, double Nearest, double Value, double Threshold);

/// <summary>
/// Open-set identification as the paper's script computes it: 1,000 thresholds at equal distances from the lowest score to the highest of a stranger; at a rate, whatever the threshold gives whose
/// own rate is the nearest, be it above or below, the lowest of several; the area by trapezoids over these points alone.
/// </summary>
public sealed class ThresholdGrid
{
    private const int Steps = 1000;

    private ThresholdGrid(IReadOnlyList<GridTpir> tpirs, double auc) => (Tpirs, Auc) = (tpirs, auc);

    /// <summary>What is found at each of the rates asked for.</summary>
    public IReadOnlyList<GridTpir> Tpirs { get; }

    /// <summary>Area under the points. Where even the lowest threshold refuses a stranger, what lies beyond is missing from it.</summary>
    public double Auc { get; }

    internal static ThresholdGrid Of(OpenSetSearches searches, double lowest, IReadOnlyList<double> rates)
    {
        var highest = searches.Strangers[0];
        var points = new (double Threshold, double Fpir, double Tpir)[Steps];
        for (var step = 0; step < Steps; step++)
        {
            // From both ends, so that the last threshold is the highest score itself and returns no stranger.
            var distance = (highest - lowest) / (Steps - 1);
            var threshold = step < Steps / 2 ? lowest + (step * distance) : highest - ((Steps - 1 - step) * distance);
            points[step] = (threshold, Above(searches.Strangers, threshold) / (double)searches.Strangers.Length, Above(searches.Found, threshold) / (double)searches.Mated);
        }

        double area = 0;
        for (var step = 1; step < Steps; step++) area += (points[step - 1].Fpir - points[step].Fpir) * (points[step - 1].Tpir + points[step].Tpir) / 2;
        return new ThresholdGrid([.. rates.Select(rate =>
        {
            // In single precision, as the script has it: 0.09 and 0.11 need not be equally near to 0.1.
            var (threshold, fpir, tpir) = points.MinBy(point => MathF.Abs((float)point.Fpir - (float)rate));
            return new GridTpir(rate, fpir, tpir, threshold);
        })], area);
    }

    /// <summary>How many of some scores, the highest first, are above a threshold.</summary>
    private static int Above(double[] descending, double threshold)
    {
        var (low, high) = (0, descending.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (descending[middle] > threshold) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
