using BTNet.Resolutions;
using BTNet.Training.Backbones;
using BTNet.Training.Branches;
using BTNet.Training.Losses;
using BTNet.Training.Recipes;
using BTNet.Training.Tests.Golden;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Branches;

public sealed class BranchTests
{
    private static readonly Resolution Fourteen = Resolution.Of(14);

    [Fact]
    public void A_branch_starts_from_the_trunks_values_and_drops_the_projection_it_has_no_use_for()
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        var values = trunk.Weights.ToDictionary(weight => weight.Key, weight => weight.Tensor);

        foreach (var level in trunk.Levels)
        {
            using var branch = new Branch(trunk, level.Resolution);
            Assert.All(branch.Weights, weight =>
            {
                Assert.True(SmallNetworks.AreEqual(values[weight.Key], weight.Tensor), weight.Key);
                Assert.False(ReferenceEquals(values[weight.Key], weight.Tensor), weight.Key);
            });
            Assert.DoesNotContain(branch.Weights, weight => weight.Key.StartsWith("layer1.0.downsample", StringComparison.Ordinal) && level.Resolution.Side < 56);
        }

        Assert.Contains("layer1.0.downsample.0.weight", values.Keys);
    }

    [Fact]
    public void The_tail_is_the_trunks_own_in_memory_once()
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        using var branch = new Branch(trunk, Fourteen);
        var images = Wave.Image("faces", 2, 3, 14, 14);
        var map = branch.Map(images, training: false);
        var before = branch.Embed(map, training: false);

        using (no_grad()) trunk.TailWeights(branch.Level).First(weight => weight.Kind == WeightKind.Linear).Tensor.mul_(-1);

        Assert.False(SmallNetworks.AreEqual(before, branch.Embed(map, training: false)));
        Assert.Empty(branch.Weights.Select(weight => weight.Key).Intersect(trunk.TailWeights(branch.Level).Select(weight => weight.Key)));
    }

    [Theory]
    [InlineData(NormPolicy.Own)]
    [InlineData(NormPolicy.OwnStatistics)]
    [InlineData(NormPolicy.Shared)]
    [InlineData(NormPolicy.ReferenceCompatible)]
    public void A_training_step_moves_what_the_policy_says_and_nothing_of_the_trunk(NormPolicy policy)
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        var branch = new Branch(trunk, Fourteen, policy);
        var trunkBefore = Copies(trunk.Weights);
        var before = Copies(branch.Weights);
        var tail = trunk.TailNorms(branch.Level).ToDictionary(slot => slot.Key, slot => slot.Role);
        using var learner = new BranchLearner(
            trunk, branch, new BranchClassifier(Frozen(), [0, 1, 2, 3, 4, 5]), new BranchRecipe());

        learner.Step(Wave.Image("full", 4, 3, 112, 112), Wave.Image("small", 4, 3, 14, 14), tensor(new long[] { 0, 1, 2, 3 }), 0.01);

        foreach (var weight in trunk.Weights) Assert.True(SmallNetworks.AreEqual(trunkBefore[weight.Key], weight.Tensor), $"{weight.Key} of the trunk moved");
        foreach (var weight in branch.Weights)
        {
            var slot = weight.Key[..weight.Key.LastIndexOf('.')];
            var expected = !tail.TryGetValue(slot, out var role) || Moves(policy, role, weight.Kind);
            Assert.True(expected != SmallNetworks.AreEqual(before[weight.Key], weight.Tensor), $"{weight.Key} {(expected ? "stayed" : "moved")}");
        }
    }

    [Theory]
    [InlineData(NormPolicy.Own)]
    [InlineData(NormPolicy.OwnStatistics)]
    [InlineData(NormPolicy.Shared)]
    [InlineData(NormPolicy.ReferenceCompatible)]
    public void No_gradient_is_computed_for_a_frozen_weight(NormPolicy policy)
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        var branch = new Branch(trunk, Fourteen, policy);
        var classifier = Frozen();
        using var learner = new BranchLearner(trunk, branch, new BranchClassifier(classifier, [0, 1, 2, 3, 4, 5]), new BranchRecipe());

        learner.Step(Wave.Image("full", 4, 3, 112, 112), Wave.Image("small", 4, 3, 14, 14), tensor(new long[] { 0, 1, 2, 3 }), 0.01);

        var trained = new HashSet<Tensor>(branch.Trainable.Select(weight => weight.Tensor), ReferenceEqualityComparer.Instance);
        foreach (var weight in trunk.Weights.Concat(branch.Weights))
        {
            Assert.Equal(trained.Contains(weight.Tensor), weight.Tensor.requires_grad);
            Assert.True(trained.Contains(weight.Tensor) == weight.Tensor.grad is not null, weight.Key);
        }

        Assert.False(classifier.Weight.requires_grad);
        Assert.Null(classifier.Weight.grad);
    }

    [Theory]
    [InlineData(NormPolicy.Own, true, true)]
    [InlineData(NormPolicy.OwnStatistics, false, true)]
    [InlineData(NormPolicy.Shared, false, false)]
    [InlineData(NormPolicy.ReferenceCompatible, true, true)]
    public void A_branch_owns_of_the_tails_norms_what_the_policy_says(NormPolicy policy, bool ownsScales, bool ownsStatistics)
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        using var branch = new Branch(trunk, Fourteen, policy);
        var slots = trunk.TailNorms(branch.Level).Select(slot => slot.Key).ToList();
        var owned = branch.Weights.Select(weight => weight.Key).ToHashSet();

        Assert.NotEmpty(slots);
        Assert.All(slots, slot =>
        {
            Assert.Equal(ownsScales, owned.Contains($"{slot}.weight"));
            Assert.Equal(ownsScales, owned.Contains($"{slot}.bias"));
            Assert.Equal(ownsStatistics, owned.Contains($"{slot}.running_mean"));
            Assert.Equal(ownsStatistics, owned.Contains($"{slot}.running_var"));
        });
        Assert.All(branch.Trainable, weight => Assert.Contains(weight.Key, owned));
    }

    [Fact]
    public void Disposing_a_branch_leaves_the_trunk_whole()
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();
        foreach (var policy in Enum.GetValues<NormPolicy>()) new Branch(trunk, Fourteen, policy).Dispose();

        Assert.Equal([1, 16], trunk.Forward(Wave.Image("face", 1, 3, 112, 112), training: false).shape);
    }

    [Fact]
    public void A_resolution_without_a_join_is_refused_with_those_there_are()
    {
        using var scope = NewDisposeScope();
        using var trunk = SmallNetworks.Trunk();

        Assert.Contains("56, 28, 14, 7", Assert.Throws<InputException>(() => new Branch(trunk, Resolution.Full)).Message);
    }

    private static bool Moves(NormPolicy policy, NormRole role, WeightKind kind)
    {
        if (kind is WeightKind.RunningMean or WeightKind.RunningVariance) return policy != NormPolicy.Shared;
        return policy switch
        {
            NormPolicy.Own => role != NormRole.Embedding || kind == WeightKind.NormShift,
            NormPolicy.ReferenceCompatible => role is NormRole.Block or NormRole.HeadMap,
            _ => false
        };
    }

    private static CosineClassifier Frozen()
    {
        var classifier = SmallNetworks.Classifier();
        classifier.Freeze();
        return classifier;
    }

    private static Dictionary<string, Tensor> Copies(IEnumerable<Weight> weights) => weights.ToDictionary(weight => weight.Key, weight => weight.Tensor.detach().clone());
}
