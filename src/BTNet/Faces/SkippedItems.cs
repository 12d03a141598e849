namespace BTNet.Faces;

/// <summary>
/// Broken images and records that were left out: counted, named and bounded, so that one bad image in a million is
/// neither fatal nor silent. Safe for use from several threads.
/// </summary>
public sealed class SkippedItems
{
    private readonly Lock _lock = new();
    private readonly List<string> _first = [];
    private readonly Action<string>? _log;
    private int _count;

    /// <param name="log">Told of each item left out, a line each; null for nobody.</param>
    public SkippedItems(Action<string>? log = null) => _log = log;

    /// <summary>How many were left out.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The first twenty, a line each: the item and why.</summary>
    public IReadOnlyList<string> First
    {
        get
        {
            lock (_lock) return [.. _first];
        }
    }

    /// <summary>Notes an item as left out.</summary>
    /// <param name="item">The file or the record, so that a person finds it.</param>
    /// <param name="reason">What is wrong with it.</param>
    public void Add(string item, string reason)
    {
        var line = $"skipped {item}: {reason}";
        lock (_lock)
        {
            _count++;
            if (_first.Count < 20) _first.Add(line);
        }

        _log?.Invoke(line);
    }

    /// <summary>Stops the work once more than a stated share of the items is broken.</summary>
    /// <param name="seen">How many items were looked at, broken ones included.</param>
    /// <param name="greatestShare">The share from 0 to 1 that is borne.</param>
    /// <param name="option">What the user calls that share.</param>
    /// <exception cref="InputException">More than that share is broken; the message names the first few.</exception>
    public void ThrowIfMoreThan(double greatestShare, long seen, string option = "the share that is borne")
    {
        var count = Count;
        if (count == 0 || count <= greatestShare * seen) return;
        throw new InputException(
            $"{count} of {seen} items could not be read, more than the {greatestShare:P1} that is borne. First of them:\n  "
            + string.Join("\n  ", First.Take(5)) + $"\nMend or remove them, or raise {option}.");
    }
}
