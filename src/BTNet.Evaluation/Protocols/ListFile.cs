using System.Globalization;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>Reads a text file of somebody else's, a record a line. Blank lines are left out, and where records are read those that begin with #.</summary>
internal static class ListFile
{
    // Of a file whose first lines are all none, no more need be read: it is no such list.
    private const int FaultsSought = 1000;
    private const long MostBytes = 256L << 20;
    private const long MostBytesScanned = 8L << 30;

    /// <summary>Reads a record of a line; null where there is none, and then what is wrong.</summary>
    public delegate T? Parse<T>(string text, out string fault) where T : class;

    /// <summary>Takes a line; gives what is wrong with it, null where nothing is.</summary>
    public delegate string? Take(ReadOnlySpan<char> line);

    /// <param name="path">The file.</param>
    /// <param name="what">What it is: <c>a list of pairs</c>.</param>
    /// <param name="record">What a line is: <c>pair</c>.</param>
    /// <param name="form">How it is written: <c>'path TAB path TAB 1 or 0'</c>.</param>
    /// <param name="parse">Reads a line.</param>
    /// <param name="faults">Gets all that is wrong, with file and line.</param>
    public static List<T> Read<T>(string path, string what, string record, string form, Parse<T> parse, List<string> faults) where T : class
    {
        var records = new List<T>();
        Open(path, what, MostBytes, faults, () =>
        {
            var (number, before) = (0, faults.Count);
            foreach (var text in File.ReadLines(path))
            {
                number++;
                if (string.IsNullOrWhiteSpace(text) || text.StartsWith('#')) continue;
                if (parse(text, out var fault) is { } one) records.Add(one);
                else faults.Add($"{path}:{number}: {fault}; expected {form}");
                if (faults.Count >= FaultsSought) return; // the file may be large
            }

            if (number == 0) faults.Add($"{path}: is empty; expected a line {form} a {record}");
            else if (records.Count == 0 && faults.Count == before) faults.Add($"{path}: holds no {record}; expected a line {form} a {record}");
        });
        return records;
    }

    /// <summary>Reads a file of millions of lines and holds none of them. Blank lines are left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is: <c>a list of pairs</c>.</param>
    /// <param name="record">What a line is: <c>pair</c>.</param>
    /// <param name="form">How it is written: <c>'template template 1 or 0'</c>.</param>
    /// <param name="take">Takes a line, and says what is wrong with it; null where nothing is.</param>
    /// <param name="faults">Gets all that is wrong, with file and line.</param>
    public static void Scan(string path, string what, string record, string form, Take take, List<string> faults) => Open(path, what, MostBytesScanned, faults, () =>
    {
        using var text = new StreamReader(path);
        var lines = new LineScanner(text);
        var (records, before) = (0L, faults.Count);
        while (lines.Next())
        {
            if (!lines.IsTooLong && lines.Line.IsWhiteSpace()) continue;
            var fault = lines.IsTooLong ? $"a line of more than {LineScanner.Longest} characters" : take(lines.Line);
            if (fault is null) records++;
            else faults.Add($"{path}:{lines.Number}: {fault}; expected {form}");
            if (faults.Count - before >= FaultsSought) return;
        }

        if (lines.Number == 0) faults.Add($"{path}: is empty; expected a line {form} a {record}");
        else if (records == 0 && faults.Count == before) faults.Add($"{path}: holds no {record}; expected a line {form} a {record}");
    });

    /// <summary>Reads a file, and what stops it is a fault like any other.</summary>
    private static void Open(string path, string what, long mostBytes, List<string> faults, Action read)
    {
        if (SpecialFile.KindOf(path) is { } kind)
        {
            faults.Add(SpecialFile.Fault(path, kind, what));
            return;
        }

        try
        {
            if (new FileInfo(path).Length > mostBytes) faults.Add($"{path}: has more than {mostBytes} bytes; expected {what}");
            else read();
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add($"{path}: there is no such file; expected {what}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: cannot be read ({fault.Message}); expected {what}");
        }
    }

    /// <summary>What is wrong with a path of a list, null where nothing is. A list is foreign: its paths must not lead out of the root that the user named.</summary>
    public static string? Bad(string path) => path switch
    {
        "" => "an empty path",
        _ when path.Contains('\0') => "a path that holds a zero byte",
        _ when Path.IsPathRooted(path) => $"'{Quoted.Shorten(path)}' is an absolute path",
        _ when path.Split('/', '\\').Contains("..") => $"'{Quoted.Shorten(path)}' leads out of the root folder",
        _ => null,
    };

    /// <summary>Looks which files there are, and bears it where a few of each list are missing.</summary>
    /// <param name="lists">The lists: what they are called in messages, and their paths. Each path is looked for once.</param>
    /// <param name="root">Where the paths start.</param>
    /// <param name="skipped">Told of each that is missing.</param>
    /// <param name="greatestMissingShare">How many of a list may be, 0 to 1.</param>
    /// <param name="advice">What the user is to do where the root is another.</param>
    /// <exception cref="InputException">More of a list are missing.</exception>
    public static PresentFiles Present(
        IReadOnlyList<(string Name, IEnumerable<string> Paths)> lists, string root, SkippedItems skipped, double greatestMissingShare,
        string advice = "Give the folder that the paths of the lists start from (--root)")
    {
        var (present, counts) = (new Dictionary<string, bool>(StringComparer.Ordinal), new List<int>());
        foreach (var (name, paths) in lists)
        {
            string[] named = [.. paths.Distinct(StringComparer.Ordinal)];
            foreach (var path in named) present.TryAdd(path, File.Exists(Path.Combine(root, path)));
            string[] missing = [.. named.Where(path => !present[path]).Order(StringComparer.Ordinal)];
            if (missing.Length > greatestMissingShare * named.Length)
            {
                throw new InputException(
                    string.Create(CultureInfo.InvariantCulture, $"{missing.Length} of {named.Length} images of {name} are missing in {root}, more than the {greatestMissingShare:P1} that is borne. First of them:\n  ")
                    + string.Join("\n  ", missing.Take(5)) + $"\n{advice}, or bear a greater share (--broken-share).");
            }

            counts.Add(missing.Length);
        }

        foreach (var path in present.Where(entry => !entry.Value).Select(entry => entry.Key).Order(StringComparer.Ordinal)) skipped.Add(path, $"there is no such file in {root}");
        return new PresentFiles(present, counts);
    }
}
