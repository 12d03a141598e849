using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Matching;
using BTNet.Resolutions;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols.OpenSet;

public sealed class CalibratedRateTests
{
    // 16 of 807 searches at a threshold for 1 %, that may as well be one for 0.6 or 1.5.
    private static readonly StrangerProbability Stated = new(0.01, 0.006, 0.015, IsAtMost: false);

    [Fact]
    public void Both_samples_widen_the_interval_as_independent_ones_do()
    {
        var obtained = new ObtainedRate(0.0198, 807);
        var found = obtained.Interval();

        var both = CalibratedRate.WithCalibration(obtained, 0.01, Stated);

        Assert.Equal(0.0198 - Math.Sqrt(Math.Pow(0.0198 - found.Low, 2) + Math.Pow(0.005, 2)), both.Low, 1e-12);
        Assert.Equal(0.0198 + Math.Sqrt(Math.Pow(found.High - 0.0198, 2) + Math.Pow(0.004, 2)), both.High, 1e-12);
    }

    [Property(MaxTest = 100)]
    public void Intervals_that_are_to_hold_together_are_wider_and_never_leave_what_a_rate_can_be(byte share, ushort worth, byte among)
    {
        var obtained = new ObtainedRate(share / 255.0, 1 + worth);

        var (alone, together) = (CalibratedRate.WithCalibration(obtained, 0.01, Stated), CalibratedRate.WithCalibration(obtained, 0.01, Stated, 2 + among));

        Assert.InRange(together.Low, 0, alone.Low);
        Assert.InRange(together.High, alone.High, 1);
    }

    [Fact]
    public void A_calibration_that_may_as_well_be_one_for_never_is_stretched_no_further() =>
        Assert.Equal(0.012 + Math.Sqrt(Math.Pow(new ObtainedRate(0.012, 500).Interval(12).High - 0.012, 2) + Math.Pow(0.01, 2)), CalibratedRate.WithCalibration(new ObtainedRate(0.012, 500), 0.01, Stated with { Low = 0 }, 12).High, 1e-12);

    [Fact]
    public void Rates_are_counted_singly_and_together_by_whose_intervals_hold_them()
    {
        // Asked for 1 %: well, missed by a little, missed by much.
        var rates = new CalibratedOpenSet([Rate(0.011, 0.011), Rate(0.018, 0.018), Rate(0.06, 0.06)], []);

        Assert.Equal(new HeldRates(3, WithCalibration: 2, ByLists: 1, OneThresholdByLists: 1), rates.Held(together: false));
        Assert.Equal(new HeldRates(3, WithCalibration: 2, ByLists: 2, OneThresholdByLists: 2), rates.Held(together: true));
        Assert.Null(rates.HeldOverGalleries(together: true));
        var over = new CalibratedOpenSet([.. rates.Rates.Select(rate => rate with { OverGalleries = Over(0.011), OverGalleriesAtGlobal = Over(rate.Obtained.Fpir) })], []);
        Assert.Equal(new HeldRates(3, WithCalibration: 3, ByLists: 3, OneThresholdByLists: 1), over.HeldOverGalleries(together: false));
        Assert.Equal(new HeldRates(3, WithCalibration: 3, ByLists: 3, OneThresholdByLists: 2), over.HeldOverGalleries(together: true));

        static CalibratedRate Rate(double obtained, double global) => new(Resolution.Of(7), 0.01, new CalibratedThreshold(0.4, 0.39, 0.41, null), Stated, Fixed(obtained), Fixed(global));
        static FixedThreshold Fixed(double rate) => new(0.4, new ObtainedRate(rate, 807), new ObtainedRate(0.5, 700));
        static RateOverGalleries Over(double rate) => new(0.4, new ObtainedRate(rate, 807));
    }
}
