namespace BTNet.Evaluation.Reports;

/// <summary>A curve of at most a few hundred points: the mean and the range of each span of the full one.</summary>
internal sealed record ThinnedCurve(double[] X, double[] Mean, double[] Low, double[] High)
{
    private const int MostPoints = 300;

    /// <summary>Whether points were joined, so that there is a range to show.</summary>
    public bool HasBand { get; private init; }

    /// <summary>Points that are not finite are left out; the others are taken in spans of equally many.</summary>
    public static ThinnedCurve Of(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        var finite = Enumerable.Range(0, x.Count).Where(i => double.IsFinite(x[i]) && double.IsFinite(y[i])).ToArray();
        if (finite.Length <= MostPoints)
        {
            double[] values = [.. finite.Select(i => y[i])];
            return new ThinnedCurve([.. finite.Select(i => x[i])], values, values, values);
        }

        var spans = Enumerable.Range(0, MostPoints)
            .Select(span => finite[(int)((long)span * finite.Length / MostPoints)..(int)((span + 1L) * finite.Length / MostPoints)]).ToList();
        return new ThinnedCurve(
            [.. spans.Select(span => span.Average(i => x[i]))], [.. spans.Select(span => span.Average(i => y[i]))],
            [.. spans.Select(span => span.Min(i => y[i]))], [.. spans.Select(span => span.Max(i => y[i]))]) { HasBand = true };
    }
}
