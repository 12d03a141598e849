using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>How often intervals held where some of the people were calibrated with and others searched for.</summary>
/// <param name="OverGalleries">Whether rates are over all galleries of the people who were not calibrated with, or of one.</param>
/// <param name="Splits">How often people were split anew.</param>
/// <param name="Calibrated">How many people were calibrated with.</param>
/// <param name="Enrolled">How many were enrolled.</param>
/// <param name="Strangers">How many were searched for, where there is one gallery.</param>
/// <param name="Rates">For each resolution searched for and rate asked for.</param>
/// <param name="AllSingly">The share of splits in which all rates lay in intervals that hold with 95 % each.</param>
/// <param name="AllTogether">The share in which they lay in intervals that all hold together with 95 %.</param>
public sealed record CheckedIntervals(bool OverGalleries, int Splits, int Calibrated, int Enrolled, int Strangers, IReadOnlyList<CheckedInterval> Rates, double AllSingly, double AllTogether);

/// <summary>How often the interval of a rate obtained held the one asked for.</summary>
/// <param name="Resolutions">At which resolutions.</param>
/// <param name="Asked">The rate asked for.</param>
/// <param name="Obtained">The mean rate obtained.</param>
/// <param name="Held">The share of splits in which the rate asked for lay in the 95 % interval by those searched for and those calibrated with.</param>
/// <param name="TooMany">The share in which it lay below: more strangers were returned than may be.</param>
/// <param name="HeldBySearches">The share in which it lay in the interval by those searched for alone.</param>
public sealed record CheckedInterval(MatchedResolutions Resolutions, double Asked, double Obtained, double Held, double TooMany, double HeldBySearches);
