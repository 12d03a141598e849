namespace BTNet.Evaluation.Protocols.Latency;

/// <summary>How long a face takes is measured.</summary>
public sealed record LatencyOptions
{
    /// <summary>Calls whose time is not taken, at least 1: the first ones make room and compile. Default 5.</summary>
    public int WarmUp { get; init; } = 5;

    /// <summary>Calls of one face whose time is taken, at least 1. Default 60.</summary>
    public int Calls { get; init; } = 60;

    /// <summary>Calls of a batch whose time is taken, at least 1. Default 12.</summary>
    public int BatchCalls { get; init; } = 12;

    /// <summary>Faces in a batch, at least 1. Default 8.</summary>
    public int Batch { get; init; } = 8;

    /// <exception cref="InputException">Every fault found.</exception>
    internal void Validate()
    {
        var faults = new (string Name, int Value)[] { ("calls to warm up", WarmUp), ("calls", Calls), ("calls of a batch", BatchCalls), ("faces in a batch", Batch) }
            .Where(number => number.Value < 1).Select(number => $"{number.Value} {number.Name}; expected at least 1").ToList();
        if (faults.Count > 0) throw new InputException("latency", faults);
    }
}
