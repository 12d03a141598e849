using System.Runtime.InteropServices;

namespace BTNet.Evaluation.Pickles;

/// <summary>
/// A Python <c>dict</c> or <c>OrderedDict</c>, in the order of insertion. Keys are text, integers or booleans;
/// Python 2's <c>str</c> keys are taken as text, byte for character.
/// </summary>
public sealed class PickleDict : IPickleState
{
    // A key may be named again in two bytes by the memo and is hashed each time: without a bound, a file of a few
    // megabytes could cost hours.
    private const int LongestKey = 1024;

    private readonly List<KeyValuePair<object, object?>> _items = [];
    private readonly Dictionary<object, int> _index = new(KeyComparer.Instance);

    internal PickleDict()
    {
    }

    /// <summary>Keys (<see cref="string"/>, <see cref="long"/> or <see cref="bool"/>) and values in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<object, object?>> Items => _items;

    /// <summary>The value of a key that is text.</summary>
    /// <returns>Whether there is such a key.</returns>
    public bool TryGet(string key, out object? value)
    {
        var found = _index.TryGetValue(key, out var position);
        value = found ? _items[position].Value : null;
        return found;
    }

    /// <summary>Ignores attributes, such as the <c>_metadata</c> that torch hangs on a state dict.</summary>
    void IPickleState.SetState(PickleCall call)
    {
    }

    /// <summary>Sets a key; one that is there already keeps its place, as in Python.</summary>
    /// <returns>Null, or what is wrong with the key.</returns>
    internal string? Set(object? key, object? value)
    {
        if (key is PickleBytes bytes && bytes.Content.Length <= LongestKey) key = System.Text.Encoding.Latin1.GetString(bytes.Content.Span);
        if (key is string { Length: > LongestKey } or PickleBytes) return $"a dictionary key of more than {LongestKey} characters";
        if (key is not (string or long or bool)) return $"a dictionary key is {PickleText.Describe(key)}; only text, integers and booleans are understood";
        ref var position = ref CollectionsMarshal.GetValueRefOrAddDefault(_index, key, out var exists);
        var item = KeyValuePair.Create(key, value);
        if (exists)
        {
            _items[position] = item;
        }
        else
        {
            position = _items.Count;
            _items.Add(item);
        }

        return null;
    }

    /// <summary>Integers hashed with the process's random seed, as text is anyway: keys chosen to collide gain nothing.</summary>
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();

        public new bool Equals(object? x, object? y) => object.Equals(x, y);

        public int GetHashCode(object obj) => obj is long number ? HashCode.Combine((int)number, (int)(number >> 32)) : obj.GetHashCode();
    }
}
