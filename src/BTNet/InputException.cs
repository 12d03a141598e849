namespace BTNet;

/// <summary>
/// What the user gave is wrong: a file, a record in it, an option or a key. The message says what was wrong, where,
/// what was expected and what to do, and is meant to be shown as it is, without a stack trace.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>One fault.</summary>
    /// <param name="message">What was wrong, where, what was expected and what to do.</param>
    /// <param name="inner">What was caught on the way, if anything.</param>
    public InputException(string message, Exception? inner = null)
        : base(message, inner) => Faults = [message];

    /// <summary>Several faults of one input, all found in one pass.</summary>
    /// <param name="subject">The input at fault, such as a file's name.</param>
    /// <param name="faults">Every fault, a sentence each; at least one.</param>
    public InputException(string subject, IReadOnlyList<string> faults)
        : base($"{subject}: {(faults.Count == 1 ? faults[0] : $"{faults.Count} faults\n  - {string.Join("\n  - ", faults)}")}") => Faults = faults;

    /// <summary>Every fault, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
