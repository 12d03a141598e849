using BTNet.Evaluation.Metrics;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Metrics;

public sealed class ErrorVersusRejectTests
{
    [Fact]
    public void The_worst_are_left_out_first()
    {
        var curve = ErrorVersusReject.Of([(0.9, false), (0.1, true), (0.5, false), (0.2, false), (0.3, true)]);

        Assert.Equal(0.4, curve.At(0), 1e-12);
        Assert.Equal(0.25, curve.At(0.2), 1e-12);
        Assert.Equal(1 / 3.0, curve.At(0.4), 1e-12);
        Assert.Equal(0, curve.At(0.6), 1e-12);
        // Half of the worst search: of 4.5 searches 1.5 fail.
        Assert.Equal(1.5 / 4.5, curve.At(0.1), 1e-12);
        Assert.Equal(0.25, curve.BestAt(0.2), 1e-12);
    }

    [Fact]
    public void Equal_qualities_are_left_out_in_equal_parts_so_that_one_that_knows_nothing_stays_level()
    {
        var curve = ErrorVersusReject.Of([.. Enumerable.Range(0, 10).Select(i => (0.5, i < 3))]);

        Assert.All(new[] { 0, 0.1, 0.35, 0.99 }, rejected => Assert.Equal(0.3, curve.At(rejected), 1e-12));
        Assert.Equal(0.3, curve.MeanTo(0.2), 1e-12);
    }

    [Property]
    public void No_measure_is_better_than_one_that_knows_every_failure(byte[] qualities, byte share)
    {
        if (qualities.Length == 0) return;
        var curve = ErrorVersusReject.Of([.. qualities.Select(value => ((double)(value / 16), value % 3 == 0))]);
        var rejected = share / 256.0;

        Assert.True(curve.At(rejected) >= curve.BestAt(rejected) - 1e-12);
        Assert.InRange(curve.At(rejected), 0, 1);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ErrorVersusReject.Of([]));
        Assert.Throws<ArgumentException>(() => ErrorVersusReject.Of([(double.NaN, true)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ErrorVersusReject.Of([(1, true)]).At(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ErrorVersusReject.Of([(1, true)]).MeanTo(0));
    }
}
