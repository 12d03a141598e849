namespace BTNet.Training.Distributed;

/// <summary>A group of this process alone: needs no library, and every exchange leaves the values as they are.</summary>
public sealed class OneProcess : IProcessGroup
{
    /// <summary>The group.</summary>
    public static OneProcess Instance { get; } = new();

    /// <inheritdoc />
    public int Rank => 0;

    /// <inheritdoc />
    public int Size => 1;

    /// <inheritdoc />
    public string Host => Environment.MachineName;

    /// <inheritdoc />
    public void Sum(Span<float> values)
    {
    }

    /// <inheritdoc />
    public void Max(Span<float> values)
    {
    }

    /// <inheritdoc />
    public void AllGather(ReadOnlySpan<byte> mine, Span<byte> all) => mine.CopyTo(all);

    /// <inheritdoc />
    public void Broadcast(Span<byte> values, int root = 0)
    {
    }

    /// <inheritdoc />
    public void Barrier()
    {
    }

    /// <summary>Does nothing: whoever calls it ends by itself.</summary>
    public void Abort(int exitCode)
    {
    }

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
