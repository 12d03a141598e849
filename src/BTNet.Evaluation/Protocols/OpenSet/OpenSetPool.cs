namespace BTNet.Evaluation.Protocols.OpenSet;

/// <summary>Faces of people of whom some are drawn to be enrolled, trial by trial.</summary>
public sealed class OpenSetPool
{
    /// <param name="name">For reports.</param>
    /// <param name="images">Every image that occurs.</param>
    /// <param name="people">Everybody who occurs.</param>
    /// <param name="faces">Everybody's faces, each image once.</param>
    /// <param name="enrolled">How many people are enrolled where nothing else is asked for, at least 1.</param>
    /// <param name="notices">What the user should be told, a sentence each.</param>
    /// <param name="skippedFaces">Faces that were left out already.</param>
    /// <exception cref="ArgumentException">There is no face, an index is out of range, or an image occurs twice.</exception>
    public OpenSetPool(
        string name, IReadOnlyList<ListedImage> images, IReadOnlyList<string> people, IReadOnlyList<OpenSetFace> faces, int enrolled, IReadOnlyList<string>? notices = null, int skippedFaces = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(faces);
        ArgumentOutOfRangeException.ThrowIfLessThan(enrolled, 1);
        if (faces.Count == 0) throw new ArgumentException("needs faces", nameof(faces));
        if (faces.Any(face => face.Image < 0 || face.Image >= images.Count || face.Person < 0 || face.Person >= people.Count))
            throw new ArgumentException("a face names an image or a person that there is not", nameof(faces));
        if (faces.DistinctBy(face => face.Image).Count() != faces.Count) throw new ArgumentException("an image is the face of several", nameof(faces));
        (Name, Images, People, Faces, Enrolled, Notices, SkippedFaces) = (name, images, people, faces, enrolled, notices ?? [], skippedFaces);
    }

    /// <summary>For reports.</summary>
    public string Name { get; }

    /// <summary>Every image that occurs, once.</summary>
    public IReadOnlyList<ListedImage> Images { get; }

    /// <summary>Everybody who occurs.</summary>
    public IReadOnlyList<string> People { get; }

    /// <summary>Everybody's faces.</summary>
    public IReadOnlyList<OpenSetFace> Faces { get; }

    /// <summary>How many people are enrolled where nothing else is asked for.</summary>
    public int Enrolled { get; }

    /// <summary>What the user should be told about how the pool was made, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>Faces that were left out because an image is missing.</summary>
    public int SkippedFaces { get; }

    /// <summary>Images that were missing when the lists were read.</summary>
    internal int Missing { get; init; }

    /// <summary>Everybody of some lists; as many people are enrolled as there.</summary>
    /// <exception cref="ArgumentException">An image is in two lists.</exception>
    public static OpenSetPool Of(OpenSetLists lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        return new OpenSetPool(
            lists.Name, lists.Images, lists.People, [.. lists.Gallery, .. lists.Mated, .. lists.Unmated], lists.Gallery.DistinctBy(face => face.Person).Count(), lists.Notices, lists.SkippedFaces)
        {
            Missing = lists.Missing.Sum()
        };
    }
}
