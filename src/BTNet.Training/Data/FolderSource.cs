using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// A folder with a folder for each identity, named as the identity, with its pictures in it: the layout of LFW, of
/// CASIA-WebFace once unpacked and of QMUL-SurvFace's <c>training_set</c>. Pictures may have any size. Files that are
/// not named <c>.jpg</c>, <c>.jpeg</c>, <c>.png</c>, <c>.bmp</c> or <c>.webp</c>, hidden files and folders without a
/// picture are passed over. Identities and pictures are in the ordinal order of their names.
/// </summary>
public sealed class FolderSource : IFaceSource
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".bmp", ".webp" };

    private readonly string _root;
    private readonly List<string> _identities = [];
    private readonly List<string> _files = [];
    private readonly List<int> _labels = [];

    /// <summary>Lists the folder; no picture is read yet.</summary>
    /// <param name="root">The folder that holds the identity folders.</param>
    /// <param name="options">Which identities are taken; null for all.</param>
    /// <exception cref="InputException">The folder is missing, cannot be read, holds no identity with a picture, or
    /// lacks identities that were asked for.</exception>
    public FolderSource(string root, FolderSourceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        options ??= new FolderSourceOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MinimumImages, 1, nameof(options));
        _root = Path.GetFullPath(root);
        if (!Directory.Exists(_root))
            throw new InputException($"{_root}: no such folder; expected a folder with a folder of pictures for each identity");
        try
        {
            foreach (var identity in Names(options)) Add(identity, options.MinimumImages);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{_root}: cannot be listed: {e.Message}", e);
        }

        if (_files.Count == 0) throw new InputException($"{_root}: {WhyEmpty(options)}");
    }

    /// <inheritdoc/>
    public string Description => $"{_root}: {Identities} identities, {Count} images"
        + (FoldersLeftOut == 0 ? "" : $" ({FoldersLeftOut} folders with too few images left out)");

    /// <summary>How many identity folders were passed over for having no picture, or fewer than the minimum.</summary>
    public int FoldersLeftOut { get; private set; }

    /// <inheritdoc/>
    public int Count => _files.Count;

    /// <inheritdoc/>
    public int Identities => _identities.Count;

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public string NameOf(int index) => Path.Combine(_root, _identities[_labels[index]], _files[index]);

    /// <inheritdoc/>
    public string IdentityName(int label) => _identities[label];

    /// <inheritdoc/>
    public string VersionOf(int index) => PictureVersion.Of(NameOf(index));

    /// <inheritdoc/>
    public FaceImage Load(int index) => FaceDecoder.DecodeFile(NameOf(index));

    internal static bool IsPicture(string name) => !name.StartsWith('.') && Extensions.Contains(Path.GetExtension(name));

    private IEnumerable<string> Names(FolderSourceOptions options)
    {
        if (options.Identities is null)
            return Directory.EnumerateDirectories(_root).Select(folder => Path.GetFileName(folder)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal);
        var missing = options.Identities.Where(name => !Directory.Exists(Path.Combine(_root, name))).Order(StringComparer.Ordinal).ToList();
        return missing.Count == 0
            ? options.Identities.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            : throw new InputException(
                $"{_root}: {missing.Count} of the {options.Identities.Count} identities asked for have no folder there: "
                + string.Join(", ", missing.Take(20)) + (missing.Count > 20 ? ", ..." : "") + ". Mend the list, or name the folder it belongs to.");
    }

    private void Add(string identity, int minimumImages)
    {
        var pictures = Directory.EnumerateFiles(Path.Combine(_root, identity)).Select(file => Path.GetFileName(file)).Where(IsPicture).ToList();
        if (pictures.Count < minimumImages || pictures.Count == 0)
        {
            FoldersLeftOut++;
            return;
        }

        pictures.Sort(StringComparer.Ordinal);
        _files.AddRange(pictures);
        _labels.AddRange(Enumerable.Repeat(_identities.Count, pictures.Count));
        _identities.Add(identity);
    }

    private string WhyEmpty(FolderSourceOptions options)
    {
        const string Expected = "; expected a folder for each identity with .jpg, .jpeg, .png, .bmp or .webp files in it";
        if (Directory.Exists(Path.Combine(_root, "training_set")))
            return $"the identity folders of QMUL-SurvFace are one level down: name {Path.Combine(_root, "training_set")}";
        if (Directory.EnumerateFiles(_root).Any(file => IsPicture(Path.GetFileName(file))))
            return "the pictures lie in the folder itself" + Expected;
        if (FoldersLeftOut == 0) return "the folder is empty" + Expected;
        return options.MinimumImages == 1
            ? $"none of its {FoldersLeftOut} folders holds a picture" + Expected
            : $"none of its {FoldersLeftOut} folders holds {options.MinimumImages} pictures; lower the minimum of images an identity";
    }
}
