namespace BTNet.Training.Distributed;

/// <summary>
/// The processes that train together, each called a rank. Every call but <see cref="Abort"/> is collective: all ranks make
/// the same calls in the same order, with as many values, and wait for one another. One thread at a time makes them.
/// </summary>
public interface IProcessGroup : IDisposable
{
    /// <summary>This process's number, from 0; rank 0 writes the files and speaks for all.</summary>
    int Rank { get; }

    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>The name of the machine that this rank runs on.</summary>
    string Host { get; }

    /// <summary>Whether <see cref="Sum"/> and <see cref="Max"/> take the address of an NVIDIA GPU's memory in place of this process's.</summary>
    bool TakesDeviceMemory => false;

    /// <summary>Replaces each value by its sum over the ranks, the same bits on all of them.</summary>
    void Sum(Span<float> values);

    /// <summary>Replaces each value by its greatest over the ranks; where one is NaN, the result is not defined.</summary>
    void Max(Span<float> values);

    /// <summary>Collects as many bytes from each rank.</summary>
    /// <param name="mine">This rank's.</param>
    /// <param name="all">Receives those of rank 0, then those of rank 1, and so on; <see cref="Size"/> times as long.</param>
    void AllGather(ReadOnlySpan<byte> mine, Span<byte> all);

    /// <summary>Replaces the bytes by those of one rank.</summary>
    /// <param name="values">Sent by that rank, received by the others.</param>
    /// <param name="root">Which rank's.</param>
    void Broadcast(Span<byte> values, int root = 0);

    /// <summary>Waits until every rank is here.</summary>
    void Barrier();

    /// <summary>Ends the processes of all ranks at once, for a fault that the others do not know of.</summary>
    /// <param name="exitCode">What they end with.</param>
    void Abort(int exitCode);
}
