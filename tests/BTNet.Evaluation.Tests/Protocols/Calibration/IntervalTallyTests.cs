using BTNet.Evaluation.Metrics;
using BTNet.Evaluation.Protocols.Calibration;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Evaluation.Tests.Protocols.Calibration;

public sealed class IntervalTallyTests
{
    private static readonly MatchedResolutions[] Pairs = [new(Resolution.Full, Resolution.Full), new(Resolution.Full, Resolution.Of(7))];

    // The calibration may as well be one for 0.6 or 1.5 % where 1 is asked for.
    private static readonly StrangerProbability Stated = new(0.01, 0.006, 0.015, IsAtMost: false);

    [Fact]
    public void Rates_are_counted_by_the_intervals_that_hold_them_and_trials_where_all_do()
    {
        var tally = new IntervalTally();
        // Of 807 searches 1.1 % are well, 1.8 is more than the searches alone allow, 1.95 more than both samples do if not all are to hold together, 6 and 0.01 are far off.
        tally.Add(Trial(0.011, 0.011));
        tally.Add(Trial(0.018, 0.0195));
        tally.Add(Trial(0.011, 0.06));
        tally.Add(Trial(0.0001, 0.011));

        var found = tally.Result(calibrated: 300, enrolled: 150, searched: 807);

        Assert.Equal((4, 300, 150, 807), (found.Trials, found.Calibrated, found.Enrolled, found.Searched));
        Assert.Equal(Pairs, found.Rates.Select(rate => rate.Resolutions));
        Assert.Equal((0.75, 0.0, 0.5), (found.Rates[0].Held, found.Rates[0].TooMany, found.Rates[0].HeldBySearches));
        Assert.Equal((0.5, 0.5, 0.5), (found.Rates[1].Held, found.Rates[1].TooMany, found.Rates[1].HeldBySearches));
        Assert.Equal(0.01, found.Rates[0].Asked);
        Assert.Equal((0.0195 + 0.06 + (2 * 0.011)) / 4, found.Rates[1].Obtained, 1e-12);
        Assert.Equal((0.25, 0.5), (found.AllSingly, found.AllTogether));
        Assert.Null(tally.Result(300, 150, searched: null).Searched);
    }

    private static TriedRate[] Trial(params double[] obtained) => [.. obtained.Select((rate, i) => new TriedRate(Pairs[i], 0.01, Stated, new ObtainedRate(rate, 807)))];
}
