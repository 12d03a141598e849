using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Matching;

namespace BTNet.Evaluation.Protocols.Calibration;

/// <summary>Counts in which trials rates asked for lay in intervals of rates obtained.</summary>
internal sealed class IntervalTally
{
    private readonly List<IReadOnlyList<TriedRate>> _trials = [];

    /// <param name="rates">One for each resolution and rate asked for, the same in every trial.</param>
    public void Add(IReadOnlyList<TriedRate> rates) => _trials.Add(rates);

    /// <summary>What came out, of at least one trial.</summary>
    public IntervalTrials Result(int calibrated, int enrolled, int? searched)
    {
        var rates = _trials[0].Count;
        return new IntervalTrials(_trials.Count, calibrated, enrolled, searched, [.. Enumerable.Range(0, rates).Select(Coverage)], All(1), All(rates));

        double All(int intervals) => _trials.Count(trial => trial.All(rate => rate.Interval(intervals).Contains(rate.Asked))) / (double)_trials.Count;
    }

    private IntervalCoverage Coverage(int rate)
    {
        TriedRate[] of = [.. _trials.Select(trial => trial[rate])];
        return new IntervalCoverage(
            of[0].Resolutions, of[0].Asked, of.Average(one => one.Obtained.Share), of.Average(one => one.Interval(1).Contains(one.Asked) ? 1.0 : 0), of.Average(one => one.Asked < one.Interval(1).Low ? 1.0 : 0),
            of.Average(one => one.Obtained.Interval().Contains(one.Asked) ? 1.0 : 0));
    }
}

/// <summary>A rate in a trial.</summary>
/// <param name="Resolutions">At which resolutions.</param>
/// <param name="Asked">The rate asked for.</param>
/// <param name="Stated">What the calibration states there.</param>
/// <param name="Obtained">What came.</param>
internal sealed record TriedRate(MatchedResolutions Resolutions, double Asked, StrangerProbability Stated, ObtainedRate Obtained)
{
    public ConfidenceInterval Interval(int intervals) => CalibratedRate.WithCalibration(Obtained, Asked, Stated, intervals);
}
