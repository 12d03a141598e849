using System.Globalization;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>
/// Reads SCface (Grgic, Delac and Grgic, "SCface - surveillance cameras face database", Multimedia Tools and Applications 51, 2011) as its owners ship it: a frontal mugshot of each subject in
/// <c>mugshot_frontal_cropped_all</c> (where that is not there, <c>mugshot_frontal_original_all</c>), called <c>001_frontal.jpg</c>, and a picture of each by each camera in
/// <c>surveillance_cameras_distance_1/cam_1</c> and so on, called <c>001_cam1_1.jpg</c>. Distance 1 is 4.2 m, 2 is 2.6 m and 3 is 1.0 m.
/// </summary>
public static class ScFaceReader
{
    private const int FaultsNamed = 20;

    private static readonly string[] Mugshots = ["mugshot_frontal_cropped_all", "mugshot_frontal_original_all"];
    private static readonly string[] Distances = ["4.2 m", "2.6 m", "1.0 m"];
    private static readonly int[] Cameras = [1, 2, 3, 4, 5];
    private static readonly int[] InfraredCameras = [6, 7];

    /// <summary>Finds the pictures, without decoding them.</summary>
    /// <param name="root">The folder that those of the data set are in.</param>
    /// <param name="subjects">A file with a subject's number a line, of those who are taken; null for all. Many papers train on 50 and measure on the 80 others.</param>
    /// <param name="infrared">Whether the pictures of cameras 6 and 7, taken at night in infrared, are searched with too.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of the mugshots, and of the pictures at each distance, from 0 to 1 that may be missing; what they take part in is left out.</param>
    /// <exception cref="InputException">A folder is not there or holds other pictures, a subject is searched for who has no mugshot (all named), or more images are missing than is borne.</exception>
    public static ClosedSetLists Read(string root, string? subjects = null, bool infrared = false, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        var taken = subjects is null ? null : ScFaceSubjects.Read(subjects);
        int[] cameras = infrared ? [.. Cameras, .. InfraredCameras] : Cameras;
        var mugshots = CheckFolders(root, cameras);

        var (faults, strangers) = (new List<string>(), new SortedDictionary<int, string>());
        var enrolled = ScFaceFolder.Read(root, mugshots, "_frontal", faults);
        foreach (var subject in taken?.Where(subject => !enrolled.ContainsKey(subject)) ?? []) faults.Add($"{subjects}: {Name(subject)} has no picture in {mugshots}; expected subjects of the data set");
        int[] people = [.. enrolled.Keys.Where(subject => taken?.Contains(subject) ?? true)];
        List<SubjectList> probes = [.. Distances.Index().Select(distance => new SubjectList(
            $"distance {distance.Index + 1}, {distance.Item}", Folder(distance.Index + 1), [.. cameras.SelectMany(camera => Pictures(distance.Index + 1, camera))]))];
        if (taken is null)
            faults.AddRange(strangers.Select(picture => $"{Name(picture.Key)}, of {picture.Value}, has no picture in {mugshots}; expected a mugshot of each, or --subjects that leaves out who has none"));
        if (faults.Count > 0) throw new InputException("SCface", [.. faults.Take(FaultsNamed)], faults.Count);
        List<string> notices = [$"Mugshots are those of {mugshots}; cameras {string.Join(", ", cameras)}."];
        if (subjects is not null)
            notices.Add(string.Create(CultureInfo.InvariantCulture, $"Of {enrolled.Count} subjects these only are enrolled and searched for: the {people.Length} of {Path.GetFileName(subjects)}."));
        return ClosedSetLists.Of(
            "SCface", root, new SubjectList(mugshots, mugshots, [.. people.Select(subject => new SubjectImage(enrolled[subject], Name(subject)))]), [], probes, [1], notices,
            subjects is null ? [] : [subjects], skipped ?? new SkippedItems(), greatestMissingShare);

        // A picture of each who is enrolled, be it there or not.
        IEnumerable<SubjectImage> Pictures(int distance, int camera)
        {
            var (folder, ending) = (Folder(distance, camera), string.Create(CultureInfo.InvariantCulture, $"_cam{camera}_{distance}"));
            var found = ScFaceFolder.Read(root, folder, ending, faults);
            foreach (var (subject, path) in found.Where(picture => !enrolled.ContainsKey(picture.Key))) strangers.TryAdd(subject, path);
            return people.Select(subject => new SubjectImage(found.GetValueOrDefault(subject) ?? Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{subject:000}{ending}.jpg")), Name(subject)));
        }
    }

    private static string CheckFolders(string root, int[] cameras)
    {
        if (!Directory.Exists(root)) throw new InputException($"{root}: there is no such folder; expected the one that the folders of SCface are in");
        var mugshots = Array.Find(Mugshots, folder => Directory.Exists(Path.Combine(root, folder)));
        List<string> missing = [.. mugshots is null ? [string.Join(" or ", Mugshots)] : Array.Empty<string>()];
        missing.AddRange(Distances.Index().SelectMany(distance => cameras.Select(camera => Folder(distance.Index + 1, camera))).Where(folder => !Directory.Exists(Path.Combine(root, folder))));
        if (missing.Count > 0) throw new InputException($"{root}: holds no {string.Join(", ", missing.Take(3))}{(missing.Count > 3 ? $" and {missing.Count - 3} more" : "")}; expected SCface as its owners ship it");
        return mugshots!;
    }

    private static string Folder(int distance) => string.Create(CultureInfo.InvariantCulture, $"surveillance_cameras_distance_{distance}");

    private static string Folder(int distance, int camera) => Path.Combine(Folder(distance), string.Create(CultureInfo.InvariantCulture, $"cam_{camera}"));

    private static string Name(int subject) => string.Create(CultureInfo.InvariantCulture, $"subject {subject:000}");
}
