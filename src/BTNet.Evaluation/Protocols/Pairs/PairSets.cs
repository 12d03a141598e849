using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Pairs;

/// <summary>Opens pairs in whichever form they come.</summary>
public static class PairSets
{
    /// <summary>One InsightFace <c>.bin</c>, or any number of pair lists, each a fold.</summary>
    /// <param name="files">The files.</param>
    /// <param name="root">The folder that paths in lists are relative to; null for that of the first list.</param>
    /// <param name="skipped">Told of images that are missing.</param>
    /// <param name="greatestMissingShare">The share of the images in lists, from 0 to 1, that may be missing; their
    /// pairs are then left out.</param>
    /// <exception cref="InputException">A file is missing or broken, or a <c>.bin</c> is given beside others.</exception>
    public static PairSet Open(IReadOnlyList<string> files, string? root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0) throw new InputException("no pairs are named; expected a .bin file or pair lists");
        var binaries = files.Where(file => Path.GetExtension(file).Equals(".bin", StringComparison.OrdinalIgnoreCase)).ToList();
        if (binaries.Count == 0) return PairListReader.Read(files, root ?? Path.GetDirectoryName(Path.GetFullPath(files[0]))!, skipped, greatestMissingShare);
        return files.Count == 1
            ? PairSet.FromBin(InsightFaceBin.Read(files[0]))
            : throw new InputException($"{binaries[0]} is a whole benchmark of its own; give one .bin, or pair lists only");
    }
}
