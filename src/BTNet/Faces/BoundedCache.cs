using System.Collections.Concurrent;

namespace BTNet.Faces;

/// <summary>
/// Remembers what was computed for a key, up to a number of entries; when full it forgets everything. Few sizes are
/// in use at a time, so no finer rule pays for itself. Safe for use from several threads.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity, Func<TKey, TValue> compute, Func<TValue, bool> isWorthKeeping)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> _entries = new();

    // Kept apart from the dictionary, whose own count takes every lock in it.
    private int _count;

    public int Count => _entries.Count;

    public TValue Get(TKey key)
    {
        if (_entries.TryGetValue(key, out var known)) return known;
        var value = compute(key);
        if (!isWorthKeeping(value)) return value;
        if (Interlocked.Increment(ref _count) > capacity)
        {
            _entries.Clear();
            Volatile.Write(ref _count, 1);
        }

        _entries.TryAdd(key, value);
        return value;
    }
}
