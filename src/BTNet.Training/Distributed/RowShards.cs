using static TorchSharp.torch;

namespace BTNet.Training.Distributed;

/// <summary>How the rows of a matrix, such as a classifier's, are spread over the ranks: each has one stretch of them, in
/// the order of the ranks.</summary>
internal sealed class RowShards(IProcessGroup group, int rows)
{
    /// <summary>Rows in all.</summary>
    public int Rows => rows;

    /// <summary>This rank's first row.</summary>
    public int First => Start(group.Rank);

    /// <summary>How many this rank has.</summary>
    public int Count => Start(group.Rank + 1) - First;

    /// <summary>The whole matrix, put together on rank 0; null on the others. It is the caller's to dispose.</summary>
    /// <param name="shard">This rank's rows <c>[<see cref="Count"/>, D]</c>.</param>
    public Tensor? Gather(Tensor shard)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var whole = group.Rank == 0 ? empty(rows, shard.shape[1]) : null;
        for (var rank = 0; rank < group.Size; rank++)
        {
            var piece = rank == group.Rank ? GroupTensors.Dense(shard) : empty(Start(rank + 1) - Start(rank), shard.shape[1]);
            group.Broadcast(piece.bytes, rank);
            whole?.narrow(0, Start(rank), piece.shape[0]).copy_(piece);
        }

        return whole?.MoveToOuterDisposeScope();
    }

    /// <summary>Gives each rank its rows of rank 0's matrix.</summary>
    /// <param name="whole">The matrix; null on the other ranks.</param>
    /// <param name="shard">Receives this rank's rows.</param>
    public void Scatter(Tensor? whole, Tensor shard)
    {
        using var _ = no_grad();
        for (var rank = 0; rank < group.Size; rank++)
        {
            using var scope = NewDisposeScope();
            long[] shape = [Start(rank + 1) - Start(rank), shard.shape[1]];
            var piece = whole is null ? empty(shape) : GroupTensors.Dense(whole.narrow(0, Start(rank), shape[0]));
            group.Broadcast(piece.bytes);
            if (rank == group.Rank) shard.detach().copy_(piece);
        }
    }

    private int Start(int rank) => (int)((long)rank * rows / group.Size);
}
