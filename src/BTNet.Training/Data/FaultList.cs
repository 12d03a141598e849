namespace BTNet.Training.Data;

/// <summary>Faults of one file, gathered so that all are shown at once; past twenty they are only counted.</summary>
internal sealed class FaultList(string subject)
{
    private const int Shown = 20;
    private readonly List<string> _first = [];

    public int Count { get; private set; }

    public void Add(string fault)
    {
        if (Count++ < Shown) _first.Add(fault);
    }

    /// <exception cref="InputException">There was a fault.</exception>
    public void ThrowIfAny()
    {
        if (Count == 0) return;
        throw new InputException(subject, _first, Count);
    }
}
