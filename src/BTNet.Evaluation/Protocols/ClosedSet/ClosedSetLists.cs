using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>Who is enrolled and who is searched for, where each search is for somebody enrolled. Each enrolled face counts by itself; among them may be distractors, of nobody who is searched for.</summary>
public sealed class ClosedSetLists
{
    /// <param name="name">For reports.</param>
    /// <param name="images">Every image that occurs.</param>
    /// <param name="people">Everybody who is searched for.</param>
    /// <param name="gallery">The enrolled faces, distractors among them.</param>
    /// <param name="probes">The searches, one set or several.</param>
    /// <param name="ranks">The ranks that are asked for, each above the one before.</param>
    /// <param name="notices">What the user should be told, a sentence each.</param>
    /// <param name="skippedFaces">Faces that were left out already.</param>
    /// <exception cref="ArgumentException">A list is empty, an index is out of range, a rank is below 1 or not above the one before, or a probe is of nobody enrolled.</exception>
    public ClosedSetLists(
        string name, IReadOnlyList<ListedImage> images, IReadOnlyList<string> people, IReadOnlyList<ClosedSetFace> gallery, IReadOnlyList<ClosedSetProbes> probes, IReadOnlyList<int> ranks,
        IReadOnlyList<string>? notices = null, int skippedFaces = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(probes);
        ArgumentNullException.ThrowIfNull(ranks);
        if (gallery.Count == 0 || probes.Count == 0 || probes.Any(set => set.Faces.Count == 0)) throw new ArgumentException("needs enrolled faces and probes of them", nameof(gallery));
        if (ranks.Count == 0 || ranks[0] < 1 || ranks.Zip(ranks.Skip(1)).Any(pair => pair.First >= pair.Second)) throw new ArgumentException("needs ranks, the first at least 1 and each above the one before", nameof(ranks));
        if (gallery.Concat(probes.SelectMany(set => set.Faces)).Any(face => face.Image < 0 || face.Image >= images.Count || face.Person < ClosedSetFace.Nobody || face.Person >= people.Count))
            throw new ArgumentException("a face names an image or a person that there is not", nameof(gallery));
        var enrolled = gallery.Select(face => face.Person).Where(person => person != ClosedSetFace.Nobody).ToHashSet();
        if (probes.Any(set => set.Faces.Any(face => !enrolled.Contains(face.Person)))) throw new ArgumentException("a probe is of nobody who is enrolled", nameof(probes));
        (Name, Images, People, Gallery, Probes, Ranks, Notices, SkippedFaces) = (name, images, people, gallery, probes, ranks, notices ?? [], skippedFaces);
    }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>Every image that occurs, once.</summary>
    public IReadOnlyList<ListedImage> Images { get; }

    /// <summary>Everybody who is searched for.</summary>
    public IReadOnlyList<string> People { get; }

    /// <summary>The enrolled faces, distractors among them.</summary>
    public IReadOnlyList<ClosedSetFace> Gallery { get; }

    /// <summary>The searches.</summary>
    public IReadOnlyList<ClosedSetProbes> Probes { get; }

    /// <summary>The ranks that are asked for, ascending.</summary>
    public IReadOnlyList<int> Ranks { get; }

    /// <summary>What the user should be told about the set, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>Faces that the set should have and that are left out, because an image is missing, or each enrolled one of its person is.</summary>
    public int SkippedFaces { get; }

    /// <summary>The files that were read; none where folders say everything.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Images of the gallery and of each set of searches that were missing when the lists were read; null for none.</summary>
    internal IReadOnlyList<int>? Missing { get; init; }

    /// <summary>The images of each list, of which a share may be lost.</summary>
    internal IReadOnlyList<ImageList> ImageLists =>
    [
        List("enrolled faces", Gallery.Where(face => face.Person != ClosedSetFace.Nobody), Missing?[0]), List("distractors", Gallery.Where(face => face.Person == ClosedSetFace.Nobody), 0),
        .. Probes.Index().Select(set => List(set.Item.Name, set.Item.Faces, Missing?[1 + set.Index]))
    ];

    private ImageList List(string name, IEnumerable<ClosedSetFace> faces, int? missing) => new($"{Name}, {name}", [.. faces.Select(face => face.Image)], missing ?? 0);

    /// <summary>Makes lists of images in a folder, without those that are missing and the probes of people who are then not enrolled.</summary>
    /// <param name="name">For reports.</param>
    /// <param name="folder">Where the paths start.</param>
    /// <param name="gallery">Enrolled faces of people who are searched for; each may be missing.</param>
    /// <param name="distractors">Paths of other enrolled faces, which are there.</param>
    /// <param name="probes">The searches; each may be missing.</param>
    /// <param name="ranks">The ranks that are asked for.</param>
    /// <param name="notices">What the user should be told.</param>
    /// <param name="files">The files that were read.</param>
    /// <param name="skipped">Told of each missing image.</param>
    /// <param name="greatestMissingShare">The share of the images of each list that may be missing, 0 to 1.</param>
    /// <exception cref="InputException">More are missing, or nothing is left of a list.</exception>
    internal static ClosedSetLists Of(
        string name, string folder, SubjectList gallery, IReadOnlyList<string> distractors, IReadOnlyList<SubjectList> probes, IReadOnlyList<int> ranks, IReadOnlyList<string> notices, IReadOnlyList<string> files,
        SkippedItems skipped, double greatestMissingShare)
    {
        var present = ListFile.Present([.. probes.Prepend(gallery).Select(list => list.Paths)], folder, skipped, greatestMissingShare, "Unpack the data set again");
        var enrolled = gallery.Images.FindAll(image => present[image.Path]);
        var numbers = enrolled.Select(image => image.Person).Distinct(StringComparer.Ordinal).Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        var left = probes.Select(set => (Name: set.Kind, Images: set.Images.FindAll(image => present[image.Path] && numbers.ContainsKey(image.Person)))).ToList();
        Require(name, enrolled.Count, left.Select(set => (set.Name, set.Images.Count)));

        var images = new List<ListedImage>(enrolled.Count + distractors.Count);
        ClosedSetFace Add(string path, int person)
        {
            images.Add(new ListedImage(path, () => FaceDecoder.DecodeFile(Path.Combine(folder, path))));
            return new ClosedSetFace(images.Count - 1, person);
        }

        ClosedSetFace[] faces = [.. enrolled.Select(image => Add(image.Path, numbers[image.Person])), .. distractors.Select(path => Add(path, ClosedSetFace.Nobody))];
        ClosedSetProbes[] searches = [.. left.Select(set => new ClosedSetProbes(set.Name, [.. set.Images.Select(image => Add(image.Path, numbers[image.Person]))]))];
        var listed = gallery.Images.Count + probes.Sum(set => set.Images.Count);
        return new ClosedSetLists(name, images, [.. numbers.OrderBy(entry => entry.Value).Select(entry => entry.Key)], faces, searches, ranks, notices, listed - enrolled.Count - left.Sum(set => set.Images.Count))
        {
            Files = files, Missing = present.Missing
        };
    }

    /// <summary>What can be measured where some images turned out broken: neither these, nor probes of people who are then not enrolled.</summary>
    /// <param name="broken">Of each image, whether it is.</param>
    /// <returns>What is left of each list, and how many faces were left out, now and before.</returns>
    /// <exception cref="InputException">Nothing is left of a list.</exception>
    internal (ClosedSetFace[] Gallery, ClosedSetFace[][] Probes, int LeftOut) Left(bool[] broken)
    {
        ClosedSetFace[] gallery = [.. Gallery.Where(face => !broken[face.Image])];
        var enrolled = gallery.Select(face => face.Person).ToHashSet();
        ClosedSetFace[][] probes = [.. Probes.Select(set => set.Faces.Where(face => !broken[face.Image] && enrolled.Contains(face.Person)).ToArray())];
        Require(Name, gallery.Length, Probes.Zip(probes, (set, faces) => (set.Name, faces.Length)));
        return (gallery, probes, SkippedFaces + Gallery.Count + Probes.Sum(set => set.Faces.Count) - gallery.Length - probes.Sum(faces => faces.Length));
    }

    private static void Require(string name, int gallery, IEnumerable<(string Name, int Faces)> probes)
    {
        if (gallery == 0) throw new InputException($"{name}: no enrolled face is left; expected at least one whose image is there and whole");
        foreach (var set in probes.Where(set => set.Faces == 0)) throw new InputException($"{name}: no search is left in {set.Name}; expected at least one whose image, and an enrolled one of its person, is there and whole");
    }
}
