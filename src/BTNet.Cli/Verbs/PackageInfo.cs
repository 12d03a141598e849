using System.Globalization;
using System.Text.Json;
using BTNet.Cli.Output;
using BTNet.Models;
using BTNet.Resolutions;

namespace BTNet.Cli.Verbs;

/// <summary>What a model package is, for <c>btnet info</c>.</summary>
/// <param name="Path">The folder.</param>
/// <param name="FormatVersion">Of the package.</param>
/// <param name="Backbone">The trunk's network.</param>
/// <param name="Width">Channels of its first stage; null for a network that is not ours.</param>
/// <param name="EmbeddingSize">Numbers in an embedding.</param>
/// <param name="Fingerprint">Tells this package from every other.</param>
/// <param name="Trunk">Tells its trunk from every other.</param>
/// <param name="Recogniser">What the recogniser expects that others trained; null where the trunk is ours.</param>
/// <param name="Resolutions">The networks, the largest first.</param>
/// <param name="Int8">Resolutions with a network in 8-bit integers; null where there are none.</param>
/// <param name="Appearance">Grids by which faces are told by their pixels; null where that was not measured.</param>
/// <param name="Calibrated">Whether scores are calibrated.</param>
/// <param name="Scores">On whom and at which resolutions they are.</param>
/// <param name="Bytes">Of all files together.</param>
/// <param name="ChecksumsVerified">Whether the checksum of every file was compared; one that differs is a fault.</param>
/// <param name="Files">Every file beside the manifest.</param>
/// <param name="Provenance">How the model came about.</param>
internal sealed record PackageInfo(
    string Path, int FormatVersion, string Backbone, int? Width, int EmbeddingSize, string Fingerprint, string Trunk, PackageRecogniser? Recogniser, IReadOnlyList<PackagePath> Resolutions, IReadOnlyList<Resolution>? Int8, IReadOnlyList<PackageAppearance>? Appearance, bool Calibrated, string Scores,
    long Bytes, bool ChecksumsVerified, IReadOnlyList<PackageInfoFile> Files, JsonElement? Provenance)
{
    /// <summary>Opens a package and compares the checksums of all its files.</summary>
    /// <exception cref="InputException">It is damaged; every fault is named.</exception>
    public static PackageInfo Of(string folder)
    {
        var package = ModelPackage.Open(folder);
        var manifest = package.Manifest;
        return new PackageInfo(
            folder, manifest.FormatVersion, manifest.Backbone, manifest.Width, manifest.EmbeddingSize, package.Fingerprint, manifest.Trunk, manifest.Recogniser is { Input: { } input } recogniser ? new PackageRecogniser(recogniser.Graph, recogniser.Data, input) : null,
            [.. manifest.Graphs.Paths.OrderByDescending(path => path.Resolution).Select(path => new PackagePath(path.Level(), path.Parameters, path.MultiplyAccumulates, Faces(manifest, path)))],
            manifest.Int8 is { } int8 ? [.. int8.Paths.Select(path => path.Level()).OrderDescending()] : null, manifest.FaceAppearance is { } looks ? [.. looks.Select(look => new PackageAppearance(look.Grid, look.Faces))] : null, manifest.Calibration is not null, PackageCalibration.Describe(package),
            manifest.Files.Values.Sum(file => file.Bytes), ChecksumsVerified: true,
            [.. manifest.Files.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => new PackageInfoFile(file.Key, file.Value.Bytes, file.Value.Sha256))], manifest.Provenance);
    }

    /// <summary>For people.</summary>
    public void Tell(Terminal terminal)
    {
        terminal.Result(
            string.Create(CultureInfo.InvariantCulture, $"{Path}: a model package (format {FormatVersion}) of {Backbone} ({(Width is { } width ? $"width {width}, " : "")}embedding {EmbeddingSize}), {Bytes / 1e6:0.0} MB"),
            ["resolution", "parameters, M", "MMACs, whole path", "int8", "median norm of faces", "norm tells faces"],
            [.. Resolutions.Select(IReadOnlyList<string> (path) =>
            [
                path.Resolution.IsFull ? $"{path.Resolution} (trunk)" : path.Resolution.ToString(), Millions(path.Parameters, "0.000"), Millions(path.MultiplyAccumulates, "0.0"),
                Int8?.Contains(path.Resolution) == true ? "yes" : "no", path.Faces is { } faces ? Number(faces.MedianNorm, "0.0") : "not measured", NormTells(path.Faces)
            ])],
            ["A branch's parameters are its own; what it shares with the trunk counts there."]);
        terminal.Result(Appearance is { } looks
            ? $"what faces look like: learnt from {string.Join(" and ", looks.Select(look => $"{look.Faces} faces at {look.Grid} x {look.Grid}"))}; `embed` and `compare` doubt what looks otherwise"
            : Recogniser is not null ? "what faces look like: not learnt"
            : "what faces look like: not learnt; export with --faces and 200 or more photographs of people");
        terminal.Result($"checksums: all {Files.Count} files are as the manifest says");
        foreach (var file in Files) terminal.Result(string.Create(CultureInfo.InvariantCulture, $"  {file.Name}: {file.Bytes:N0} bytes, SHA-256 {file.Sha256}"));
        Recogniser?.Tell(terminal);
        terminal.Result($"trunk {Trunk}");
        terminal.Result($"fingerprint {Fingerprint}");
        terminal.Result($"scores: {Scores}");
        if (Provenance is not { ValueKind: JsonValueKind.Object } provenance)
        {
            terminal.Result("provenance: unknown");
            return;
        }

        foreach (var part in provenance.EnumerateObject())
        {
            terminal.Result($"provenance of {part.Name}:");
            if (part.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var entry in part.Value.EnumerateObject()) terminal.Result($"  {entry.Name}: {(entry.Value.ValueKind == JsonValueKind.String ? entry.Value : JsonSerializer.Serialize(entry.Value))}");
            }
            else
            {
                terminal.Result($"  {(part.Value.ValueKind == JsonValueKind.Null ? "unknown" : part.Value)}");
            }
        }
    }

    private static FaceStatistics? Faces(ModelManifest manifest, ResolutionGraph path) => manifest.FaceStatistics?.FirstOrDefault(faces => faces.Resolution == path.Resolution);

    private static string NormTells(FaceStatistics? faces) => faces switch
    {
        null => "not measured",
        { NonFacesBelow: { } below } => $"{(faces.NormTells ? "yes" : "no, not used")} ({Number(100 * below, "0")} % of non-faces below)",
        _ => "not measured, used"
    };

    private static string Millions(long? count, string format) => count is { } known ? Number(known / 1e6, format) : "not counted";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>The network of a resolution.</summary>
internal sealed record PackagePath(Resolution Resolution, long? Parameters, long? MultiplyAccumulates, FaceStatistics? Faces);

/// <summary>A recogniser that others trained, as it lies in the package.</summary>
internal sealed record PackageRecogniser(string Graph, IReadOnlyList<string>? Data, ForeignInput Input)
{
    /// <summary>For people.</summary>
    public void Tell(Terminal terminal)
    {
        terminal.Result($"recogniser of others: {Graph}{(Data is null ? "" : $" with {string.Join(", ", Data)}")}, as it was: '{Input.Input}' [{Input.Batch?.ToString(CultureInfo.InvariantCulture) ?? "N"}, 3, 112, 112] to '{Input.Output}'");
        terminal.Result($"  pixels: {Input.ColourOrder}, (p / 255 - mean) / std with mean {Numbers(Input.Mean)}, std {Numbers(Input.Std)}");
    }

    private static string Numbers(IEnumerable<float> values) => string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}

/// <summary>A grid by which faces are told, and how many it was learnt from.</summary>
internal sealed record PackageAppearance(int Grid, int Faces);

/// <summary>A file of a package.</summary>
internal sealed record PackageInfoFile(string Name, long Bytes, string Sha256);
