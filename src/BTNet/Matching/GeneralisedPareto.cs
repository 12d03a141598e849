namespace BTNet.Matching;

/// <summary>
/// How values go on above a high limit, whatever they are below: for nearly every distribution the excesses tend to a generalised Pareto distribution (Balkema and de Haan 1974, Pickands 1975), which
/// "peaks over threshold" takes as it is.
/// </summary>
/// <param name="Shape">Below 0 where there is a greatest value, 0 for an exponential tail, above 0 for a heavier one.</param>
/// <param name="Scale">Above 0.</param>
internal readonly record struct GeneralisedPareto(double Shape, double Scale)
{
    // Cosines have a greatest value, and nothing of a few hundred excesses tells a heavier tail than this from chance.
    private const double LeastShape = -0.5, GreatestShape = 0.3;

    /// <summary>Fits by probability-weighted moments (Hosking and Wallis 1987), which are steady where excesses are few.</summary>
    /// <param name="excesses">0 or more each, the greatest first.</param>
    /// <param name="weights">How often each counts; some above 0.</param>
    public static GeneralisedPareto Fit(ReadOnlySpan<double> excesses, ReadOnlySpan<double> weights) => Moments(excesses, weights) is var (mean, shape) && mean > 0 ? Of(mean, shape) : Nothing;

    /// <summary>The same where the shape is known.</summary>
    public static GeneralisedPareto Fit(ReadOnlySpan<double> excesses, ReadOnlySpan<double> weights, double shape) => Moments(excesses, weights) is var (mean, _) && mean > 0 ? Of(mean, shape) : Nothing;

    /// <summary>The nearest that a shape may be.</summary>
    public static double Bounded(double shape) => double.IsFinite(shape) ? Math.Clamp(shape, LeastShape, GreatestShape) : 0;

    private static GeneralisedPareto Nothing => new(0, 1e-6);

    private static GeneralisedPareto Of(double mean, double shape) => new(shape, mean * (1 - shape));

    private static (double Mean, double Shape) Moments(ReadOnlySpan<double> excesses, ReadOnlySpan<double> weights)
    {
        double total = 0, mean = 0, weighted = 0;
        for (var i = 0; i < excesses.Length; i++)
        {
            // The share of what is greater, half of it itself.
            weighted += weights[i] * excesses[i] * (total + (weights[i] / 2));
            mean += weights[i] * excesses[i];
            total += weights[i];
        }

        if (!(total > 0) || !(mean > 0)) return (0, 0);
        (mean, weighted) = (mean / total, weighted / (total * total));
        return (mean, Bounded(2 - (mean / (mean - (2 * weighted)))));
    }

    /// <summary>The share of excesses that are greater.</summary>
    /// <param name="excess">0 or more.</param>
    public double Survival(double excess)
    {
        if (Math.Abs(Shape) < 1e-9) return Math.Exp(-excess / Scale);
        var left = 1 + (Shape * excess / Scale);
        return left <= 0 ? 0 : Math.Exp(-Math.Log(left) / Shape);
    }
}
