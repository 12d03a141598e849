using System.IO.Enumeration;

namespace BTNet.Faces;

/// <summary>Finds picture files, as people name them: files and folders in any mixture.</summary>
public static class PictureFiles
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif" };

    /// <summary>The files themselves, whatever they are called, and in place of each folder the pictures in it and below it, by
    /// name: JPEG, PNG, WebP, BMP and GIF, told by their extensions. Hidden files and folders, and folders that are links, are
    /// left out; of pipes, sockets and devices in a folder the decoder tells.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <returns>Paths that begin as they were given; each file once.</returns>
    /// <exception cref="InputException">A path that does not exist or is a pipe, a socket or a device, a folder that cannot be read, or no picture at all; every fault
    /// is named.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        List<string> found = [];
        List<string> faults = [];
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                if (SpecialFile.KindOf(path) is { } kind) faults.Add(SpecialFile.Fault(path, kind, "a picture"));
                else found.Add(path);
                continue;
            }

            if (!Directory.Exists(path))
            {
                faults.Add($"{path}: there is no such file or folder; check the path");
                continue;
            }

            try
            {
                var before = found.Count;
                found.AddRange(Below(path));
                if (found.Count == before) faults.Add($"{path}: no pictures in this folder; expected files that end in {string.Join(", ", Extensions.Order(StringComparer.Ordinal))}");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{path}: cannot be read ({fault.Message.TrimEnd('.')}); expected a folder that you may read");
            }
        }

        if (faults.Count > 0) throw new InputException("the pictures", faults);
        return found.Count > 0 ? [.. found.Distinct(StringComparer.Ordinal)] : throw new InputException("no pictures were named; expected files or folders");
    }

    private static IEnumerable<string> Below(string folder)
    {
        var look = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false };
        var files = new FileSystemEnumerable<string>(folder, (ref entry) => entry.ToSpecifiedFullPath(), look)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            // Links to folders may lead round in a circle; those to files do not.
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint)
        };
        return files.Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal);
    }
}
