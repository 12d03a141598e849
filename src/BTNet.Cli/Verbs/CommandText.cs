using System.CommandLine;

namespace BTNet.Cli.Verbs;

/// <summary>The command line as a shell takes it.</summary>
internal static class CommandText
{
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("btnet").Select(Quote));

    private static string Quote(string word) =>
        word.Length > 0 && word.All(character => char.IsAsciiLetterOrDigit(character) || "-_./,=:+@%".Contains(character, StringComparison.Ordinal)) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
