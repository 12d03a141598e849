using System.Globalization;
using BTNet.Evaluation.Matlab;
using BTNet.Evaluation.Protocols.OpenSet;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.SurvFace;

/// <summary>
/// Reads QMUL-SurvFace as its owners ship it: <c>Face_Identification_Test_Set</c> with the folders <c>gallery</c>, <c>mated_probe</c> and <c>unmated_probe</c> and with
/// <c>gallery_img_ID_pairs.mat</c> and <c>mated_probe_img_ID_pairs.mat</c>, each a cell array of file names and an array of subject numbers. Subjects are the same where their numbers are. What is
/// in <c>unmated_probe</c> is in no list: every picture there is a stranger's.
/// </summary>
public static class SurvFaceReader
{
    private const string IdentificationFolder = "Face_Identification_Test_Set";
    private const string ListsElsewhere = "Face_Identification_Evaluation"; // where some copies have the lists
    private const int FaultsNamed = 20;

    private static readonly string[] Kinds = ["gallery", "mated_probe", "unmated_probe"];

    /// <summary>Reads the lists and looks whether their images exist, without decoding them.</summary>
    /// <param name="root">The folder that <c>Face_Identification_Test_Set</c> is in, or that folder itself.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of the images of a list from 0 to 1 that may be missing; what they take part in is left out.</param>
    /// <exception cref="InputException">The folders or lists are not there or cannot be read, contradict themselves or each other (all named), more images are missing than is borne, or nothing is
    /// left of a list.</exception>
    public static SurvFaceSet Read(string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        skipped ??= new SkippedItems();
        var folder = Folder(root);
        var lists = Identification(folder, skipped, greatestMissingShare);
        return new SurvFaceSet(lists, SurvFacePairs.Read(Path.GetDirectoryName(folder)!, skipped, greatestMissingShare));
    }

    private static string Folder(string root)
    {
        if (!Directory.Exists(root)) throw new InputException($"{root}: there is no such folder; expected the one that {IdentificationFolder} of QMUL-SurvFace is in");
        foreach (var folder in (string[])[Path.Combine(Path.GetFullPath(root), IdentificationFolder), Path.GetFullPath(root)])
            if (Array.TrueForAll(Kinds, kind => Directory.Exists(Path.Combine(folder, kind)))) return Path.TrimEndingDirectorySeparator(folder);
        throw new InputException($"{root}: holds no {IdentificationFolder} with the folders {string.Join(", ", Kinds)}, and is none; expected QMUL-SurvFace as its owners ship it");
    }

    private static OpenSetLists Identification(string folder, SkippedItems skipped, double greatestMissingShare)
    {
        List<SurvFaceImage>[] lists = [Listed(folder, Kinds[0]), Listed(folder, Kinds[1]), Strangers(folder)];
        Check(lists);
        var present = ListFile.Present(
            "lists", lists[0].Concat(lists[1]).Select(image => image.Path), folder, skipped, greatestMissingShare, $"Unpack {IdentificationFolder} again");
        var enrolled = lists[0].Where(image => present[image.Path]).Select(image => image.Person).ToHashSet(StringComparer.Ordinal);
        List<SurvFaceImage>[] left = [lists[0].FindAll(image => present[image.Path]), lists[1].FindAll(image => present[image.Path] && enrolled.Contains(image.Person)), lists[2]];
        foreach (var (kind, list) in Kinds.Zip(left))
            if (list.Count == 0) throw new InputException($"{Path.Combine(folder, kind)}: no face of the list is left; expected at least one whose image is there");

        var all = left.SelectMany(list => list).ToList();
        string[] people = [.. all.Select(image => image.Person).Distinct(StringComparer.Ordinal)];
        var numbers = people.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var images = all.ConvertAll(image => new ListedImage(image.Path, () => FaceDecoder.DecodeFile(Path.Combine(folder, image.Path))));
        var at = 0;
        OpenSetFace[][] faces = [.. left.Select(list => list.Select(image => new OpenSetFace(at++, numbers[image.Person])).ToArray())];
        return new OpenSetLists(
            "QMUL-SurvFace", images, people, faces[0], faces[1], faces[2], skippedFaces: lists.Sum(list => list.Count) - all.Count);
    }

    /// <summary>The faces that a list names, with their subjects.</summary>
    private static List<SurvFaceImage> Listed(string folder, string kind)
    {
        var name = $"{kind}_img_ID_pairs.mat";
        string[] places = [Path.Combine(folder, name), Path.Combine(Path.GetDirectoryName(folder)!, ListsElsewhere, name)];
        var file = MatFile.Read(Array.Find(places, File.Exists) ?? places[0]);
        var names = MatNames.Of(file, $"{kind}_set");
        var ids = file[$"{kind}_ids"] as MatNumbers ?? throw new InputException($"{file.Path}: {kind}_ids is {file[$"{kind}_ids"].Description}; expected an array of numbers, one a face");
        if (names.Count == 0) throw new InputException($"{file.Path}: names no face; expected a list of the images in {kind}");
        if (names.Count != ids.Count) throw new InputException($"{file.Path}: {kind}_set has {names.Count} names and {kind}_ids {ids.Count} numbers; expected one a face. The file is damaged: fetch it again");

        var (images, faults) = (new List<SurvFaceImage>(names.Count), new List<string>());
        for (var i = 0; i < names.Count; i++)
        {
            if (MatNames.Bad(names[i]) is { } bad) faults.Add($"face {i + 1}: {bad}; expected the name of an image in {kind}");
            else if (ids.Integer(i) is { } id) images.Add(new SurvFaceImage(Path.Combine(kind, names[i]), string.Create(CultureInfo.InvariantCulture, $"subject {id}")));
            else faults.Add(string.Create(CultureInfo.InvariantCulture, $"face {i + 1}: {ids[i]} is no number of a subject; expected an integer"));
        }

        return faults.Count == 0 ? images : throw new InputException(file.Path, [.. faults.Take(FaultsNamed)], faults.Count);
    }

    /// <summary>All that is in the folder of strangers. Who they are their names say only of some (<c>812_cam3_2.jpg</c>); each of the others counts as a person.</summary>
    private static List<SurvFaceImage> Strangers(string folder) => [.. PictureFiles.Find([Path.Combine(folder, Kinds[2])]).Select(path =>
    {
        var name = Path.GetFileName(path);
        var end = name.IndexOf("_cam", StringComparison.OrdinalIgnoreCase);
        return new SurvFaceImage(Path.GetRelativePath(folder, path), end > 0 && name[..end].All(char.IsAsciiDigit) ? $"stranger {name[..end].TrimStart('0')}" : $"stranger of {name}");
    })];

    private static void Check(List<SurvFaceImage>[] lists)
    {
        var (seen, faults) = (new Dictionary<string, string>(StringComparer.Ordinal), new List<string>());
        foreach (var (kind, list) in Kinds.Zip(lists))
        {
            foreach (var image in list)
            {
                // The names are of the whole data set: one picture is in one folder.
                var name = Path.GetFileName(image.Path);
                if (!seen.TryAdd(name, kind)) faults.Add($"'{Quoted.Shorten(name)}' is {(seen[name] == kind ? $"in {kind} twice" : $"in {seen[name]} and in {kind}")}; expected each face once");
            }
        }

        var enrolled = lists[0].Select(image => image.Person).ToHashSet(StringComparer.Ordinal);
        foreach (var image in lists[1].Where(image => !enrolled.Contains(image.Person))) faults.Add($"'{Quoted.Shorten(Path.GetFileName(image.Path))}' in {Kinds[1]} is of {image.Person}, who is not in {Kinds[0]}; expected probes of people who are");
        if (faults.Count > 0) throw new InputException("lists of QMUL-SurvFace", [.. faults.Take(FaultsNamed)], faults.Count);
    }

    /// <param name="Path">Below the folder of the test set.</param>
    /// <param name="Person">Who it is.</param>
    private sealed record SurvFaceImage(string Path, string Person);
}
