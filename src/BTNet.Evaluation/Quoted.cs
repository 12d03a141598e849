namespace BTNet.Evaluation;

/// <summary>What is quoted of foreign text.</summary>
internal static class Quoted
{
    private const int Most = 80;

    /// <summary>The text, or its beginning where it is long.</summary>
    public static string Shorten(string text) => text.Length <= Most ? text : text[..Most] + "...";
}
