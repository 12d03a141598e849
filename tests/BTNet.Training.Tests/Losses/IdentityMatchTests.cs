using BTNet.Training.Losses;

namespace BTNet.Training.Tests.Losses;

public sealed class IdentityMatchTests
{
    private static readonly string[] Classifier = ["Ann", "Bob", "Cyd", "Dee"];

    [Fact]
    public void The_same_identities_in_another_order_are_mapped_by_name()
    {
        var match = IdentityMatch.Between(Classifier, ["Dee", "Ann", "Cyd", "Bob"]);
        Assert.Equal(IdentityOverlap.Exact, match.Overlap);
        Assert.Equal([3, 0, 2, 1], match.ClassesFor(BranchClassification.FrozenTrunkClassifier));
    }

    [Fact]
    public void A_part_of_the_classifiers_identities_is_mapped_by_name()
    {
        var match = IdentityMatch.Between(Classifier, ["Cyd", "Bob"]);
        Assert.Equal(IdentityOverlap.Subset, match.Overlap);
        Assert.Equal([2, 1], match.ClassesFor(BranchClassification.FrozenTrunkClassifier));
    }

    [Fact]
    public void Identities_that_the_classifier_lacks_are_counted_named_and_the_ways_out_offered()
    {
        var match = IdentityMatch.Between(Classifier, ["Eve", "Bob", "Fay"]);
        Assert.Equal(IdentityOverlap.Partial, match.Overlap);
        Assert.Equal(["Eve", "Fay"], match.Missing);
        Assert.Equal([-1, 1, -1], match.Classes);

        var refused = Assert.Throws<InputException>(() => match.ClassesFor(BranchClassification.FrozenTrunkClassifier));

        Assert.Contains("2 of the data set's 3 identities are not in the trunk's classifier of 4", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'Eve', 'Fay'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("distillationOnly", refused.Message, StringComparison.Ordinal);
        Assert.Contains("freshHead", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Strangers_only_match_nobody_and_can_be_distilled_or_given_a_fresh_head()
    {
        var match = IdentityMatch.Between(Classifier, ["Eve", "Fay", "Gus", "Hal", "ann"]);
        Assert.Equal(IdentityOverlap.None, match.Overlap);
        Assert.Throws<InputException>(() => match.ClassesFor(BranchClassification.FrozenTrunkClassifier));
        Assert.Empty(match.ClassesFor(BranchClassification.DistillationOnly));
        Assert.Equal([0, 1, 2, 3, 4], match.ClassesFor(BranchClassification.FreshHead));
    }

    [Fact]
    public void Equal_numbers_of_two_data_sets_are_not_taken_for_the_same_people()
    {
        var match = IdentityMatch.Between(["0", "1", "2", "3"], ["1", "3"]);
        Assert.True(match.ByNumberOnly);
        Assert.Equal(IdentityOverlap.Subset, match.Overlap);
        var refused = Assert.Throws<InputException>(() => match.ClassesFor(BranchClassification.FrozenTrunkClassifier));
        Assert.Contains("equal numbers need not be the same people", refused.Message, StringComparison.Ordinal);
        Assert.Equal([1, 3], match.ClassesFor(BranchClassification.FrozenTrunkClassifier, sameNumbering: true));
        Assert.Equal([1, 0], IdentityMatch.Between(["0", "1"], ["1", "0"]).ClassesFor(BranchClassification.FrozenTrunkClassifier));
    }

    [Fact]
    public void A_name_that_comes_twice_is_refused_with_its_places()
    {
        var refused = Assert.Throws<InputException>(() => IdentityMatch.Between(Classifier, ["Ann", "Bob", "Ann"]));
        Assert.Contains("'Ann' comes twice in the data set (places 0 and 2)", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => IdentityMatch.Between(["Ann", "Ann"], ["Ann"]));
    }

    [Fact]
    public void An_empty_data_set_is_a_programming_mistake() =>
        Assert.Throws<ArgumentException>(() => IdentityMatch.Between(Classifier, []));
}
