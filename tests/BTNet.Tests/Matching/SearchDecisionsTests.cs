using BTNet.Embeddings;
using BTNet.Gallery;
using BTNet.Matching;
using BTNet.Resolutions;

namespace BTNet.Tests.Matching;

public sealed class SearchDecisionsTests
{
    private static readonly EmbeddingModel Model = new("fingerprint", "trunk", 4, "model") { Networks = "networks" };

    [Fact]
    public void A_decision_is_made_for_faces_of_the_networks_that_were_calibrated_and_for_no_others()
    {
        var decisions = new SearchDecisions(DecisionPolicyTests.Table, Model, DecisionPolicy.OneIn(100), 1);
        Decision? Of(string? networks, string? model) => decisions.Of(0.9, Strangers.Pair.Gallery, Strangers.Pair.Probe, networks, model);

        Assert.NotNull(Of("networks", "another package"));
        Assert.NotNull(Of(null, "fingerprint"));
        Assert.NotNull(Of(null, null));
        Assert.Empty(decisions.Reasons);
        foreach (var (networks, model) in ((string?, string?)[])[("other", "fingerprint"), ("networks other", "fingerprint"), (null, "another"), ("networks model:another", "fingerprint"), ("networks-int8", "fingerprint-int8")]) Assert.Null(Of(networks, model));
        Assert.All(decisions.Reasons, reason => Assert.Contains("enrol these people anew, in a new gallery or once they are removed from this one", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_calibration_or_one_that_knows_the_sizes_it_says_why()
    {
        var without = new SearchDecisions(null, Model, DecisionPolicy.OneIn(100), 10);
        Assert.Null(without.Of(0.9, Resolution.Full, Resolution.Full, "networks", null));
        Assert.Contains("is not calibrated", Assert.Single(without.Reasons), StringComparison.Ordinal);
        var small = new SearchDecisions(DecisionPolicyTests.Table, Model, DecisionPolicy.OneIn(100), 1);
        Assert.Null(small.Of(0.9, Resolution.Of(56), Resolution.Of(7), "networks", null));
        Assert.Contains("not calibrated", Assert.Single(small.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_known_of_several_faces_says_each_networks_and_the_model_of_those_of_which_nobody_knows()
    {
        Assert.Equal("a", Candidate.NetworksOf([("a", "one"), ("a", "two")]));
        Assert.Equal("a b", Candidate.NetworksOf([("a", "one"), ("b", "two"), ("a", "one")]));
        Assert.Null(Candidate.NetworksOf([(null, "one"), (null, "one")]));
        Assert.Equal("a model:two", Candidate.NetworksOf([("a", "one"), (null, "two")]));
        Assert.Equal("model:one model:two", Candidate.NetworksOf([(null, "one"), (null, "two")]));
    }
}
