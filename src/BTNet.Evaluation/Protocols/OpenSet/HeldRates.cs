using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>Which of the rates asked for lie in the interval of the one obtained.</summary>
/// <param name="Rates">All that were asked for, at all resolutions.</param>
/// <param name="WithCalibration">Those in the interval by the people of the lists and of the calibration.</param>
/// <param name="ByLists">Those in the interval by the people of the lists alone.</param>
/// <param name="OneThresholdByLists">Likewise where one threshold serves all resolutions.</param>
public sealed record HeldRates(IReadOnlyList<CalibratedRate> Rates, IReadOnlyList<CalibratedRate> WithCalibration, IReadOnlyList<CalibratedRate> ByLists, IReadOnlyList<CalibratedRate> OneThresholdByLists)
{
    internal static HeldRates InOneGallery(IReadOnlyList<CalibratedRate> rates, bool together) => Of(rates, together, rate => rate.Obtained.Strangers, rate => rate.AtGlobal.Strangers);

    internal static HeldRates? OverGalleries(IReadOnlyList<CalibratedRate> rates, bool together)
    {
        CalibratedRate[] looked = [.. rates.Where(rate => rate is { OverGalleries: not null, OverGalleriesAtGlobal: not null })];
        return looked.Length == 0 ? null : Of(looked, together, rate => rate.OverGalleries!.Strangers, rate => rate.OverGalleriesAtGlobal!.Strangers);
    }

    private static HeldRates Of(IReadOnlyList<CalibratedRate> rates, bool together, Func<CalibratedRate, ObtainedRate> own, Func<CalibratedRate, ObtainedRate> global)
    {
        return new HeldRates(
            rates, [.. rates.Where(rate => CalibratedRate.WithCalibration(own(rate), rate.Asked, rate.Stated, Intervals(rate)).Contains(rate.Asked))],
            [.. rates.Where(rate => own(rate).Interval(Intervals(rate)).Contains(rate.Asked))], [.. rates.Where(rate => global(rate).Interval(Intervals(rate)).Contains(rate.Asked))]);

        int Intervals(CalibratedRate rate) => together ? rate.Among : 1;
    }
}
