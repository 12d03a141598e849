using BTNet.Faces;

namespace BTNet.Evaluation.Protocols.Ijbc;

/// <summary>
/// Reads IJB-C as InsightFace lays it out: <c>loose_crop/</c> with the images, <c>meta/ijbc_face_tid_mid.txt</c> (image, template, medium), <c>meta/ijbc_name_5pts_score.txt</c> (image, ten
/// coordinates, detector's score), <c>meta/ijbc_template_pair_label.txt</c> (template, template, 1 for one person or 0), and for 1:N <c>meta/ijbc_1N_gallery_G1.csv</c>, <c>_G2.csv</c> and
/// <c>ijbc_1N_probe_mixed.csv</c> (columns TEMPLATE_ID and SUBJECT_ID; others are passed over).
/// </summary>
public static class IjbcReader
{
    /// <summary>The folder of the images, below the root.</summary>
    public const string CropFolder = "loose_crop";

    /// <summary>The folder of the lists, below the root.</summary>
    public const string MetaFolder = "meta";

    private const int FaultsNamed = 20;

    /// <summary>Reads the lists and looks whether their images exist, without decoding them.</summary>
    /// <param name="root">The folder that holds <c>loose_crop</c> and <c>meta</c>.</param>
    /// <param name="skipped">Told of each missing image; null to count only.</param>
    /// <param name="greatestMissingShare">The share of images from 0 to 1 that may be missing; these are left out.</param>
    /// <exception cref="InputException">A folder or list is missing, or lists have faults: all of them are counted, and the first twenty named by file and line. Or more images are missing than is
    /// borne.</exception>
    public static IjbcSet Read(string root, SkippedItems? skipped = null, double greatestMissingShare = 0.01)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        string[] folders = [Path.Combine(root, CropFolder), Path.Combine(root, MetaFolder)];
        var lacking = folders.Where(folder => !Directory.Exists(folder)).Select(folder => $"{folder}: there is no such folder; expected the folder above {CropFolder} and {MetaFolder}").ToList();
        if (lacking.Count > 0) throw new InputException("IJB-C", lacking);
        var set = ReadMeta(folders[1]);
        var present = ListFile.Present([("the lists", set.Images.Names)], folders[0], skipped ?? new SkippedItems(), greatestMissingShare, "Give the folder that holds loose_crop and meta as InsightFace ships them");
        var images = set.Images.Among([.. set.Images.Names.Select(name => present[name])]);
        return set with { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))), Images = images, MissingImages = set.Images.Count - images.Count };
    }

    /// <summary>Reads the lists alone.</summary>
    /// <param name="meta">The folder <c>meta</c>.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>.</exception>
    public static IjbcSet ReadMeta(string meta)
    {
        ArgumentException.ThrowIfNullOrEmpty(meta);
        string At(string name) => Path.Combine(meta, name);
        var (faults, notices, templates) = (new List<string>(), new List<string>(), new TemplateNumbers());
        string[] files = [At("ijbc_face_tid_mid.txt"), At("ijbc_name_5pts_score.txt"), At("ijbc_template_pair_label.txt"), At("ijbc_1N_gallery_G1.csv"), At("ijbc_1N_gallery_G2.csv"), At("ijbc_1N_probe_mixed.csv")];
        var images = IjbcImageLists.Read(files[0], files[1], templates, faults, notices);
        var (mates, strangers) = IjbcPairList.Read(files[2], templates, faults, notices);
        var (galleries, probes, subjects) = IjbcSubjectLists.Read([("G1", files[3]), ("G2", files[4])], files[5], templates, faults, notices);
        if (faults.Count > 0) throw new InputException("IJB-C lists", [.. faults.Take(FaultsNamed)], faults.Count);
        subjects.Compare(files[2], mates, strangers, templates.Ids.Count, notices);
        return new IjbcSet("IJB-C", templates.Ids, images, mates, strangers, galleries, probes, notices) { Files = [.. files.Where(File.Exists)] };
    }
}
