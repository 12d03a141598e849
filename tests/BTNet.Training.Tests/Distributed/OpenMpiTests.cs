using BTNet.Training.Distributed;
using static TorchSharp.torch;

namespace BTNet.Training.Tests.Distributed;

public sealed class OpenMpiTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_add_up_compare_gather_and_pass_on_values(int ranks) => RankScenario.Run(ranks, GetType(), nameof(Exchanges));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Ranks_exchange_tensors(int ranks) => RankScenario.Run(ranks, GetType(), nameof(ExchangesOfTensors));

    [Fact]
    public void A_fault_of_one_rank_is_thrown_by_all_and_names_it() => RankScenario.Run(3, GetType(), nameof(Faults));

    internal static unsafe void Exchanges(IProcessGroup group)
    {
        var size = group.Size;
        float[] values = [group.Rank, 1, -group.Rank];
        group.Sum(values);
        Assert.Equal([size * (size - 1) / 2f, size, -size * (size - 1) / 2f], values);
        values = [group.Rank, -group.Rank, 7];
        group.Max(values);
        Assert.Equal([size - 1, 0, 7], values);
        group.Sum([]);
        Assert.Equal(Enumerable.Range(0, size).Select(rank => rank * 10), group.Gather(group.Rank * 10));
        // Of different lengths, one of them empty.
        Assert.Equal(Enumerable.Range(0, size).Select(rank => new string('ä', rank)), group.Gather(new string('ä', group.Rank)));
        for (var root = 0; root < size; root++)
        {
            byte[] bytes = [(byte)group.Rank, 5];
            group.Broadcast(bytes, root);
            Assert.Equal([(byte)root, 5], bytes);
        }

        Assert.True(group.Any(group.Rank == size - 1));
        Assert.False(group.Any(false));
        Assert.Equal(1, group.Mean(group.ShareOf(group.Rank + 1), 1.0)[0], 6);
        group.Barrier();
        // Whatever the library says: nobody has asked for it.
        var query = OpenMpiLibrary.Load().QueryCudaSupport;
        if (query != null) Assert.InRange(query(), 0, 1);
        Assert.False(group.TakesDeviceMemory);
    }

    internal static void ExchangesOfTensors(IProcessGroup group)
    {
        using var scope = NewDisposeScope();
        var (size, sum) = (group.Size, group.Size * (group.Size + 1) / 2);
        // Not dense, so it goes through a copy.
        var strided = arange(6, dtype: ScalarType.Float32).reshape(2, 3).t() * (group.Rank + 1);
        group.Sum(strided);
        Assert.False(strided.is_contiguous());
        Assert.Equal([.. new float[] { 0, 3, 1, 4, 2, 5 }.Select(value => value * sum)], strided.contiguous().data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => group.Sum(zeros(3, ScalarType.Float64)));

        Tensor[] sent = [full(4, group.Rank + 3f), full(2, group.Rank + 9L, ScalarType.Int64), arange(6, dtype: ScalarType.Float32).reshape(2, 3).t() * (group.Rank + 1)];
        group.Broadcast(sent);
        Assert.True(sent[0].eq(3).all().item<bool>());
        Assert.True(sent[1].eq(9).all().item<bool>());
        Assert.True(sent[2].equal(arange(6, dtype: ScalarType.Float32).reshape(2, 3).t()).all().item<bool>());

        var shards = new RowShards(group, 7);
        var whole = arange(14, dtype: ScalarType.Float32).reshape(7, 2);
        var shard = zeros(shards.Count, 2);
        shards.Scatter(group.Rank == 0 ? whole : null, shard);
        Assert.True(shard.equal(whole.narrow(0, shards.First, shards.Count)).all().item<bool>());
        var back = shards.Gather(shard);
        Assert.Equal(group.Rank == 0, back is not null);
        if (back is not null) Assert.True(back.equal(whole).all().item<bool>());

        int[] counts = [.. Enumerable.Range(1, size)];
        var rows = full([group.Rank + 1, 2], (float)group.Rank);
        var gathered = group.GatherRows(rows, counts);
        Assert.Equal([.. counts.SelectMany((count, rank) => Enumerable.Repeat((float)rank, 2 * count))], gathered.data<float>().ToArray());
    }

    internal static void Faults(IProcessGroup group)
    {
        Assert.Equal(group.Rank, group.Together(() => group.Rank));
        var one = Assert.Throws<InputException>(() => group.Together(() => { if (group.Rank == 1) throw new InputException("no such file"); }));
        Assert.Equal($"rank 1 on {group.Host}: no such file", one.Message);
        Assert.True(Agreement.Is(one));
        Assert.Equal("all alike", Assert.Throws<InputException>(() => group.Together(() => throw new InputException("all alike"))).Message);
        Assert.Equal("0", group.OnFirst(() => $"{group.Rank}"));
        Assert.Throws<InputException>(() => group.OnFirst(() => throw new InputException("damaged")));
        group.Same("programs", "a");
        var different = Assert.Throws<InputException>(() => group.Same("programs", group.Rank == 2 ? "new" : "old")).Message;
        Assert.Contains($"rank 0 on {group.Host}: old", different, StringComparison.Ordinal);
        Assert.Contains($"rank 2 on {group.Host}: new", different, StringComparison.Ordinal);
    }
}
