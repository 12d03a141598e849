using System.Runtime.InteropServices;

namespace BTNet.Evaluation.Pickles;

/// <summary>The stack of the pickle machine with its marks, and the memo; both bounded.</summary>
internal sealed class PickleStack(PickleInput input)
{
    /// <summary>A bound on the values of a file: more than a million pairs need, and at most some hundred MB of memory.</summary>
    public const int GreatestCount = 4_000_000;

    /// <summary>A bound on how deep values lie in one another while they are read.</summary>
    public const int GreatestDepth = 1000;

    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _pushed;

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    public void Push(object? value)
    {
        if (++_pushed > GreatestCount) throw input.Fault($"more than {GreatestCount} values; no file of this kind has so many");
        _values.Add(value);
    }

    public object? Peek() => _values.Count > Floor ? _values[^1] : throw input.Fault("takes a value where there is none: the file is damaged");

    public object? Pop()
    {
        var value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public object?[] Pop(int count)
    {
        if (_values.Count - Floor < count) throw input.Fault($"takes {count} values where there are {_values.Count - Floor}: the file is damaged");
        var taken = CollectionsMarshal.AsSpan(_values)[^count..].ToArray();
        _values.RemoveRange(_values.Count - count, count);
        return taken;
    }

    public void Mark()
    {
        if (_marks.Count == GreatestDepth) throw input.Fault($"values lie more than {GreatestDepth} deep in one another; no file of this kind does that");
        _marks.Add(_values.Count);
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0) throw input.Fault("goes back to a mark where there is none: the file is damaged");
        var taken = Pop(_values.Count - Floor);
        _marks.RemoveAt(_marks.Count - 1);
        return taken;
    }

    /// <summary>Drops the last value, or the last mark where nothing lies above it.</summary>
    public void Drop()
    {
        if (_marks.Count > 0 && _values.Count == Floor) _marks.RemoveAt(_marks.Count - 1);
        else Pop();
    }

    public void Remember(uint slot)
    {
        _memo[slot] = Peek();
        if (_memo.Count > GreatestCount) throw input.Fault($"remembers more than {GreatestCount} values; no file of this kind has so many");
    }

    public void RememberNext() => Remember((uint)_memo.Count);

    public void Recall(uint slot) => Push(_memo.TryGetValue(slot, out var value)
        ? value
        : throw input.Fault($"recalls the value {slot}, which was never remembered: the file is damaged"));
}
