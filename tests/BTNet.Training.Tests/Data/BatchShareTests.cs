using BTNet.Training.Data;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Data;

public sealed class BatchShareTests
{
    [Property]
    public void The_shares_of_a_step_are_the_step_in_its_order(byte parts, byte batch, ulong seed)
    {
        var (count, size) = (1 + (parts % 5), 1 + (batch % 9));
        var step = new BatchPlan(200, count * size, seed).Batch(1);

        PlannedBatch[] shares = [.. Enumerable.Range(0, count).Select(part => new BatchShare(part, count).Of(step))];

        Assert.All(shares, share => Assert.Equal((size, step.Step, step.Epoch), (share.Items.Length, share.Step, share.Epoch)));
        Assert.Equal(step.Items, shares.SelectMany(share => share.Items));
    }

    [Fact]
    public void A_loader_prepares_its_share_as_the_loader_of_all_does()
    {
        var source = new MemorySource(12);
        using var all = new FaceBatchLoader(source, new FaceBatchLoaderOptions { BatchSize = 6, Workers = 1, Seed = 4 });
        using var second = new FaceBatchLoader(source, new FaceBatchLoaderOptions { BatchSize = 2, Workers = 1, Seed = 4, Share = new BatchShare(1, 3) });
        Assert.Equal(all.Plan.StepsPerEpoch, second.Plan.StepsPerEpoch);

        for (var step = 0; step < 5; step++)
        {
            using var whole = all.Next();
            using var share = second.Next();
            Assert.Equal(whole.Items[2..4], share.Items);
            Assert.Equal(whole.Labels[2..4], share.Labels);
            const int Bytes = 3 * 112 * 112;
            Assert.True(whole.Full.AsSpan(2 * Bytes, 2 * Bytes).SequenceEqual(share.Full.AsSpan(0, 2 * Bytes)));
        }
    }
}
