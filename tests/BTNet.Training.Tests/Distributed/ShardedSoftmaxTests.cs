using BTNet.Training.Distributed;
using BTNet.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Distributed;

/// <summary>The classifier over several ranks against the whole one in one process.</summary>
public sealed class ShardedSoftmaxTests
{
    private const int Classes = 11;
    private const int Width = 5;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Identities_spread_over_ranks_learn_as_in_one_process(int ranks) => RankScenario.Run(ranks, GetType(), nameof(EveryLoss));

    [Fact]
    public void More_ranks_than_identities_are_refused() => RankScenario.Run(3, GetType(), nameof(TooFewIdentities));

    internal static void EveryLoss(IProcessGroup group)
    {
        // At the lowest rate some ranks have no identity in a step.
        foreach (var kind in Enum.GetValues<MarginKind>())
        foreach (var rate in (double[])[1, 0.5, 0.1])
            Compare(group, kind, rate);
    }

    internal static void TooFewIdentities(IProcessGroup group)
    {
        var fault = Assert.Throws<InputException>(() => new ClassifierShard(group, new CosineClassifier(2, Width, 1), new CosFaceLoss(), sampler: null));
        Assert.Equal("3 ranks share the classifier, and it has 2 identities; every rank needs at least one: start 2 ranks at most (mpirun -np 2)", fault.Message);
    }

    /// <summary>Four steps of both, from the same start; rank r has r + 2 images.</summary>
    private static void Compare(IProcessGroup group, MarginKind kind, double rate)
    {
        using var scope = NewDisposeScope();
        PartialFcSampler? Sampler() => rate < 1 ? new PartialFcSampler(Classes, rate, seed: 3) : null;
        var whole = new CosineClassifier(Classes, Width, seed: 5);
        var (wholeLoss, shardLoss) = (kind.Create(scale: 8), kind.Create(scale: 8));
        using var shard = new ClassifierShard(group, CosineClassifier.FromWeight(whole.Weight), shardLoss, Sampler());
        using var wholeSteps = new ClassifierSgd(whole);
        using var shardSteps = new ClassifierSgd(shard.Rows);
        var wholeSampler = Sampler();
        int[] counts = [.. Enumerable.Range(2, group.Size)];
        var (from, images) = (counts.Take(group.Rank).Sum(), counts[group.Rank]);
        for (var step = 0; step < 4; step++)
        {
            using var generator = new Generator((ulong)step + 1);
            var all = randn(counts.Sum(), Width, generator: generator).requires_grad_();
            var labels = tensor(Enumerable.Range(0, counts.Sum()).Select(image => (long)((image * 4) + step) % Classes).ToArray());
            var own = all.detach().narrow(0, from, images).clone().requires_grad_();

            wholeSteps.ZeroGrad();
            var sample = wholeSampler?.Sample(labels, step);
            var expected = wholeLoss.Loss(all, whole.Cosines(all, sample?.Classes), sample?.Labels ?? labels);
            (expected * 2).backward();
            wholeSteps.Step(0.1, sample?.Classes);

            shardSteps.ZeroGrad();
            var (loss, used) = shard.Loss(own, labels.narrow(0, from, images), step);
            (loss * 2).backward();
            shardSteps.Step(0.1, used);

            var what = $"{kind}, {rate}, step {step}";
            Assert.True(Math.Abs(expected.item<float>() - loss.item<float>()) < 1e-5, $"loss of {what}: {expected.item<float>()}, {loss.item<float>()}");
            AssertClose(all.grad!.narrow(0, from, images), own.grad!, $"embeddings' gradient of {what}");
            AssertClose(whole.Weight.narrow(0, shard.Shards.First, shard.Shards.Count), shard.Rows.Weight, $"classifier after {what}");
            Assert.True(wholeLoss.State.Zip(shardLoss.State).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5 * Math.Max(1, Math.Abs(pair.First))), $"state of {what}");
        }
    }

    internal static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        using var scope = NewDisposeScope();
        var difference = (expected.detach() - actual.detach()).abs().max().item<float>();
        var largest = Math.Max(1, expected.detach().abs().max().item<float>());
        Assert.True(difference < 1e-5 * largest, $"{what}: they differ by {difference} of {largest}");
    }
}
