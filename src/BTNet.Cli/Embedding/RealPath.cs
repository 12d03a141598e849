namespace BTNet.Cli.Embedding;

/// <summary>Where files truly are: two paths with all links followed are the same if they lead to one file. Folders are looked at once.</summary>
internal sealed class RealPath
{
    /// <summary>More links than this lead round in a circle, as for the system itself.</summary>
    private const int MostLinks = 40;

    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);

    /// <summary>The full path without links; what is not there, or leads round in a circle, stays as it is.</summary>
    public string Of(string path) => Of(Path.GetFullPath(path), MostLinks);

    private string Of(string full, int links)
    {
        if (Path.GetDirectoryName(full) is not { } folder) return full;
        if (!_folders.TryGetValue(folder, out var real)) _folders[folder] = real = Of(folder, links);
        var file = new FileInfo(Path.Combine(real, Path.GetFileName(full)));
        return links > 0 && file.LinkTarget is { } target ? Of(Path.GetFullPath(target, real), links - 1) : file.FullName;
    }
}
