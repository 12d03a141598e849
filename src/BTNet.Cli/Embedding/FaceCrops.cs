using System.Security.Cryptography;
using BTNet.Faces;
using BTNet.Inference;
using BTNet.Resolutions;

namespace BTNet.Cli.Embedding;

/// <summary>A face at the size of its branch.</summary>
internal sealed record FaceCrop(FaceImage Image, BranchChoice Choice);

/// <summary>The faces of pictures: pictures that are aligned faces, or whole photographs with a table of where faces lie.</summary>
internal sealed class FaceCrops
{
    private readonly FaceEmbedder _embedder;
    private readonly string? _table;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>>? _landmarks;
    private readonly string[] _folders;

    /// <param name="embedder">What chooses the branch.</param>
    /// <param name="landmarks">The table; null where pictures are aligned faces.</param>
    /// <param name="inputs">Files and folders as they were given: names in the table may start from a folder.</param>
    /// <param name="pictures">The pictures that they are.</param>
    /// <exception cref="InputException">The table has faults, or a name in it fits several pictures.</exception>
    public FaceCrops(FaceEmbedder embedder, string? landmarks, IReadOnlyList<string> inputs, IEnumerable<string> pictures)
    {
        (_embedder, _table) = (embedder, landmarks);
        if (landmarks is null)
        {
            (_folders, Identity) = ([], "none");
            return;
        }

        _landmarks = LandmarkFile.Read(landmarks);
        using var bytes = File.OpenRead(landmarks);
        Identity = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _folders = [.. inputs.Where(Directory.Exists).Append(Path.GetDirectoryName(landmarks) is { Length: > 0 } folder ? folder : ".").Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
        var used = Match(pictures, _landmarks, landmarks);
        Unused = [.. _landmarks.Keys.Where(name => !used.Contains(name))];
    }

    /// <summary>Names in the table that fit none of the pictures.</summary>
    public IReadOnlyList<string> Unused { get; } = [];

    /// <summary>Tells the table from every other.</summary>
    public string Identity { get; }

    /// <summary>The faces of a picture, in the table's order.</summary>
    /// <exception cref="InputException">It cannot be read, or the table has no face of it.</exception>
    public IReadOnlyList<FaceCrop> Read(string path)
    {
        if (_landmarks is null)
        {
            var face = FaceDecoder.DecodeFile(path);
            var choice = _embedder.Choose(face.Width, face.Height);
            return [new FaceCrop(FaceResizer.Resize(face, choice.Branch.Side, choice.Branch.Side), choice)];
        }

        var landmarks = Name(path, _landmarks) is { } name ? _landmarks[name] : throw new InputException($"{path}: {_table} has no line for it; expected its name in the column file, as it was given or from the folder of the pictures or of the table");
        var photo = FaceDecoder.DecodeFile(path);
        return [.. landmarks.Select(points =>
        {
            var size = FaceAligner.SizeOf(points);
            var choice = _embedder.Choose(size, size);
            return new FaceCrop(FaceAligner.Align(photo, points, choice.Branch.Side), choice);
        })];
    }

    /// <summary>The names in the table that pictures are found by; each must stand for one picture.</summary>
    private HashSet<string> Match(IEnumerable<string> pictures, IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>> landmarks, string table)
    {
        Dictionary<string, string> used = new(StringComparer.Ordinal);
        List<string> faults = [];
        foreach (var picture in pictures)
        {
            // A picture may have been given twice, by two paths.
            if (Name(picture, landmarks) is { } name && !used.TryAdd(name, picture) && Path.GetFullPath(used[name]) != Path.GetFullPath(picture))
                faults.Add($"{name} fits both {used[name]} and {picture}; give it from the folder of the table, or embed the folders one by one");
        }

        return faults.Count == 0 ? [.. used.Keys] : throw new InputException(table, faults);
    }

    /// <summary>The name that the table has a picture by; null where it has none.</summary>
    private string? Name(string path, IReadOnlyDictionary<string, IReadOnlyList<FaceLandmarks>> landmarks) => Names(path).FirstOrDefault(landmarks.ContainsKey);

    private IEnumerable<string> Names(string path)
    {
        yield return path;
        var full = Path.GetFullPath(path);
        yield return full;
        foreach (var folder in _folders) yield return Path.GetRelativePath(folder, full).Replace(Path.DirectorySeparatorChar, '/');
    }
}
