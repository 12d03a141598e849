using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Tests.Metrics;

/// <summary>
/// Figures of scikit-learn 1.2.1 on 5,000 pairs of 302 distinct scores: <c>roc_auc_score</c> and <c>roc_curve(drop_intermediate=False)</c>, of
/// <c>i = np.arange(5000); same = (i*i + 3*i) % 7 &lt; 3; score = np.round(200 * ((i*7919) % 1009 / 1009.0 + np.where(same, (i*31) % 13 / 13.0 * 0.6, 0.0))) / 200.0</c>.
/// </summary>
public sealed class ScikitLearnTests
{
    private const int Pairs = 5000;

    private static readonly bool[] Same = [.. Enumerable.Range(0, Pairs).Select(i => ((i * i) + (3 * i)) % 7 < 3)];

    private static readonly double[] Scores =
        [.. Enumerable.Range(0, Pairs).Select(i => Math.Round(200 * ((i * 7919 % 1009 / 1009.0) + (Same[i] ? i * 31 % 13 / 13.0 * 0.6 : 0.0))) / 200.0)];

    private static readonly RocCurve Curve = RocCurve.Of(Scores, Same);

    [Fact]
    public void The_area_is_that_of_roc_auc_score() => Assert.Equal(0.7241734648465723, Curve.Auc, 1e-12);

    [Fact]
    public void The_points_are_those_of_roc_curve()
    {
        Assert.Equal((1429, 303), (Curve.Positives, Curve.Points.Count));
        Assert.Equal(100.89022682721928, Curve.Points.Sum(point => point.FalseAccepts / (double)Curve.Negatives), 1e-9);
        Assert.Equal(156.32050384884533, Curve.Points.Sum(point => point.TrueAccepts / (double)Curve.Positives), 1e-9);
    }

    [Theory]
    [InlineData(1e-3, 0.2743177046885934, 1.005)]
    [InlineData(1e-2, 0.28481455563331, 0.995)]
    [InlineData(1e-1, 0.37508747375787266, 0.905)]
    [InlineData(0.5, 0.7718684394681595, 0.505)]
    public void True_accept_rates_are_those_of_the_last_point_of_roc_curve_that_keeps_the_false_one(double far, double tar, double threshold)
    {
        var at = Curve.TarAt(far);

        Assert.Equal(tar, at.Value!.Value, 1e-12);
        Assert.Equal(threshold, at.Threshold!.Value, 1e-12);
    }

    [Fact]
    public void The_best_accuracy_over_the_points_is_that_over_the_thresholds_of_roc_curve() =>
        Assert.Equal(0.7928, Curve.Points.Max(point => (point.TrueAccepts + Curve.Negatives - point.FalseAccepts) / (double)Pairs), 1e-12);
}
