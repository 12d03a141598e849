namespace BTNet.Evaluation.Pickles;

/// <summary>
/// The names that a pickle may ask for, each with the C# function that stands for it. A name outside the table ends
/// the reading: a pickle is a program, and one that may name any function can do anything.
/// </summary>
/// <param name="expected">What the file should be, for messages: <c>an InsightFace evaluation .bin</c>.</param>
/// <param name="advice">What to do about a name that is not in the table, a sentence.</param>
public sealed class PickleGlobals(string expected, string advice)
{
    private readonly Dictionary<string, PickleFunction?> _functions = new(StringComparer.Ordinal);

    /// <summary>What the file should be, for messages.</summary>
    public string Expected { get; } = expected;

    /// <summary>What to do about a name that is not in the table.</summary>
    public string Advice { get; } = advice;

    /// <summary>Adds a name that may be called.</summary>
    /// <param name="name">Module and name with a dot between: <c>collections.OrderedDict</c>.</param>
    /// <param name="function">What a call does.</param>
    /// <returns>This table.</returns>
    public PickleGlobals Allow(string name, PickleFunction function)
    {
        _functions.Add(name, function);
        return this;
    }

    /// <summary>Adds names that may be mentioned, but not called.</summary>
    /// <param name="names">Module and name with a dot between: <c>torch.FloatStorage</c>.</param>
    /// <returns>This table.</returns>
    public PickleGlobals AllowNames(params ReadOnlySpan<string> names)
    {
        foreach (var name in names) _functions.Add(name, null);
        return this;
    }

    /// <summary>The entry of a name, or null where it is not in the table.</summary>
    internal PickleName? Find(string name) => _functions.TryGetValue(name, out var function) ? new PickleName(name, function) : null;
}
