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
        : this(subject, faults, faults.Count)
    {
    }

    /// <summary>Many faults of one input, of which the first are named.</summary>
    /// <param name="subject">The input at fault, such as a file's name.</param>
    /// <param name="named">The first of them, a sentence each; at least one.</param>
    /// <param name="count">How many there are in all.</param>
    public InputException(string subject, IReadOnlyList<string> named, int count)
        : base($"{subject}: {(count == 1 ? named[0] : $"{count} faults\n  - {string.Join("\n  - ", named)}{(count > named.Count ? $"\n  and {count - named.Count} more" : "")}")}") => Faults = named;

    /// <summary>Every fault that is named, a sentence each.</summary>
    public IReadOnlyList<string> Faults { get; }
}
