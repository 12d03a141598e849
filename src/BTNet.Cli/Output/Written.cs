namespace BTNet.Cli.Output;

/// <summary>Files that a verb writes beside what it prints.</summary>
internal static class Written
{
    /// <summary>Writes a file and says so.</summary>
    public static void Say(Terminal terminal, string path, Action<string> write)
    {
        write(path);
        terminal.Say($"wrote {path}");
    }
}
