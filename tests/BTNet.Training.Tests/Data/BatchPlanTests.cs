using BTNet.Training.Data;
using FsCheck.Xunit;

namespace BTNet.Training.Tests.Data;

public sealed class BatchPlanTests
{
    [Property]
    public void Every_item_appears_exactly_once_an_epoch(byte batches, byte batchSize, ulong seed, byte epoch)
    {
        var size = 1 + (batchSize % 40);
        var plan = new BatchPlan((1 + (batches % 20)) * size, size, seed);
        var items = Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(i => plan.Batch((epoch * (long)plan.StepsPerEpoch) + i).Items).Order();
        Assert.Equal(Enumerable.Range(0, plan.StepsPerEpoch * size), items);
    }

    [Property]
    public void What_fills_no_batch_is_left_out_and_nothing_appears_twice(ushort items, byte batchSize, ulong seed)
    {
        var size = 1 + (batchSize % 40);
        var count = size + (items % 500);
        var plan = new BatchPlan(count, size, seed);
        Assert.Equal(count / size, plan.StepsPerEpoch);
        var epoch = Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => plan.Batch(step).Items).ToList();
        Assert.Equal(epoch.Count, epoch.Distinct().Count());
        Assert.All(epoch, item => Assert.InRange(item, 0, count - 1));
    }

    [Property]
    public void A_step_is_the_same_whichever_were_asked_for_before(ulong seed, byte step)
    {
        var plan = new BatchPlan(50, 8, seed);
        for (var i = 0; i < step % 30; i++) plan.Batch(i);
        var batch = plan.Batch(step);
        Assert.Equal(new BatchPlan(50, 8, seed).Batch(step).Items, batch.Items);
        Assert.Equal((step, step / 6), (batch.Step, batch.Epoch));
    }

    [Fact]
    public void Epochs_and_seeds_have_orders_of_their_own()
    {
        int[][] orders = [EpochOrder.Permutation(100, 1, 0), EpochOrder.Permutation(100, 1, 1), EpochOrder.Permutation(100, 2, 0), [.. Enumerable.Range(0, 100)]];
        for (var a = 0; a < orders.Length; a++)
        for (var b = 0; b < a; b++)
            Assert.True(orders[a].Zip(orders[b]).Count(pair => pair.First == pair.Second) < 10);
    }

    [Fact]
    public void The_order_is_the_one_worked_out_apart_from_this_code() =>
        Assert.Equal(RecordedOrder, EpochOrder.Permutation(12, 42, 3));

    [Fact]
    public void A_set_smaller_than_a_batch_is_refused() =>
        Assert.Contains("lower the batch size", Assert.Throws<InputException>(() => new BatchPlan(10, 32, 0)).Message);

    private static readonly int[] RecordedOrder = [6, 8, 9, 1, 10, 2, 4, 3, 0, 11, 7, 5];
}
