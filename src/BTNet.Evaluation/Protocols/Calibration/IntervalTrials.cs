using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>How often intervals held in trials in which some of the people were calibrated with and others searched for.</summary>
/// <param name="Trials">How often people were split anew.</param>
/// <param name="Calibrated">How many people were calibrated with.</param>
/// <param name="Enrolled">How many others a gallery has.</param>
/// <param name="Searched">How many more were searched for in the one gallery of each trial; null where rates are over all galleries of those who were not calibrated with.</param>
/// <param name="Rates">For each resolution searched for and rate asked for.</param>
/// <param name="AllSingly">The share of trials in which all rates asked for lay in intervals that hold with 95 % each.</param>
/// <param name="AllTogether">The share in which they lay in intervals so wide that with 95 % all of them hold.</param>
public sealed record IntervalTrials(int Trials, int Calibrated, int Enrolled, int? Searched, IReadOnlyList<IntervalCoverage> Rates, double AllSingly, double AllTogether);

/// <summary>How often the interval of a rate obtained held the one asked for.</summary>
/// <param name="Resolutions">At which resolutions.</param>
/// <param name="Asked">The rate asked for.</param>
/// <param name="Obtained">The mean rate obtained.</param>
/// <param name="Held">The share of trials in which the rate asked for lay in the 95 % interval by those searched for and those calibrated with.</param>
/// <param name="TooMany">The share in which it lay below: more strangers were returned than may be.</param>
/// <param name="HeldBySearches">The share in which it lay in the interval by those searched for alone.</param>
public sealed record IntervalCoverage(MatchedResolutions Resolutions, double Asked, double Obtained, double Held, double TooMany, double HeldBySearches);
