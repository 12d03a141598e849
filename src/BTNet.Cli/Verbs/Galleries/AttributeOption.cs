using System.CommandLine;

namespace BTNet.Cli.Verbs.Galleries;

/// <summary>Which subjects are meant, by their attributes: <c>--where site=north --where floor=2</c>.</summary>
internal sealed class AttributeOption
{
    public Option<string[]> Option { get; } = new("--where") { Description = "Only people who have this attribute; given several times, all of them", HelpName = "KEY=VALUE", Arity = ArgumentArity.OneOrMore };

    /// <summary>The attributes; null where none were named.</summary>
    /// <exception cref="InputException">One is none, or a key is named twice.</exception>
    public IReadOnlyDictionary<string, string>? Read(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is not { Length: > 0 } named) return null;
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in named)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 1) throw new InputException($"--where {text}: is no attribute; expected KEY=VALUE, such as site=north");
            if (!attributes.TryAdd(text[..at], text[(at + 1)..])) throw new InputException($"--where {text}: '{text[..at]}' is named twice, and nobody has it twice; name each once");
        }

        return attributes;
    }
}
