namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>How many of the rates asked for lie in the interval of the one obtained.</summary>
/// <param name="Rates">How many were asked for, at all resolutions together.</param>
/// <param name="WithCalibration">Those in the interval by the people of the lists and of the calibration.</param>
/// <param name="ByLists">Those in the interval by the people of the lists alone.</param>
/// <param name="OneThresholdByLists">Likewise where one threshold serves all resolutions.</param>
public sealed record HeldRates(int Rates, int WithCalibration, int ByLists, int OneThresholdByLists)
{
    /// <summary>Counts them.</summary>
    /// <param name="rates">The rates.</param>
    /// <param name="together">Whether intervals are so wide that all of them hold together with 95 %. Of a dozen that hold with 95 % each, one is often missed: a calibration that is right has them all in 6 of 10 trials (docs/calibration.md).</param>
    internal static HeldRates Of(IReadOnlyList<CalibratedRate> rates, bool together)
    {
        var among = together ? Math.Max(rates.Count, 1) : 1;
        return new HeldRates(
            rates.Count, rates.Count(rate => CalibratedRate.WithCalibration(rate.Obtained.Strangers, rate.Asked, rate.Stated, among).Contains(rate.Asked)),
            rates.Count(rate => rate.Obtained.Strangers.Interval(among).Contains(rate.Asked)), rates.Count(rate => rate.AtGlobal.Strangers.Interval(among).Contains(rate.Asked)));
    }

    /// <summary>Likewise over all galleries; null where they were not looked at.</summary>
    internal static HeldRates? OverGalleries(IReadOnlyList<CalibratedRate> rates, bool together)
    {
        (CalibratedRate Rate, RateOverGalleries Own, RateOverGalleries Global)[] over = [.. rates.Where(rate => rate is { OverGalleries: not null, OverGalleriesAtGlobal: not null }).Select(rate => (rate, rate.OverGalleries!, rate.OverGalleriesAtGlobal!))];
        var among = together ? Math.Max(over.Length, 1) : 1;
        return over.Length == 0 ? null : new HeldRates(
            over.Length, over.Count(one => CalibratedRate.WithCalibration(one.Own.Strangers, one.Rate.Asked, one.Rate.Stated, among).Contains(one.Rate.Asked)),
            over.Count(one => one.Own.Strangers.Interval(among).Contains(one.Rate.Asked)), over.Count(one => one.Global.Strangers.Interval(among).Contains(one.Rate.Asked)));
    }
}
