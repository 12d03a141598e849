using BTNet.Resolutions;

namespace BTNet.Tests.Resolutions;

public sealed class ResolutionLadderTests
{
    private static readonly ResolutionLadder Paper = Ladder(112, 28, 14, 7);

    [Theory]
    [InlineData(LadderRule.Ceil, 7, 14, 28)]
    [InlineData(LadderRule.Near, 10, 21, 70)]
    [InlineData(LadderRule.Floor, 13, 27, 111)]
    public void The_papers_ladder_has_the_papers_thresholds(LadderRule rule, int lastOf7, int lastOf14, int lastOf28)
    {
        for (var size = 1; size <= 400; size++)
        {
            var expected = size <= lastOf7 ? 7 : size <= lastOf14 ? 14 : size <= lastOf28 ? 28 : 112;
            Assert.Equal(expected, Paper.Choose(size, size, SizeIndicator.Max, rule).Side);
        }
    }

    [Theory]
    [InlineData(LadderRule.Ceil, 7, 14, 28, 56)]
    [InlineData(LadderRule.Near, 10, 21, 42, 84)]
    [InlineData(LadderRule.Floor, 13, 27, 55, 111)]
    public void With_56_the_thresholds_follow_the_same_principle(LadderRule rule, int lastOf7, int lastOf14, int lastOf28, int lastOf56)
    {
        var ladder = Ladder(7, 14, 28, 56, 112);
        for (var size = 1; size <= 400; size++)
        {
            var expected = size <= lastOf7 ? 7 : size <= lastOf14 ? 14 : size <= lastOf28 ? 28 : size <= lastOf56 ? 56 : 112;
            Assert.Equal(expected, ladder.Choose(size, size, SizeIndicator.Max, rule).Side);
        }
    }

    [Theory]
    [InlineData(SizeIndicator.Max, 30, 13, 112)]
    [InlineData(SizeIndicator.Min, 30, 13, 14)]
    [InlineData(SizeIndicator.Average, 30, 13, 28)]
    [InlineData(SizeIndicator.Average, 14, 15, 14)]
    [InlineData(SizeIndicator.Average, 15, 14, 14)]
    [InlineData(SizeIndicator.Average, int.MaxValue, int.MaxValue, 112)]
    public void The_indicator_decides_which_number_stands_for_the_size(SizeIndicator indicator, int width, int height, int expected)
    {
        Assert.Equal(expected, Paper.Choose(width, height, indicator).Side);
        Assert.Equal(expected, Paper.Choose(height, width, indicator).Side);
    }

    [Fact]
    public void Left_to_itself_it_takes_the_longer_side_and_the_next_rung_up()
    {
        Assert.Equal(14, Paper.Choose(3, 8).Side);
        Assert.Equal(112, Paper.Choose(29, 3).Side);
    }

    [Fact]
    public void On_every_ladder_every_rule_keeps_its_promise_at_every_size()
    {
        foreach (var ladder in EveryLadder())
        {
            var sides = ladder.Rungs.Select(rung => rung.Side).Order().ToArray();
            for (var size = 1; size <= 400; size++)
            {
                var ceil = ladder.Choose(size, size, SizeIndicator.Max, LadderRule.Ceil).Side;
                var near = ladder.Choose(size, size, SizeIndicator.Max, LadderRule.Near).Side;
                var floor = ladder.Choose(size, size, SizeIndicator.Max, LadderRule.Floor).Side;
                Assert.Equal(sides.Where(side => side >= size).DefaultIfEmpty(112).First(), ceil);
                Assert.Equal(sides.Where(side => side <= size).DefaultIfEmpty(sides[0]).Last(), floor);
                Assert.Equal(sides.OrderBy(side => Math.Abs(side - size)).ThenBy(side => side).First(), near);
            }
        }
    }

    [Fact]
    public void Every_face_of_1_to_400_pixels_a_side_goes_where_the_definition_says()
    {
        foreach (var ladder in EveryLadder())
        {
            var sides = ladder.Rungs.Select(rung => rung.Side).Order().ToArray();
            foreach (var rule in Enum.GetValues<LadderRule>())
            {
                var rungs = Enumerable.Range(0, 401).Select(size => ByDefinition(sides, size, rule)).ToArray();
                for (var width = 1; width <= 400; width++)
                for (var height = 1; height <= 400; height++)
                {
                    Check(SizeIndicator.Max, width > height ? width : height);
                    Check(SizeIndicator.Min, width < height ? width : height);
                    Check(SizeIndicator.Average, (width + height) / 2);

                    void Check(SizeIndicator indicator, int size)
                    {
                        // An assertion of each would take minutes.
                        if (ladder.Choose(width, height, indicator, rule).Side != rungs[size]) Assert.Fail($"{width} x {height}, {indicator}, {rule} on {string.Join(", ", sides)}: not {rungs[size]}");
                    }
                }
            }
        }
    }

    [Fact]
    public void A_larger_face_never_goes_to_a_smaller_rung()
    {
        foreach (var ladder in EveryLadder())
        foreach (var rule in Enum.GetValues<LadderRule>())
        foreach (var indicator in Enum.GetValues<SizeIndicator>())
        {
            for (var size = 1; size < 400; size++)
                Assert.True(ladder.Choose(size, 20, indicator, rule) <= ladder.Choose(size + 1, 20, indicator, rule));
        }
    }

    [Fact]
    public void Rungs_are_kept_once_and_the_largest_first() =>
        Assert.Equal([112, 14, 7], Ladder(7, 112, 14, 7).Rungs.Select(rung => rung.Side));

    [Fact]
    public void A_trunk_without_branches_takes_everything() =>
        Assert.All(Enum.GetValues<LadderRule>(), rule => Assert.Equal(112, Ladder(112).Choose(1, 1, SizeIndicator.Max, rule).Side));

    [Fact]
    public void A_ladder_without_112_or_with_a_foreign_rung_is_a_programming_mistake()
    {
        Assert.Contains("lacks 112", Assert.Throws<ArgumentException>(() => Ladder(14, 7)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ResolutionLadder([Resolution.Full, default]));
        Assert.Throws<ArgumentException>(() => new ResolutionLadder([]));
    }

    [Fact]
    public void Sizes_and_values_that_cannot_be_are_programming_mistakes()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.Choose(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.Choose(5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.Choose(5, 5, (SizeIndicator)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Paper.Choose(5, 5, SizeIndicator.Max, (LadderRule)9));
    }

    /// <summary>By looking at every rung, without a threshold.</summary>
    private static int ByDefinition(int[] sides, int size, LadderRule rule) => rule switch
    {
        LadderRule.Ceil => sides.Where(side => side >= size).DefaultIfEmpty(sides[^1]).First(),
        LadderRule.Floor => sides.Where(side => side <= size).DefaultIfEmpty(sides[0]).Last(),
        _ => sides.OrderBy(side => Math.Abs(side - size)).ThenBy(side => side).First()
    };

    private static ResolutionLadder Ladder(params int[] sides) => new(sides.Select(Resolution.Of));

    /// <summary>Every subset of the branches, with the trunk.</summary>
    private static IEnumerable<ResolutionLadder> EveryLadder() => Enumerable.Range(0, 16)
        .Select(bits => new ResolutionLadder(Resolution.All.Where((rung, index) => rung.IsFull || ((bits >> (index - 1)) & 1) == 1)));
}
