namespace BTNet.Matching;

/// <summary>A logistic regression on one number, by Newton's method with a little ridge, so that it ends also where all are found or none.</summary>
internal static class LogisticFit
{
    private const double Ridge = 0.1;
    private const int Steps = 30;

    /// <param name="rows">The number, whether it happened, and what the row counts.</param>
    /// <param name="flat">Whether the slope is to be 0.</param>
    /// <returns>What the logit is at 0, how it rises, and the standard error of that.</returns>
    public static (double Start, double Slope, double Error) Of(IReadOnlyList<(double X, bool Happened, double Weight)> rows, bool flat = false)
    {
        double start = 0, slope = 0, error = 0;
        for (var step = 0; step < Steps; step++)
        {
            double g0 = -Ridge * start, g1 = -Ridge * slope, h00 = Ridge, h01 = 0, h11 = Ridge;
            foreach (var (x, happened, weight) in rows)
            {
                var p = 1 / (1 + Math.Exp(-(start + (slope * x))));
                var (residual, spread) = (weight * ((happened ? 1 : 0) - p), weight * p * (1 - p));
                g0 += residual;
                g1 += residual * x;
                h00 += spread;
                h01 += spread * x;
                h11 += spread * x * x;
            }

            if (flat) (g1, h01, h11) = (0, 0, 1);
            var determinant = (h00 * h11) - (h01 * h01);
            start += Math.Clamp(((h11 * g0) - (h01 * g1)) / determinant, -4, 4);
            slope += Math.Clamp(((h00 * g1) - (h01 * g0)) / determinant, -4, 4);
            error = Math.Sqrt(h00 / determinant);
        }

        return (start, slope, error);
    }
}
