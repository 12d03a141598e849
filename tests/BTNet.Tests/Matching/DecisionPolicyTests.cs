using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Tests.Matching;

public sealed class DecisionPolicyTests
{
    // Of one gallery size all that is needed: strangers reach 0.3 in 1 of 10 searches, 0.4 in 1 of 100, 0.5 in 1 of 1,000.
    private static readonly ScoreCalibration Known = new(
        Strangers.Pair, 10_000, byProbe: true, [1, 1000], [0.1, 0.01, 0.001], [[0.3, 0.4, 0.5], [0.6, 0.7, 0.8]], [[0.29, 0.38, 0.45], [0.59, 0.68, 0.75]], [[0.31, 0.42, 0.55], [0.61, 0.72, 0.85]],
        new MateScores(10, [.. Enumerable.Range(0, 21).Select(i => i * 0.05)]));

    /// <summary>The same, as a model has it.</summary>
    internal static CalibrationTable Table => new(Strangers.Networks, [Known]);

    [Theory]
    [InlineData(0.39, Verdict.Unknown)]
    [InlineData(0.4, Verdict.Unsure)]
    [InlineData(0.49, Verdict.Unsure)]
    [InlineData(0.5, Verdict.Match)]
    [InlineData(0.9, Verdict.Match)]
    [InlineData(-1, Verdict.Unknown)]
    public void One_in_a_thousand_is_a_match_and_one_in_a_hundred_a_doubt(double score, Verdict expected)
    {
        var decision = DecisionPolicy.OneIn(1000).Decide(Known, score, 1);

        Assert.Equal((expected, 0.5, 0.4), (decision.Verdict, decision.Threshold.Value, decision.UnsureFrom));
    }

    [Fact]
    public void The_cautious_take_the_upper_end_and_the_hasty_have_no_doubts()
    {
        Assert.Equal(Verdict.Unsure, (DecisionPolicy.OneIn(1000) with { IsCautious = true }).Decide(Known, 0.54, 1).Verdict);
        Assert.Equal(Verdict.Match, (DecisionPolicy.OneIn(1000) with { IsCautious = true }).Decide(Known, 0.55, 1).Verdict);
        Assert.Equal(Verdict.Unknown, (DecisionPolicy.OneIn(1000) with { UnsureTimes = 1 }).Decide(Known, 0.499, 1).Verdict);
    }

    [Fact]
    public void A_decision_says_how_probable_a_stranger_is()
    {
        var decision = DecisionPolicy.OneIn(100).Decide(Known, 0.4, 1);

        Assert.Equal(0.01, decision.Stranger.Value, 1e-9);
        Assert.Equal("Match: 0.400 (match from 0.400, unsure from 0.300), a stranger scores so in 1 % of searches", decision.ToString());
        Assert.Contains("less than 0.1 %", DecisionPolicy.OneIn(100).Decide(Known, 0.9, 1).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1/1000", 0.001)]
    [InlineData("0.1%", 0.001)]
    [InlineData(" 0.001 ", 0.001)]
    [InlineData("3 / 100", 0.03)]
    public void A_policy_is_read_as_people_write_it(string text, double expected)
    {
        Assert.Equal(expected, DecisionPolicy.Parse(text).FalseAlarms, 1e-12);
        Assert.Equal("at most 1 false alarm in 1,000 strangers", DecisionPolicy.Parse("1/1000").ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("never")]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("1/0")]
    [InlineData("2/1")]
    [InlineData("-1%")]
    [InlineData("1/2/3")]
    [InlineData("NaN")]
    public void What_is_no_rate_is_refused(string text) => Assert.Contains("1/1000", Assert.Throws<InputException>(() => DecisionPolicy.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Odd_policies_are_refused()
    {
        Assert.Throws<InputException>(() => new DecisionPolicy { FalseAlarms = 0 });
        Assert.Throws<InputException>(() => DecisionPolicy.OneIn(1));
        Assert.Throws<InputException>(() => new DecisionPolicy { UnsureTimes = 0.5 });
        Assert.Throws<InputException>(() => DecisionPolicy.OneIn(1e6).Decide(Known, 0.5, 1));
    }

    [Fact]
    public void Advice_on_an_enrolment_says_what_is_unsure_and_how_many_will_be_found()
    {
        var small = new ScoreCalibration(
            new MatchedResolutions(Resolution.Of(7), Resolution.Of(14)), 10_000, true, [1, 1000], [0.1, 0.01, 0.001], [[0.5, 0.6, 0.7], [0.8, 0.85, 0.9]], [[0.5, 0.6, 0.7], [0.8, 0.85, 0.9]], [[0.5, 0.6, 0.7], [0.8, 0.85, 0.9]],
            new MateScores(10, [.. Enumerable.Range(0, 21).Select(i => i * 0.05)]));
        var table = new CalibrationTable(Strangers.Networks, [Known, small]);

        var advice = EnrolmentAdvice.For(table, Resolution.Of(7), Resolution.Of(14), DecisionPolicy.OneIn(100), 1);

        Assert.Equal("this enrolment is 7 px: with faces of 14 px, matches below 0.60 will be unsure, and below 0.50 nobody is found; about 40 % of this person's faces will be matches, 60 % were it enrolled sharper", advice.ToString());
        Assert.Null(EnrolmentAdvice.For(table, Resolution.Full, Resolution.Of(14), DecisionPolicy.OneIn(100), 1).FoundAtBest);
        Assert.Throws<InputException>(() => EnrolmentAdvice.For(table, Resolution.Of(28), Resolution.Of(14), DecisionPolicy.OneIn(100), 1));
    }
}
