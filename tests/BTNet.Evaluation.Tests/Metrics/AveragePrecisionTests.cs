using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class AveragePrecisionTests
{
    /// <summary>
    /// Computed with NumPy 1.24 place by place: <c>precision = cumsum(relevant) / arange(1, n + 1)</c>, the mean of it where <c>relevant</c>; and, as the script of TinyFace does,
    /// <c>ap += (recall - old_recall) * (old_precision + precision) / 2</c> at every place, from <c>old_precision = 1</c>.
    /// </summary>
    [Theory]
    [InlineData(new[] { 2, 4, 7 }, 0.4761904761904762, 0.3492063492063492)]
    [InlineData(new[] { 1, 4, 7 }, 0.6428571428571429, 0.5992063492063492)]
    [InlineData(new[] { 2 }, 0.5, 0.25)]
    [InlineData(new[] { 1 }, 1.0, 1.0)]
    public void Both_values_are_those_of_NumPy(int[] places, double atMatches, double trapezoid)
    {
        var found = AveragePrecision.Of(places);

        Assert.Equal(atMatches, found.AtMatches, 1e-12);
        Assert.Equal(trapezoid, found.Trapezoid, 1e-12);
    }

    [Property(MaxTest = 300)]
    public void Both_are_shares_and_fall_when_a_match_comes_later(byte[] steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var (places, at) = (new List<int>(), 0);
        foreach (var step in steps) places.Add(at += 1 + (step % 7));
        if (places.Count == 0) return;
        var (found, later) = (AveragePrecision.Of(places), AveragePrecision.Of([.. places.SkipLast(1), places[^1] + 1]));

        Assert.InRange(found.AtMatches, 0, 1 + 1e-12);
        Assert.InRange(found.Trapezoid, 0, found.AtMatches + 1e-12);
        Assert.True(later.AtMatches < found.AtMatches && later.Trapezoid < found.Trapezoid);
    }

    [Fact]
    public void The_mean_is_of_each_value_by_itself()
    {
        var mean = AveragePrecision.Mean([AveragePrecision.Of([1]), AveragePrecision.Of([2])]);

        Assert.Equal((0.75, 0.625), (mean.AtMatches, mean.Trapezoid));
    }

    [Fact]
    public void Places_that_are_none_are_refused()
    {
        foreach (var places in (int[][])[[], [0], [2, 2], [3, 1]]) Assert.Throws<ArgumentException>(() => AveragePrecision.Of(places));
    }
}
