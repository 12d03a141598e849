namespace BTNet.Training.Data;

/// <summary>The lines of a text file, numbered from 1 as editors number them.</summary>
internal static class TextLines
{
    /// <exception cref="InputException">The file is missing or cannot be read.</exception>
    public static IEnumerable<(int Number, string Text)> Read(string path)
    {
        if (!File.Exists(path)) throw new InputException($"{path}: no such file");
        using var reader = Open(path);
        for (var number = 1; ; number++)
        {
            string? line;
            try
            {
                line = reader.ReadLine();
            }
            catch (IOException e)
            {
                throw new InputException($"{path} line {number}: cannot be read: {e.Message}", e);
            }

            if (line is null) yield break;
            yield return (number, line);
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be opened: {e.Message}", e);
        }
    }
}
