using System.Security.Cryptography;
using BTNet.Resolutions;

namespace BTNet.Models;

/// <summary>
/// A model ready for use: a folder with <c>btnet.json</c>, an ONNX graph for each resolution and one file of weights that
/// they share. Whoever reads ONNX can use it; nothing of torch is needed.
/// </summary>
public sealed class ModelPackage
{
    /// <summary>The file that makes a folder a model package.</summary>
    public const string ManifestFile = "btnet.json";

    /// <summary>A manifest is never so long; what is longer is another file.</summary>
    private const long LongestManifest = 64L << 20;

    private ModelPackage(string directory, ModelManifest manifest, string fingerprint) => (Directory, Manifest, Fingerprint) = (directory, manifest, fingerprint);

    /// <summary>The folder.</summary>
    public string Directory { get; }

    /// <summary>What it says of itself.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Tells this model from every other: SHA-256 of its manifest, which names those of its files; 64 hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>Its resolutions, the largest first.</summary>
    public IReadOnlyList<Resolution> Resolutions => [.. Manifest.Graphs.Paths.Select(path => path.Level()).OrderDescending()];

    /// <summary>Whether a folder says that it is a model package.</summary>
    public static bool IsPackage(string directory) => File.Exists(Path.Combine(directory, ManifestFile));

    /// <summary>Opens a package.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="verify">Whether the SHA-256 of every file is compared with what the manifest says, which reads them all; their
    /// presence and length always are.</param>
    /// <exception cref="InputException">No such folder, no package, one of a newer format, or a file that is missing, cut off or
    /// damaged; each is named.</exception>
    public static ModelPackage Open(string directory, bool verify = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!System.IO.Directory.Exists(directory)) throw new InputException($"{directory}: there is no such folder; expected a model package, which `btnet export` writes");
        var path = Path.Combine(directory, ManifestFile);
        if (!File.Exists(path)) throw new InputException($"{directory} holds no {ManifestFile}; expected a model package, which `btnet export` writes from a checkpoint");
        var text = Read(path);
        var manifest = ManifestText.Read(text, path);
        var faults = manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => Fault(directory, file.Key, file.Value, verify)).OfType<string>().ToList();
        return faults.Count == 0
            ? new ModelPackage(directory, manifest, Convert.ToHexStringLower(SHA256.HashData(text)))
            : throw new InputException($"the model package {directory}", faults);
    }

    /// <summary>The path of one of its files.</summary>
    public string PathOf(string file) => Path.Combine([Directory, .. file.Split('/')]);

    /// <summary>Whether some files are those that were opened: a package may have been replaced since, or had networks added.</summary>
    internal bool StillHas(params IEnumerable<string> files)
    {
        try
        {
            var path = PathOf(ManifestFile);
            var text = Read(path);
            if (Convert.ToHexStringLower(SHA256.HashData(text)) == Fingerprint) return true;
            var now = ManifestText.Read(text, path).Files;
            return files.All(file => now.GetValueOrDefault(file) == Manifest.Files[file]);
        }
        catch (InputException)
        {
            return false;
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            return length <= LongestManifest ? File.ReadAllBytes(path) : throw new InputException($"{path} is no manifest of a model package: it has {length:N0} bytes. Export the model again");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message}); expected a file that you may read", fault);
        }
    }

    private static string? Fault(string directory, string name, PackageFile expected, bool verify)
    {
        const string Again = "copy the package again, or export it again";
        var path = Path.Combine([directory, .. name.Split('/')]);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return $"{name} is missing; {Again}";
            if (file.Length != expected.Bytes) return $"{name} has {file.Length:N0} bytes, expected {expected.Bytes:N0}: it is {(file.Length < expected.Bytes ? "cut off" : "another file")}; {Again}";
            if (!verify) return null;
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            return sha256 == expected.Sha256 ? null : $"{name} is damaged: its SHA-256 is {sha256}, expected {expected.Sha256}; {Again}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{name} cannot be read ({fault.Message}); expected a file that you may read";
        }
    }
}
