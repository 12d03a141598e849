using System.Globalization;
using BTNet.Faces;

namespace BTNet.Training.Data;

/// <summary>
/// A text file of <c>path&lt;TAB&gt;label</c> lines: a picture, relative to a root folder, and whose it is. Labels are
/// any text; they are numbered in the order of their values where all are whole numbers, else in ordinal order. Items
/// are in the order of the file.
/// </summary>
public sealed class ListSource : IFaceSource
{
    private readonly string _listPath;
    private readonly string _root;
    private readonly List<string> _files = [];
    private readonly int[] _labels;
    private readonly string[] _identities;

    /// <summary>Reads the list and checks that every file in it exists; no picture is read yet.</summary>
    /// <param name="listPath">The text file, UTF-8; blank lines are passed over.</param>
    /// <param name="root">The folder that its paths are relative to; null for the folder of the list.</param>
    /// <exception cref="InputException">The list is missing, empty or has faulty lines (no tab, no label, no such
    /// picture, a picture twice); all of them, up to twenty, are in the message by line.</exception>
    public ListSource(string listPath, string? root = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(listPath);
        _listPath = Path.GetFullPath(listPath);
        _root = Path.GetFullPath(root ?? Path.GetDirectoryName(_listPath)!);
        if (!Directory.Exists(_root)) throw new InputException($"{_root}: no such folder; expected the one that the paths in {_listPath} start from");
        var names = ReadLines();
        if (names.Count == 0) throw new InputException($"{_listPath}: the list is empty; expected lines of a path, a tab and a label");
        _identities = InOrder(names.Distinct(StringComparer.Ordinal));
        var numbers = _identities.Index().ToDictionary(identity => identity.Item, identity => identity.Index, StringComparer.Ordinal);
        _labels = names.ConvertAll(name => numbers[name]).ToArray();
    }

    /// <inheritdoc/>
    public string Description => $"{_listPath}: {Identities} identities, {Count} images";

    /// <inheritdoc/>
    public int Count => _files.Count;

    /// <inheritdoc/>
    public int Identities => _identities.Length;

    /// <inheritdoc/>
    public int LabelOf(int index) => _labels[index];

    /// <inheritdoc/>
    public string NameOf(int index) => Path.Combine(_root, _files[index]);

    /// <inheritdoc/>
    public string IdentityName(int label) => _identities[label];

    /// <inheritdoc/>
    public string VersionOf(int index) => PictureVersion.Of(NameOf(index));

    /// <inheritdoc/>
    public FaceImage Load(int index) => FaceDecoder.DecodeFile(NameOf(index));

    private List<string> ReadLines()
    {
        var names = new List<string>();
        var faults = new FaultList(_listPath);
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, text) in TextLines.Read(_listPath))
        {
            if (string.IsNullOrWhiteSpace(text)) continue;
            var columns = text.Split('\t');
            var fault = columns switch
            {
                { Length: not 2 } => $"expected a path, a tab and a label, found {columns.Length} columns",
                _ when columns[0].Trim().Length == 0 => "the path is empty",
                _ when columns[1].Trim().Length == 0 => "the label is empty",
                _ when !seen.TryAdd(columns[0].Trim(), number) => $"'{columns[0].Trim()}' is on line {seen[columns[0].Trim()]} already",
                _ when !File.Exists(Path.Combine(_root, columns[0].Trim())) => $"no such file: {Path.Combine(_root, columns[0].Trim())}",
                _ => null,
            };
            if (fault is not null)
            {
                faults.Add($"line {number}: {fault}");
                continue;
            }

            _files.Add(columns[0].Trim());
            names.Add(columns[1].Trim());
        }

        faults.ThrowIfAny();
        return names;
    }

    private static string[] InOrder(IEnumerable<string> distinct)
    {
        var names = distinct.Order(StringComparer.Ordinal).ToArray();
        var values = new long[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!long.TryParse(names[i], NumberStyles.None, CultureInfo.InvariantCulture, out values[i])) return names;
        }

        // Stable, so that '7' and '07', which are two labels, keep their ordinal order.
        return [.. names.Zip(values).OrderBy(pair => pair.Second).Select(pair => pair.First)];
    }
}
