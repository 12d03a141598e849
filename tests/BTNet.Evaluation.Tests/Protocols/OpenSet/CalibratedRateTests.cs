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

    [Property(MaxTest = 300)]
    public void Intervals_that_are_to_hold_together_are_wider_and_never_leave_what_a_rate_can_be(byte share, ushort worth, byte among, byte low, byte high)
    {
        var obtained = new ObtainedRate(share / 255.0, 1 + worth);
        var stated = new StrangerProbability(0.1, 0.1 * low / 255, 0.1 + (0.9 * high / 255), IsAtMost: false);

        var (alone, together) = (CalibratedRate.WithCalibration(obtained, 0.1, stated), CalibratedRate.WithCalibration(obtained, 0.1, stated, 2 + among));

        Assert.InRange(together.Low, 0, alone.Low);
        Assert.InRange(together.High, alone.High, 1);
        // No calibration says that a rate is above 1.
        Assert.True(together.Low >= Math.Max(0, obtained.Share - Math.Sqrt(Math.Pow(obtained.Share - obtained.Interval(2 + among).Low, 2) + Math.Pow(0.9, 2))) - 1e-12);
    }

    [Fact]
    public void A_calibration_that_may_as_well_be_one_for_never_is_stretched_no_further() =>
        Assert.Equal(0.012 + Math.Sqrt(Math.Pow(new ObtainedRate(0.012, 500).Interval(12).High - 0.012, 2) + Math.Pow(0.01, 2)), CalibratedRate.WithCalibration(new ObtainedRate(0.012, 500), 0.01, Stated with { Low = 0 }, 12).High, 1e-12);

    [Fact]
    public void Rates_are_counted_singly_and_together_by_whose_intervals_hold_them()
    {
        // Asked for 1 %, and obtained: well; missed by the lists, by both samples, and by all.
        double[] obtained = [0.011, 0.018, 0.0195, 0.06];
        var rates = new CalibratedOpenSet([.. obtained.Select(rate => Rate(rate, 0.0195))], []);

        Assert.Equal((4, 2, 1, 0), Counts(rates.HeldSingly));
        Assert.Equal((4, 3, 2, 0), Counts(rates.HeldTogether));
        Assert.Equal([0.0195], rates.HeldTogether.WithCalibration.Except(rates.HeldSingly.WithCalibration).Select(rate => rate.Obtained.Fpir));
        Assert.Equal([(true, true), (true, true), (false, true), (false, false)], rates.Rates.Select(rate => (rate.Holds, rate.HoldsTogether)));
        Assert.Null(rates.HeldOverGalleriesTogether);
        // Over galleries it is the other way round: one rate well obtained, and all with another threshold.
        var over = new CalibratedOpenSet([.. rates.Rates.Select(rate => rate with { OverGalleries = Over(0.0195), OverGalleriesAtGlobal = Over(rate.Obtained.Fpir) })], []);
        Assert.Equal((4, 0, 0, 1), Counts(over.HeldOverGalleriesSingly!));
        Assert.Equal((4, 4, 0, 2), Counts(over.HeldOverGalleriesTogether!));
        Assert.All(over.Rates, rate => Assert.Equal((false, true), (rate.HoldsOverGalleries, rate.HoldsOverGalleriesTogether)));

        static CalibratedRate Rate(double obtained, double global) => new(Resolution.Of(7), 0.01, new CalibratedThreshold(0.4, 0.39, 0.41, null), Stated, Fixed(obtained), Fixed(global)) { Among = 3 };
        static FixedThreshold Fixed(double rate) => new(0.4, new ObtainedRate(rate, 807), new ObtainedRate(0.5, 700));
        static RateOverGalleries Over(double rate) => new(0.4, new ObtainedRate(rate, 807));
        static (int, int, int, int) Counts(HeldRates held) => (held.Rates.Count, held.WithCalibration.Count, held.ByLists.Count, held.OneThresholdByLists.Count);
    }
}
