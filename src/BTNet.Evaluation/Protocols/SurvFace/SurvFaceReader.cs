using System.Globalization;
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

    // What the owners count (qmul-survface.github.io/protocols.html). Copies lack a few pictures of it, so nearly as many are all.
    private const int PublishedPictures = 242_617;
    private const double NearlyAll = 0.99;

    private static readonly string[] Kinds = ["gallery", "mated_probe", "unmated_probe"];

    /// <summary>Reads the lists and looks whether their images exist, without decoding them.</summary>
    /// <param name="root">The folder that <c>Face_Identification_Test_Set</c> is in, or that folder itself.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of the images of each list from 0 to 1 that may be missing; what they take part in is left out.</param>
    /// <exception cref="InputException">The folders or lists are not there or cannot be read, contradict themselves or each other (all named), more images are missing than is borne, or nothing is
    /// left of a list.</exception>
    public static SurvFaceSet Read(string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        skipped ??= new SkippedItems();
        var folder = Folder(root);
        SubjectList[] lists = [Listed(folder, Kinds[0]), Listed(folder, Kinds[1]), Strangers(folder)];
        var beside = Path.GetDirectoryName(folder)!;
        var hasPairs = Directory.Exists(Path.Combine(beside, SurvFacePairs.Folder));
        return new SurvFaceSet(Identification(folder, lists, hasPairs, skipped, greatestMissingShare), hasPairs ? SurvFacePairs.Read(beside, skipped, greatestMissingShare) : null)
        {
            Files = [lists[0].Path, lists[1].Path, .. hasPairs ? SurvFacePairs.Files(beside) : []]
        };
    }

    private static string Folder(string root)
    {
        if (!Directory.Exists(root)) throw new InputException($"{root}: there is no such folder; expected the one that {IdentificationFolder} of QMUL-SurvFace is in");
        foreach (var folder in (string[])[Path.Combine(Path.GetFullPath(root), IdentificationFolder), Path.GetFullPath(root)])
            if (Array.TrueForAll(Kinds, kind => Directory.Exists(Path.Combine(folder, kind)))) return Path.TrimEndingDirectorySeparator(folder);
        throw new InputException($"{root}: holds no {IdentificationFolder} with the folders {string.Join(", ", Kinds)}, and is none; expected QMUL-SurvFace as its owners ship it");
    }

    private static OpenSetLists Identification(string folder, SubjectList[] lists, bool hasPairs, SkippedItems skipped, double greatestMissingShare)
    {
        // The names are of the whole data set: one picture is in one folder.
        SubjectLists.Check("QMUL-SurvFace", lists, image => Path.GetFileName(image.Path));
        var present = ListFile.Present([lists[0].Paths, lists[1].Paths], folder, skipped, greatestMissingShare, $"Unpack {IdentificationFolder} again");
        var enrolled = lists[0].Images.Where(image => present[image.Path]).Select(image => image.Person).ToHashSet(StringComparer.Ordinal);
        List<SubjectImage>[] left =
        [
            lists[0].Images.FindAll(image => present[image.Path]), lists[1].Images.FindAll(image => present[image.Path] && enrolled.Contains(image.Person)), lists[2].Images
        ];
        foreach (var (kind, list) in Kinds.Zip(left))
            if (list.Count == 0) throw new InputException($"{Path.Combine(folder, kind)}: no face of the list is left; expected at least one whose image is there");

        var all = left.SelectMany(list => list).ToList();
        string[] people = [.. all.Select(image => image.Person).Distinct(StringComparer.Ordinal)];
        var numbers = people.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var images = all.ConvertAll(image => new ListedImage(image.Path, () => FaceDecoder.DecodeFile(Path.Combine(folder, image.Path))));
        var at = 0;
        OpenSetFace[][] faces = [.. left.Select(list => list.Select(image => new OpenSetFace(at++, numbers[image.Person])).ToArray())];
        return new OpenSetLists(
            "QMUL-SurvFace", images, people, faces[0], faces[1], faces[2], [.. Notices(lists, hasPairs)], lists.Sum(list => list.Images.Count) - all.Count)
        {
            Missing = [.. present.Missing, 0]
        };
    }

    private static IEnumerable<string> Notices(SubjectList[] lists, bool hasPairs)
    {
        var pictures = lists.Sum(list => list.Images.Count);
        if (pictures < NearlyAll * PublishedPictures)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{Kinds[2]} holds {lists[2].Images.Count} pictures, {pictures} with those that the lists name, and QMUL-SurvFace as it was published {PublishedPictures}: these figures do not stand beside published ones. Unpack {IdentificationFolder} again, unless this is another set.");
        }

        if (!hasPairs) yield return $"There is no {SurvFacePairs.Folder} beside {IdentificationFolder}, so no pairs were compared.";
    }

    /// <summary>The faces that a list names, with their subjects.</summary>
    private static SubjectList Listed(string folder, string kind)
    {
        var name = $"{kind}_img_ID_pairs.mat";
        string[] places = [Path.Combine(folder, name), Path.Combine(Path.GetDirectoryName(folder)!, ListsElsewhere, name)];
        return SubjectLists.Read(Array.Find(places, File.Exists) ?? places[0], kind, kind);
    }

    /// <summary>All that is in the folder of strangers. Who they are their names say only of some (<c>812_cam3_2.jpg</c>); each of the others counts as a person.</summary>
    private static SubjectList Strangers(string folder) => new(Kinds[2], Path.Combine(folder, Kinds[2]), [.. PictureFiles.Find([Path.Combine(folder, Kinds[2])]).Select(path =>
    {
        var name = Path.GetFileName(path);
        var end = name.IndexOf("_cam", StringComparison.OrdinalIgnoreCase);
        return new SubjectImage(Path.GetRelativePath(folder, path), end > 0 && name[..end].All(char.IsAsciiDigit) ? $"stranger {name[..end].TrimStart('0')}" : $"stranger of {name}");
    })]);
}
