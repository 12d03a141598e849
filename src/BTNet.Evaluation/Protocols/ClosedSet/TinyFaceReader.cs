using System.Globalization;
using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.ClosedSet;

/// <summary>
/// Reads TinyFace (Cheng, Zhu and Gong, "Low-Resolution Face Recognition", ACCV 2018) as its owners ship it: <c>Testing_Set</c> with the folders <c>Gallery_Match</c>, <c>Gallery_Distractor</c> and
/// <c>Probe</c>, and with <c>gallery_match_img_ID_pairs.mat</c> and <c>probe_img_ID_pairs.mat</c>, each a cell array of file names and an array of subject numbers. What is in
/// <c>Gallery_Distractor</c> is in no list: every picture there is of nobody who is searched for.
/// </summary>
public static class TinyFaceReader
{
    private const string TestingSet = "Testing_Set";
    private const string Match = "Gallery_Match";
    private const string Distractor = "Gallery_Distractor";
    private const string Probe = "Probe";
    private const int PublishedDistractors = 153_428; // the data set's gallery of 157,871 less the 4,443 that its list enrols

    /// <summary>The ranks of the paper: 1, 20 and 50.</summary>
    public static IReadOnlyList<int> Ranks { get; } = [1, 20, 50];

    /// <summary>Reads the lists and looks whether their images exist, without decoding them.</summary>
    /// <param name="root">The folder that <c>Testing_Set</c> or <c>tinyface/Testing_Set</c> is in, or <c>Testing_Set</c> itself.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of the images of each list from 0 to 1 that may be missing; what they take part in is left out.</param>
    /// <exception cref="InputException">The folders or lists are not there or cannot be read, contradict themselves or each other (all named), more images are missing than is borne, or nothing is
    /// left of a list.</exception>
    public static ClosedSetLists Read(string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        var folder = Folder(root);
        var gallery = SubjectLists.Read(Path.Combine(folder, "gallery_match_img_ID_pairs.mat"), "gallery", Match);
        var probes = SubjectLists.Read(Path.Combine(folder, "probe_img_ID_pairs.mat"), "probe", Probe);
        // Nothing says that a name is not used again in another folder.
        SubjectLists.Check("TinyFace", [gallery, probes], image => image.Path);
        string[] distractors = [.. PictureFiles.Find([Path.Combine(folder, Distractor)]).Select(path => Path.GetRelativePath(folder, path))];
        IReadOnlyList<string> notices = distractors.Length == PublishedDistractors
            ? []
            : [string.Create(CultureInfo.InvariantCulture, $"{Distractor} holds {distractors.Length} pictures, and TinyFace as it was published {PublishedDistractors}: among fewer others the right one comes first more easily, so that these figures do not stand beside published ones. Unpack the data set again, unless this is another set.")];
        return ClosedSetLists.Of("TinyFace", folder, gallery, distractors, [probes], Ranks, notices, [gallery.Path, probes.Path], skipped ?? new SkippedItems(), greatestMissingShare);
    }

    private static string Folder(string root)
    {
        if (!Directory.Exists(root)) throw new InputException($"{root}: there is no such folder; expected the one that {TestingSet} of TinyFace is in");
        foreach (var folder in (string[])[Path.Combine(root, TestingSet), Path.Combine(root, "tinyface", TestingSet), root])
            if (Array.TrueForAll([Match, Distractor, Probe], kind => Directory.Exists(Path.Combine(folder, kind)))) return folder;
        throw new InputException($"{root}: holds no {TestingSet} with the folders {Match}, {Distractor}, {Probe}, and is none; expected TinyFace as its owners ship it");
    }
}
