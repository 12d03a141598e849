namespace BTNet.Evaluation.Pickles;

/// <summary>
/// A list or a tuple. The other values of a pickle are C#'s own: <see langword="null"/> for None, <see cref="bool"/>,
/// <see cref="long"/>, <see cref="double"/>, <see cref="string"/>.
/// </summary>
/// <remarks>A value may hold itself, and a small file may name one value a million times: walk them to a fixed depth only.</remarks>
public interface IPickleSequence
{
    /// <summary>What it holds, in order.</summary>
    IReadOnlyList<object?> Items { get; }
}

/// <summary>Bytes: Python 3's <c>bytes</c> and <c>bytearray</c>, and Python 2's <c>str</c>, which says no encoding.</summary>
/// <param name="content">The bytes, usually a part of the pickle itself rather than a copy.</param>
public sealed class PickleBytes(ReadOnlyMemory<byte> content)
{
    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; } = content;
}

/// <summary>A Python tuple.</summary>
public sealed class PickleTuple : IPickleSequence
{
    internal PickleTuple(object?[] items) => Items = items;

    /// <inheritdoc/>
    public IReadOnlyList<object?> Items { get; }
}

/// <summary>A Python list.</summary>
public sealed class PickleList : IPickleSequence
{
    private readonly List<object?> _items = [];

    internal PickleList()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<object?> Items => _items;

    internal void Add(object? item) => _items.Add(item);

    internal void AddRange(ReadOnlySpan<object?> items) => _items.AddRange(items);
}

/// <summary>A name of the table that was asked for as a value and is not (yet) called, such as <c>torch.FloatStorage</c>.</summary>
public sealed class PickleName
{
    internal PickleName(string name, PickleFunction? function) => (Name, Function) = (name, function);

    /// <summary>Module and name with a dot between: <c>torch.FloatStorage</c>.</summary>
    public string Name { get; }

    internal PickleFunction? Function { get; }
}
