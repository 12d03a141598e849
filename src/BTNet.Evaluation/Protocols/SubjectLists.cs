using System.Globalization;
using BTNet.Evaluation.Matlab;

namespace BTNet.Evaluation.Protocols;

/// <summary>Lists of images and of the numbers of their subjects, as <c>.mat</c> files hold them: a cell array of file names beside an array of integers.</summary>
internal static class SubjectLists
{
    private const int FaultsNamed = 20;

    /// <summary>The faces that a list names, with their subjects.</summary>
    /// <param name="path">The <c>.mat</c> file.</param>
    /// <param name="variable">What its variables begin with: <c>gallery</c> for <c>gallery_set</c> and <c>gallery_ids</c>.</param>
    /// <param name="folder">The folder of the images, by its name.</param>
    /// <exception cref="InputException">The file or a variable is not there, is damaged, or names what cannot be meant.</exception>
    public static SubjectList Read(string path, string variable, string folder)
    {
        var file = MatFile.Read(path);
        var names = MatNames.Of(file, $"{variable}_set");
        var ids = file[$"{variable}_ids"] as MatNumbers ?? throw new InputException($"{file.Path}: {variable}_ids is {file[$"{variable}_ids"].Description}; expected an array of numbers, one a face");
        if (names.Count == 0) throw new InputException($"{file.Path}: names no face; expected a list of the images in {folder}");
        if (names.Count != ids.Count) throw new InputException($"{file.Path}: {variable}_set has {names.Count} names and {variable}_ids {ids.Count} numbers; expected one a face. The file is damaged: fetch it again");

        var (images, faults) = (new List<SubjectImage>(names.Count), new List<string>());
        for (var i = 0; i < names.Count; i++)
        {
            if (MatNames.Bad(names[i]) is { } bad) faults.Add($"face {i + 1}: {bad}; expected the name of an image in {folder}");
            else if (ids.Integer(i) is { } id) images.Add(new SubjectImage(Path.Combine(folder, names[i]), string.Create(CultureInfo.InvariantCulture, $"subject {id}")));
            else faults.Add(string.Create(CultureInfo.InvariantCulture, $"face {i + 1}: {ids[i]} is no number of a subject; expected an integer"));
        }

        return faults.Count == 0 ? new SubjectList(folder, path, images) : throw new InputException(file.Path, [.. faults.Take(FaultsNamed)], faults.Count);
    }

    /// <summary>Refuses lists that have a face twice, and probes of nobody enrolled.</summary>
    /// <param name="set">The data set's name.</param>
    /// <param name="lists">The lists: those enrolled, probes of them, and any others.</param>
    /// <param name="key">What a face is known by.</param>
    /// <exception cref="InputException">Every fault found.</exception>
    public static void Check(string set, IReadOnlyList<SubjectList> lists, Func<SubjectImage, string> key)
    {
        var (seen, faults) = (new Dictionary<string, SubjectList>(StringComparer.Ordinal), new List<string>());
        foreach (var list in lists)
        {
            foreach (var name in list.Images.Select(key))
                if (!seen.TryAdd(name, list)) faults.Add($"{list.Path}: '{Quoted.Shorten(name)}' is in {(seen[name] == list ? "it twice" : $"{seen[name].Path}, too")}; expected each face once");
        }

        var enrolled = lists[0].Images.Select(image => image.Person).ToHashSet(StringComparer.Ordinal);
        faults.AddRange(lists[1].Images.Where(image => !enrolled.Contains(image.Person))
            .Select(image => $"{lists[1].Path}: '{Quoted.Shorten(Path.GetFileName(image.Path))}' is of {image.Person}, who is not in {lists[0].Path}; expected probes of people who are"));
        if (faults.Count > 0) throw new InputException($"lists of {set}", [.. faults.Take(FaultsNamed)], faults.Count);
    }
}
