using BTNet.Evaluation.Protocols.Pairs;
using FsCheck.Xunit;

namespace BTNet.Evaluation.Tests.Protocols.Pairs;

public sealed class PairFoldsTests
{
    [Fact]
    public void A_list_that_repeats_halves_is_cut_in_order_as_the_field_does()
    {
        bool[] same = [.. Enumerable.Range(0, 60).Select(pair => pair / 3 % 2 == 0)];
        var (folds, notice) = PairFolds.Cut(same, 10, "list");
        Assert.Null(notice);
        Assert.Equal([.. Enumerable.Range(0, 60).Select(pair => pair / 6)], folds);
    }

    [Fact]
    public void The_first_folds_take_what_does_not_divide_as_in_scikit_learn()
    {
        bool[] same = [.. Enumerable.Range(0, 23).Select(pair => pair % 2 == 0)];
        var (folds, _) = PairFolds.Cut(same, 10, "list");
        Assert.Equal([3, 3, 3, 2, 2, 2, 2, 2, 2, 2], folds.CountBy(fold => fold).OrderBy(fold => fold.Key).Select(fold => fold.Value));
    }

    [Fact]
    public void Labels_in_two_blocks_are_stratified_with_a_notice()
    {
        bool[] same = [.. Enumerable.Range(0, 600).Select(pair => pair < 300)];
        var (folds, notice) = PairFolds.Cut(same, 10, "lfw_fold3.bin");
        Assert.Contains("lfw_fold3.bin", notice);
        Assert.Contains("stratified", notice);
        for (var fold = 0; fold < 10; fold++)
        {
            Assert.Equal(30, Enumerable.Range(0, 600).Count(pair => folds[pair] == fold && same[pair]));
            Assert.Equal(30, Enumerable.Range(0, 600).Count(pair => folds[pair] == fold && !same[pair]));
        }
    }

    [Fact]
    public void Fewer_pairs_of_a_label_than_folds_give_fewer_folds()
    {
        var (folds, notice) = PairFolds.Cut([true, false, true, false, true, false, false], 10, "list");
        Assert.Equal(3, folds.Distinct().Count());
        Assert.Contains("there are 3 folds", notice);
    }

    [Fact]
    public void A_single_pair_of_a_label_is_refused()
    {
        var fault = Assert.Throws<InputException>(() => PairFolds.Cut([true, false, false], 10, "list"));
        Assert.Contains("list: 1 pairs of one person and 2 of two people", fault.Message);
    }

    [Property(MaxTest = 200)]
    public void Every_fold_holds_both_labels_and_sizes_are_even(int seed)
    {
        var random = new Random(seed);
        bool[] same = [true, true, false, false, .. Enumerable.Range(0, random.Next(200)).Select(_ => random.Next(4) == 0)];
        var (folds, _) = PairFolds.Cut(same, 10, "list");
        var groups = same.Zip(folds).GroupBy(pair => pair.Second).ToList();
        Assert.Equal(Enumerable.Range(0, groups.Count), groups.Select(group => group.Key).Order());
        Assert.All(groups, group => Assert.Equal(2, group.DistinctBy(pair => pair.First).Count()));
        Assert.InRange(groups.Max(group => group.Count()) - groups.Min(group => group.Count()), 0, 2);
    }
}
