namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>A face of an open-set protocol.</summary>
/// <param name="Image">The image, as an index into <see cref="OpenSetLists.Images"/>.</param>
/// <param name="Person">Who it is, as an index into <see cref="OpenSetLists.People"/>.</param>
public readonly record struct OpenSetFace(int Image, int Person);

/// <summary>Who is enrolled and who is searched for: a gallery, probes of people in it (mated) and of strangers (unmated).</summary>
public sealed class OpenSetLists
{
    /// <param name="name">For reports.</param>
    /// <param name="images">Every image that occurs.</param>
    /// <param name="people">Everybody who occurs.</param>
    /// <param name="gallery">The enrolled faces; a person may have several.</param>
    /// <param name="mated">Probes of enrolled people.</param>
    /// <param name="unmated">Probes of others.</param>
    /// <param name="notices">What the user should be told, a sentence each.</param>
    /// <param name="skippedFaces">Faces that were left out already.</param>
    /// <exception cref="ArgumentException">A list is empty, an index is out of range, a mated probe is of nobody enrolled, or an unmated one of somebody.</exception>
    public OpenSetLists(
        string name, IReadOnlyList<ListedImage> images, IReadOnlyList<string> people, IReadOnlyList<OpenSetFace> gallery, IReadOnlyList<OpenSetFace> mated, IReadOnlyList<OpenSetFace> unmated,
        IReadOnlyList<string>? notices = null, int skippedFaces = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(gallery);
        ArgumentNullException.ThrowIfNull(mated);
        ArgumentNullException.ThrowIfNull(unmated);
        if (gallery.Count == 0 || mated.Count == 0 || unmated.Count == 0) throw new ArgumentException("needs enrolled faces, probes of them and probes of strangers", nameof(gallery));
        if (gallery.Concat(mated).Concat(unmated).Any(face => face.Image < 0 || face.Image >= images.Count || face.Person < 0 || face.Person >= people.Count))
            throw new ArgumentException("a face names an image or a person that there is not", nameof(gallery));
        var enrolled = gallery.Select(face => face.Person).ToHashSet();
        if (mated.Any(face => !enrolled.Contains(face.Person))) throw new ArgumentException("a mated probe is of nobody who is enrolled", nameof(mated));
        if (unmated.Any(face => enrolled.Contains(face.Person))) throw new ArgumentException("an unmated probe is of somebody who is enrolled", nameof(unmated));
        (Name, Images, People, Gallery, Mated, Unmated, Notices, SkippedFaces) = (name, images, people, gallery, mated, unmated, notices ?? [], skippedFaces);
    }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>Every image that occurs, once.</summary>
    public IReadOnlyList<ListedImage> Images { get; }

    /// <summary>Everybody who occurs.</summary>
    public IReadOnlyList<string> People { get; }

    /// <summary>The enrolled faces.</summary>
    public IReadOnlyList<OpenSetFace> Gallery { get; }

    /// <summary>Probes of enrolled people.</summary>
    public IReadOnlyList<OpenSetFace> Mated { get; }

    /// <summary>Probes of strangers.</summary>
    public IReadOnlyList<OpenSetFace> Unmated { get; }

    /// <summary>What the user should be told about how the set was made, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>Faces that the lists name and that are left out, because an image is missing, or the only enrolled one of its person is.</summary>
    public int SkippedFaces { get; }

    /// <summary>Images of gallery, mated and unmated probes that were missing when the lists were read.</summary>
    internal IReadOnlyList<int> Missing { get; init; } = [0, 0, 0];

    /// <summary>The images of each list, of which a share may be lost.</summary>
    internal IReadOnlyList<ImageList> ImageLists =>
    [
        new($"{Name}, enrolled faces", [.. Gallery.Select(face => face.Image)], Missing[0]), new($"{Name}, searches for enrolled people", [.. Mated.Select(face => face.Image)], Missing[1]),
        new($"{Name}, searches for strangers", [.. Unmated.Select(face => face.Image)], Missing[2])
    ];

    /// <summary>What can be measured where some images turned out broken: neither these, nor probes of people who are then not enrolled.</summary>
    /// <param name="broken">Of each image, whether it is.</param>
    /// <returns>What is left of each list, and how many faces were left out, now and before.</returns>
    /// <exception cref="InputException">Nothing is left of a list.</exception>
    internal (OpenSetRoles Roles, int LeftOut) Left(bool[] broken)
    {
        OpenSetFace[] gallery = [.. Gallery.Where(face => !broken[face.Image])];
        var enrolled = gallery.Select(face => face.Person).ToHashSet();
        OpenSetFace[] mated = [.. Mated.Where(face => !broken[face.Image] && enrolled.Contains(face.Person))], unmated = [.. Unmated.Where(face => !broken[face.Image])];
        if (gallery.Length == 0 || mated.Length == 0 || unmated.Length == 0)
            throw new InputException($"{Name}: {gallery.Length} enrolled faces, {mated.Length} probes of these people and {unmated.Length} of strangers are left; expected some of each. Mend the broken images");
        return (new OpenSetRoles(gallery, mated, unmated), SkippedFaces + Gallery.Count + Mated.Count + Unmated.Count - gallery.Length - mated.Length - unmated.Length);
    }
}
