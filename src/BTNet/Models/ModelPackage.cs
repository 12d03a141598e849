using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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

    private readonly string _manifestHash;
    private readonly Dictionary<string, FileStamp> _stamps;

    private ModelPackage(string directory, ModelManifest manifest, byte[] text, Dictionary<string, FileStamp> stamps)
    {
        (Directory, Manifest, _stamps) = (directory, manifest, stamps);
        (Fingerprint, _manifestHash) = (Hash(manifest.Calibration is null ? text : CalibrationPlace.Without(text)), Hash(text));
    }

    /// <summary>The folder, as a full path.</summary>
    public string Directory { get; }

    /// <summary>What it says of itself.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Tells this model from every other: SHA-256 of its manifest, which names those of its files, without its calibration; 64 hexadecimal digits. Calibrating changes no embedding, so
    /// galleries and caches that are bound to a model stay so.</summary>
    public string Fingerprint { get; }

    /// <summary>Tells the networks in single precision from all others: SHA-256 of the trunk's name and of each graph's file and weights. Networks in integers that are added leave it as it is;
    /// what a calibration was made with, and holds for. 64 hexadecimal digits.</summary>
    public string Networks => Hash(Encoding.UTF8.GetBytes(string.Concat(
        Manifest.Graphs.Paths.OrderByDescending(path => path.Resolution).SelectMany(path => path.OwnFiles.Select(file => $"{path.Resolution} {Manifest.Files[file].Sha256}\n"))
            .Prepend($"{Manifest.Trunk}\n").Append($"{(Manifest.Graphs.Weights is { } weights ? Manifest.Files[weights.File].Sha256 : "")}\n"))));

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
        Dictionary<string, FileStamp> stamps = [];
        var faults = manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => Fault(directory, file.Key, file.Value, verify, stamps)).OfType<string>().ToList();
        // Files are opened later, too, when the working directory may be another.
        return faults.Count == 0
            ? new ModelPackage(Path.GetFullPath(directory), manifest, text, stamps)
            : throw new InputException($"the model package {directory}", faults);
    }

    /// <summary>The path of one of its files.</summary>
    public string PathOf(string file) => Path.Combine([Directory, .. file.Split('/')]);

    /// <summary>Writes a calibration of scores into the manifest, in place of one that was there; the other files, the rest of the manifest and <see cref="Fingerprint"/> stay as they are. The
    /// manifest is replaced in one step.</summary>
    /// <param name="calibration">The tables, as the reader of calibrations writes them; null to remove them.</param>
    /// <returns>The package as it is now.</returns>
    /// <exception cref="InputException">The folder no longer holds the package that was opened, or cannot be written to.</exception>
    public ModelPackage Calibrate(JsonElement? calibration)
    {
        var path = PathOf(ManifestFile);
        var text = Read(path);
        if (Hash(text) != _manifestHash) throw Changed();
        var calibrated = CalibrationPlace.With(text, calibration);
        // Whoever opens the package reads it so.
        ManifestText.Read(calibrated, path);
        AtomicFile.Write(path, stream => stream.Write(calibrated));
        return Open(Directory, verify: false);
    }

    /// <summary>Whether some files are those that were opened: a package may have been replaced since, had networks added, or been
    /// written to in place.</summary>
    internal bool StillHas(params string[] files)
    {
        try
        {
            var path = PathOf(ManifestFile);
            var text = Read(path);
            var now = Hash(text) == _manifestHash ? Manifest.Files : ManifestText.Read(text, path).Files;
            return Array.TrueForAll(files, file => now.GetValueOrDefault(file) == Manifest.Files[file] && IsAsOpened(file));
        }
        catch (Exception fault) when (fault is InputException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a folder holds this package's manifest, to the byte.</summary>
    internal bool HasManifestOf(string folder)
    {
        try
        {
            return Hash(Read(Path.Combine(folder, ManifestFile))) == _manifestHash;
        }
        catch (InputException)
        {
            return false;
        }
    }

    /// <summary>What is wrong where the folder no longer holds this package.</summary>
    internal InputException Changed(Exception? seen = null) => new($"{Directory} is no longer the package that was opened: another `btnet export`, `btnet quantize` or `btnet calibrate` ended meanwhile, or it was removed. It was left as it is now; run the command again", seen);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private bool IsAsOpened(string name)
    {
        if (SpecialFile.KindOf(PathOf(name)) is not null) return false;
        using var stream = Stream(PathOf(name));
        if (FileStamp.Of(stream) == _stamps[name]) return true;
        // Copied or written anew, such as where networks were added: the same bytes are the same model.
        return stream.Length == Manifest.Files[name].Bytes && FileHash.Of(stream) == Manifest.Files[name].Sha256;
    }

    private static FileStream Stream(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);

    /// <exception cref="InputException">It is no file, or none that may be read, or too long.</exception>
    internal static byte[] Read(string path)
    {
        SpecialFile.Refuse(path, "the manifest of a model package");
        try
        {
            using var stream = Stream(path);
            if (stream.Length > LongestManifest) throw new InputException($"{path} is no manifest of a model package: it has {stream.Length:N0} bytes. Export the model again");
            var text = new byte[stream.Length];
            stream.ReadExactly(text);
            return text;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({fault.Message}); expected a file that you may read", fault);
        }
    }

    private static string? Fault(string directory, string name, PackageFile expected, bool verify, Dictionary<string, FileStamp> stamps)
    {
        const string Again = "copy the package again, or export it again";
        var path = Path.Combine([directory, .. name.Split('/')]);
        try
        {
            if (!File.Exists(path)) return $"{name} is missing; {Again}";
            if (SpecialFile.KindOf(path) is { } kind) return $"{name} is {kind} and no regular file; {Again}";
            // Of what was opened: the path may be a link, whose length is its own.
            using var stream = Stream(path);
            stamps[name] = FileStamp.Of(stream);
            if (stream.Length != expected.Bytes) return $"{name} has {stream.Length:N0} bytes, expected {expected.Bytes:N0}: it is {(stream.Length < expected.Bytes ? "cut off" : "another file")}; {Again}";
            if (!verify) return null;
            var sha256 = FileHash.Of(stream);
            return sha256 == expected.Sha256 ? null : $"{name} is damaged: its SHA-256 is {sha256}, expected {expected.Sha256}; {Again}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{name} cannot be read ({fault.Message}); expected a file that you may read";
        }
    }
}
