namespace BTNet.Training.Data;

/// <summary>A text file with the name of an identity on each line, such as the people that one trains on.</summary>
public static class IdentityList
{
    /// <summary>Reads the names in the order of the file; blank lines are passed over.</summary>
    /// <param name="path">The text file, UTF-8.</param>
    /// <exception cref="InputException">The file is missing, cannot be read, or holds no name, or a name twice.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new List<string>();
        var faults = new FaultList(path);
        foreach (var (number, text) in TextLines.Read(path))
        {
            var name = text.Trim();
            if (name.Length == 0) continue;
            if (first.TryAdd(name, number)) names.Add(name);
            else faults.Add($"line {number}: '{name}' is on line {first[name]} already");
        }

        faults.ThrowIfAny();
        return names.Count > 0 ? names : throw new InputException($"{path}: names no identity; expected one name a line");
    }
}
