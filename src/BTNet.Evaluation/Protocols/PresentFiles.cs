namespace BTNet.Evaluation.Protocols;

/// <summary>Which files that lists name there are.</summary>
/// <param name="present">Of each path, whether it is there.</param>
/// <param name="missing">Of each list, how many are not.</param>
internal sealed class PresentFiles(Dictionary<string, bool> present, IReadOnlyList<int> missing)
{
    /// <summary>Of each list how many are missing, in the order of the lists.</summary>
    public IReadOnlyList<int> Missing => missing;

    /// <summary>Whether a path that a list names is there.</summary>
    public bool this[string path] => present[path];
}
