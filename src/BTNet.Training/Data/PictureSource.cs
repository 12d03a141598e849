using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// Every picture in a folder and below it, as <see cref="PictureFiles"/> finds them: faces of whom nobody knows who they are. The name of the folder directly below the root
/// stands for an identity, so that some can be chosen; pictures in the root itself are one.
/// </summary>
public sealed class PictureSource : IFaceSource
{
    private readonly string _root;
    private readonly List<string> _files = [];
    private readonly List<int> _labels = [];
    private readonly List<string> _identities = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);

    /// <summary>Lists the folder; no picture is read yet.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="identities">Folders directly below it that are taken; null for everything.</param>
    /// <exception cref="InputException">The folder is missing, cannot be read, holds no picture, or lacks folders that were asked for.</exception>
    public PictureSource(string root, IReadOnlyCollection<string>? identities = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        _root = Path.GetFullPath(root);
        if (!Directory.Exists(_root)) throw new InputException($"{_root}: no such folder; expected a folder of pictures of faces");
        var wanted = identities?.ToHashSet(StringComparer.Ordinal);
        if (wanted?.Where(name => !Directory.Exists(Path.Combine(_root, name))).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } missing)
            throw new InputException($"{_root}: {missing.Count} of the {wanted.Count} folders asked for are not there: {string.Join(", ", missing.Take(20))}{(missing.Count > 20 ? ", ..." : "")}. Mend the list, or name the folder it belongs to");
        foreach (var file in PictureFiles.Find([_root])) Add(file, wanted);
        if (wanted?.Except(_identities).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } bare)
            throw new InputException($"{_root}: {bare.Count} of the {wanted.Count} folders asked for hold no picture, or lie deeper than directly below it: {string.Join(", ", bare.Take(20))}{(bare.Count > 20 ? ", ..." : "")}. Take them out of the list");
        if (_files.Count == 0) throw new InputException($"{_root}: no picture in the folders asked for; expected .jpg, .jpeg, .png, .webp, .bmp or .gif files");
    }

    /// <inheritdoc/>
    public string Description => $"{_root}: {Count} pictures";

    /// <inheritdoc/>
    public int Count => _files.Count;

    /// <inheritdoc/>
    public int Identities => _identities.Count;

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public string NameOf(int index) => _files[index];

    /// <inheritdoc/>
    public string IdentityName(int label) => _identities[label];

    /// <inheritdoc/>
    public string VersionOf(int index) => PictureVersion.Of(_files[index]);

    /// <inheritdoc/>
    public FaceImage Load(int index) => FaceDecoder.DecodeFile(_files[index]);

    private void Add(string file, HashSet<string>? wanted)
    {
        var below = Path.GetRelativePath(_root, file);
        var end = below.IndexOf(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        var identity = end < 0 ? "." : below[..end];
        if (wanted?.Contains(identity) == false) return;
        // Files come by name, but those of the root between those of its folders.
        if (!_numbers.TryGetValue(identity, out var label))
        {
            _numbers.Add(identity, label = _identities.Count);
            _identities.Add(identity);
        }

        _files.Add(file);
        _labels.Add(label);
    }
}
