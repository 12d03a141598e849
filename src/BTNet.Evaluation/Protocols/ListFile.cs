using BTNet.Faces;

namespace BTNet.Evaluation.Protocols;

/// <summary>Reads a text file of somebody else's, a record a line. Blank lines and those that begin with # are left out.</summary>
internal static class ListFile
{
    // Of a file whose first lines are all none, no more need be read: it is no such list.
    private const int FaultsSought = 1000;
    private const long MostBytes = 256L << 20;

    /// <summary>Reads a record of a line; null where there is none, and then what is wrong.</summary>
    public delegate T? Parse<T>(string text, out string fault) where T : class;

    /// <param name="path">The file.</param>
    /// <param name="what">What it is: <c>a list of pairs</c>.</param>
    /// <param name="record">What a line is: <c>pair</c>.</param>
    /// <param name="form">How it is written: <c>'path TAB path TAB 1 or 0'</c>.</param>
    /// <param name="parse">Reads a line.</param>
    /// <param name="faults">Gets all that is wrong, with file and line.</param>
    public static List<T> Read<T>(string path, string what, string record, string form, Parse<T> parse, List<string> faults) where T : class
    {
        var (records, before) = (new List<T>(), faults.Count);
        if (SpecialFile.KindOf(path) is { } kind)
        {
            faults.Add(SpecialFile.Fault(path, kind, what));
            return records;
        }

        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                faults.Add($"{path}: has more than {MostBytes} bytes; expected {what}");
                return records;
            }

            var number = 0;
            foreach (var text in File.ReadLines(path))
            {
                number++;
                if (string.IsNullOrWhiteSpace(text) || text.StartsWith('#')) continue;
                if (parse(text, out var fault) is { } one) records.Add(one);
                else faults.Add($"{path}:{number}: {fault}; expected {form}");
                if (faults.Count >= FaultsSought) return records; // the file may be large
            }

            if (number == 0) faults.Add($"{path}: is empty; expected a line {form} a {record}");
            else if (records.Count == 0 && faults.Count == before) faults.Add($"{path}: holds no {record}; expected a line {form} a {record}");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add($"{path}: there is no such file; expected {what}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: cannot be read ({fault.Message}); expected {what}");
        }

        return records;
    }

    /// <summary>What is wrong with a path of a list, null where nothing is. A list is foreign: its paths must not lead out of the root that the user named.</summary>
    public static string? Bad(string path) => path switch
    {
        "" => "an empty path",
        _ when path.Contains('\0') => "a path that holds a zero byte",
        _ when Path.IsPathRooted(path) => $"'{Shorten(path)}' is an absolute path",
        _ when path.Split('/', '\\').Contains("..") => $"'{Shorten(path)}' leads out of the root folder",
        _ => null,
    };

    /// <summary>What is quoted of a field.</summary>
    public static string Shorten(string text) => text.Length <= 80 ? text : text[..80] + "...";

    /// <summary>Looks which files there are, and bears it where a few are missing.</summary>
    /// <param name="lists">What the lists are: <c>pair lists</c>.</param>
    /// <param name="paths">Their paths; each is looked for once.</param>
    /// <param name="root">Where the paths start.</param>
    /// <param name="skipped">Told of each that is missing.</param>
    /// <param name="greatestMissingShare">How many may be, 0 to 1.</param>
    /// <param name="advice">What to do where more are missing, but for bearing a greater share.</param>
    /// <exception cref="InputException">More are missing.</exception>
    public static Dictionary<string, bool> Present(
        string lists, IEnumerable<string> paths, string root, SkippedItems skipped, double greatestMissingShare, string advice = "Give the folder that the paths of the lists start from (--root)")
    {
        var present = paths.Distinct(StringComparer.Ordinal).ToDictionary(path => path, path => File.Exists(Path.Combine(root, path)), StringComparer.Ordinal);
        var missing = present.Where(entry => !entry.Value).Select(entry => entry.Key).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > greatestMissingShare * present.Count)
        {
            throw new InputException(
                $"{missing.Count} of {present.Count} images of the {lists} are missing in {root}, more than the {greatestMissingShare:P1} that is borne. First of them:\n  "
                + string.Join("\n  ", missing.Take(5)) + $"\n{advice}, or bear a greater share (--broken-share).");
        }

        foreach (var path in missing) skipped.Add(path, $"there is no such file in {root}");
        return present;
    }
}
