namespace BTNet.Evaluation.Pickles;

/// <summary>A C# function that builds the value of an allowed name; the only thing that a pickle can call.</summary>
/// <param name="call">The arguments, and how to complain of them.</param>
/// <returns>The value that the pickle goes on with.</returns>
public delegate object? PickleFunction(PickleCall call);

/// <summary>A value that takes further state after it was made (the instruction BUILD); others refuse it.</summary>
public interface IPickleState
{
    /// <summary>Takes the state, the only argument of <paramref name="call"/>.</summary>
    /// <exception cref="InputException">The state has another form than expected.</exception>
    void SetState(PickleCall call);
}

/// <summary>One call that a pickle makes.</summary>
public sealed class PickleCall
{
    private const int LongestText = 1024;

    private readonly Unpickler _machine;

    internal PickleCall(Unpickler machine, string name, IReadOnlyList<object?> arguments) => (_machine, Name, Arguments) = (machine, name, arguments);

    /// <summary>What is called, as the pickle names it.</summary>
    public string Name { get; }

    /// <summary>The arguments, by position.</summary>
    public IReadOnlyList<object?> Arguments { get; }

    /// <summary>The exception to throw where an argument is wrong: with file, byte offset and name of the call.</summary>
    public InputException Fault(string message) => _machine.Fault($"{Name}: {message}");

    /// <summary>An argument of a given type.</summary>
    /// <param name="index">Its position, from 0.</param>
    /// <param name="what">What it is, for the message: <c>the shape</c>.</param>
    /// <exception cref="InputException">There is no such argument, or it is something else.</exception>
    public T Argument<T>(int index, string what) => index < Arguments.Count
        ? Arguments[index] is T value ? value : throw Fault($"{what} (argument {index}) is {PickleText.Describe(Arguments[index])}")
        : throw Fault($"{what} (argument {index}) is missing; there are {Arguments.Count}");

    /// <summary>A short text, whether Python 3's or Python 2's.</summary>
    /// <param name="index">Its position, from 0.</param>
    /// <param name="what">What it is, for the message.</param>
    /// <exception cref="InputException">There is no such argument, or it is no text of at most 1,024 characters.</exception>
    public string Text(int index, string what)
    {
        var value = Argument<object>(index, what);
        if (value is PickleBytes { Content.Length: <= LongestText } bytes) return System.Text.Encoding.Latin1.GetString(bytes.Content.Span);
        return value is string { Length: <= LongestText } text ? text : throw Fault($"{what} (argument {index}) is {PickleText.Describe(value)}, not a short text");
    }

    /// <summary>
    /// Notes memory that a function takes. All calls of a pickle together may take as much as the pickle is long,
    /// which is ample where every value is written out and stops one that names a long value again and again.
    /// </summary>
    /// <param name="bytes">At least the number of bytes or items that are copied.</param>
    /// <exception cref="InputException">The bound is passed.</exception>
    public void Charge(long bytes) => _machine.Charge(bytes);
}
