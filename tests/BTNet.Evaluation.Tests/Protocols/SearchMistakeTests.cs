using BTNet.Evaluation.Protocols;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols;

public sealed class SearchMistakeTests
{
    [Property]
    public void The_hardest_are_a_few_of_each_kind_and_none_left_out_is_harder((byte Score, byte Own, bool Stranger)[] drawn)
    {
        SearchMistake[] all = [.. drawn.Select((one, i) => new SearchMistake(i, 0, one.Score, one.Stranger ? null : one.Own))];

        var hardest = SearchMistake.Hardest(all);

        foreach (var (kind, hardness) in ((bool, Func<SearchMistake, double>)[])[(false, mistake => mistake.Score - mistake.OwnScore!.Value), (true, mistake => mistake.Score)])
        {
            var (kept, whole) = (hardest.Where(mistake => mistake.OwnScore is null == kind).ToList(), all.Where(mistake => mistake.OwnScore is null == kind).ToList());
            Assert.Equal(Math.Min(4, whole.Count), kept.Count);
            Assert.Equal(kept.OrderByDescending(hardness), kept);
            Assert.All(whole.Except(kept), mistake => Assert.True(hardness(mistake) <= hardness(kept[^1])));
        }

        Assert.Equal(hardest.OrderBy(mistake => mistake.OwnScore is null), hardest);
    }
}
