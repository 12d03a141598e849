using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>
/// Reads the three lists of an open-set protocol: a line <c>path</c> or <c>path TAB person</c> a face, paths below a root folder. Without the second field the person is the folder that the
/// path begins with.
/// </summary>
public static class OpenSetListReader
{
    private const int FaultsNamed = 20;
    private const string Form = "'path' or 'path TAB person'";

    /// <summary>Reads the lists and looks whether their images exist, without decoding them.</summary>
    /// <param name="gallery">The list of enrolled faces.</param>
    /// <param name="mated">The list of probes of enrolled people.</param>
    /// <param name="unmated">The list of probes of strangers.</param>
    /// <param name="root">The folder that the paths start from.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of the distinct images of each list from 0 to 1 that may be missing; such faces, and probes of people who are then not enrolled, are left out.</param>
    /// <exception cref="InputException">A list or the root is missing, lines cannot be read, a face is in two lists or twice in one, a mated probe is of nobody enrolled or an unmated one of
    /// somebody (all named), more images are missing than is borne, or nothing is left of a list.</exception>
    public static OpenSetLists Read(string gallery, string mated, string unmated, string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        string[] files = [gallery, mated, unmated];
        var (lines, present) = Load(files, root, skipped, greatestMissingShare);
        var enrolled = lines[0].Where(line => present[line.Path]).Select(line => line.Person).ToHashSet(StringComparer.Ordinal);
        List<Line>[] left = [.. lines.Select((list, which) => list.Where(line => present[line.Path] && (which != 1 || enrolled.Contains(line.Person))).ToList())];
        foreach (var (which, list) in left.Index())
            if (list.Count == 0) throw new InputException($"{files[which]}: no face is left of it; expected at least one whose image is there");
        var (images, people, faces) = Numbered([.. left.SelectMany(list => list)], root);
        var (first, second) = (left[0].Count, left[0].Count + left[1].Count);
        return new OpenSetLists(Name(files), images, people, faces[..first], faces[first..second], faces[second..], skippedFaces: lines.Sum(list => list.Count) - faces.Length) { Missing = present.Missing };
    }

    /// <summary>Reads the lists as a pool to draw from: everybody on them, whatever the list. Looks whether their images exist, without decoding them.</summary>
    /// <param name="gallery">The list of enrolled faces; as many people as it names are enrolled where nothing else is said.</param>
    /// <param name="mated">The list of probes of enrolled people.</param>
    /// <param name="unmated">The list of probes of strangers.</param>
    /// <param name="root">The folder that the paths start from.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of the distinct images of each list from 0 to 1 that may be missing; such faces are left out.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>; the lists must be sound as they are.</exception>
    public static OpenSetPool ReadPool(string gallery, string mated, string unmated, string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        string[] files = [gallery, mated, unmated];
        var (lines, present) = Load(files, root, skipped, greatestMissingShare);
        List<Line> left = [.. lines.SelectMany(list => list).Where(line => present[line.Path])];
        if (left.Count == 0) throw new InputException($"{Name(files)}: no face is left of them; expected some whose images are there");
        var (images, people, faces) = Numbered(left, root);
        return new OpenSetPool(Name(files), images, people, faces, lines[0].Select(line => line.Person).Distinct(StringComparer.Ordinal).Count(), skippedFaces: lines.Sum(list => list.Count) - faces.Length)
        {
            Missing = present.Missing.Sum()
        };
    }

    /// <summary>Reads the lists, and looks which images there are.</summary>
    private static (List<Line>[] Lines, PresentFiles Present) Load(string[] files, string root, SkippedItems? skipped, double greatestMissingShare)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        var faults = new List<string>();
        if (!Directory.Exists(root)) faults.Add($"{root}: there is no such folder; expected the root that the paths of the lists start from");
        List<Line>[] lines = [.. files.Select(file => ListFile.Read<Line>(file, "a list of faces", "face", Form, Parse, faults))];
        foreach (var twice in files.GroupBy(Path.GetFullPath).Where(group => group.Count() > 1))
            faults.Add($"{twice.First()}: is given {twice.Count()} times; expected a list of its own for enrolled faces, for searches for these people and for strangers");
        if (files.DistinctBy(Path.GetFullPath).Count() == files.Length) Check(files, lines, faults);
        if (faults.Count > 0) throw new InputException("open-set lists", [.. faults.Take(FaultsNamed)], faults.Count);

        return (lines, ListFile.Present([.. files.Zip(lines, (file, list) => (file, list.Select(line => line.Path)))], root, skipped ?? new SkippedItems(), greatestMissingShare));
    }

    private static void Check(string[] files, List<Line>[] lines, List<string> faults)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (which, list) in lines.Index())
        {
            foreach (var line in list)
                if (!seen.TryAdd(line.Path, files[which])) faults.Add($"{files[which]}: '{Quoted.Shorten(line.Path)}' is in {(seen[line.Path] == files[which] ? "it twice" : seen[line.Path] + ", too")}; expected each face once");
        }

        var enrolled = lines[0].Select(line => line.Person).ToHashSet(StringComparer.Ordinal);
        if (enrolled.Count == 0) return; // there is a fault already, and everybody would be another
        foreach (var line in lines[1].Where(line => !enrolled.Contains(line.Person))) faults.Add($"{files[1]}: '{Quoted.Shorten(line.Path)}' is of '{line.Person}', who is not in {files[0]}; expected probes of people who are");
        foreach (var line in lines[2].Where(line => enrolled.Contains(line.Person))) faults.Add($"{files[2]}: '{Quoted.Shorten(line.Path)}' is of '{line.Person}', who is in {files[0]}; expected probes of strangers");
    }

    private static string Name(string[] files) => string.Join(", ", files.Select(Path.GetFileName));

    /// <summary>An image and a face for each line, and everybody once.</summary>
    private static (List<ListedImage> Images, string[] People, OpenSetFace[] Faces) Numbered(List<Line> lines, string root)
    {
        string[] people = [.. lines.Select(line => line.Person).Distinct(StringComparer.Ordinal)];
        var numbers = people.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        return (
            [.. lines.Select(line => new ListedImage(line.Path, () => FaceDecoder.DecodeFile(Path.Combine(root, line.Path))))], people,
            [.. lines.Select((line, image) => new OpenSetFace(image, numbers[line.Person]))]);
    }

    private static Line? Parse(string text, out string fault)
    {
        var fields = text.Split('\t');
        fault = "";
        if (fields.Length > 2) fault = $"{fields.Length} fields instead of 1 or 2";
        else if (ListFile.Bad(fields[0]) is { } bad) fault = bad;
        else if (fields.Length == 2 && fields[1].Trim().Length == 0) fault = "no person behind the tab";
        else if (fields.Length == 1 && fields[0].IndexOfAny(['/', '\\']) < 1) fault = $"'{Quoted.Shorten(fields[0])}' is in no folder, so who it is is not said";
        return fault.Length > 0 ? null : new Line(fields[0], fields.Length == 2 ? fields[1].Trim() : fields[0][..fields[0].IndexOfAny(['/', '\\'])]);
    }

    private sealed record Line(string Path, string Person);
}
