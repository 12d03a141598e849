using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BTNet.Resolutions;

namespace BTNet.Models;

/// <summary>
/// Makes a model package around a recogniser that others trained: its ONNX file lies in the package byte for byte, so that faces of 112 pixels get the
/// embeddings that they had.
/// </summary>
public static class RecogniserPackage
{
    /// <summary>What <see cref="ModelManifest.Backbone"/> is.</summary>
    public const string Backbone = "onnx";

    /// <summary>Where a recogniser lies that has other files beside it, whose names may be any.</summary>
    private const string Folder = "r112/";

    private const string File = "r112.onnx";

    /// <summary>Copies a recogniser into a package: <c>r112.onnx</c>, or where it takes weights from files beside it <c>r112/r112.onnx</c> and these
    /// under their own names in <c>r112</c>.</summary>
    /// <param name="draft">The package.</param>
    /// <param name="onnx">The recogniser's ONNX file.</param>
    /// <param name="input">What it expects; see <see cref="Inference.RecogniserShape"/> for what can be found out.</param>
    /// <param name="multiplyAccumulates">Of the network for one face; null where nobody counted.</param>
    /// <returns>The graph for 112 pixels.</returns>
    /// <exception cref="InputException">The input cannot be, or the file is no ONNX file, takes weights from a file that is not there or lies outside of its folder,
    /// or cannot be copied.</exception>
    public static ResolutionGraph Add(PackageDraft draft, string onnx, ForeignInput input, long? multiplyAccumulates = null)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentException.ThrowIfNullOrEmpty(onnx);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Faults().ToList() is { Count: > 0 } faults) throw new InputException(onnx, faults);
        var weights = OnnxWeights.Read(onnx);
        var home = Path.GetDirectoryName(Path.GetFullPath(onnx))!;
        var data = DataOf(weights, onnx);
        if (data.Contains(File)) throw new InputException($"{onnx} takes weights from a file of the name '{File}', which a package calls the graph; export the recogniser with its weights under another name");
        var folder = data.Count > 0 ? Folder : "";
        Copy(draft, folder + File, onnx);
        foreach (var name in data) Copy(draft, folder + name, Path.Combine([home, .. name.Split('/')]));
        return new ResolutionGraph(Resolution.Full.Side, folder + File, FastGraph: null, weights.Parameters, multiplyAccumulates, input, data.Count > 0 ? [.. data.Select(name => folder + name)] : null);
    }

    /// <summary>What such a package says of itself; what was measured is added with <c>with</c>.</summary>
    /// <param name="draft">The package, with all its files.</param>
    /// <param name="recogniser">As <see cref="Add"/> gave it.</param>
    /// <param name="embeddingSize">Numbers in an embedding.</param>
    /// <param name="branches">Graphs of our making for other resolutions.</param>
    /// <param name="weights">Where their weights are; null where there are none.</param>
    /// <param name="provenance">How it came about; null where nothing is known.</param>
    public static ModelManifest Manifest(
        PackageDraft draft, ResolutionGraph recogniser, int embeddingSize, IEnumerable<ResolutionGraph>? branches = null, StoredWeights? weights = null, JsonElement? provenance = null)
    {
        ArgumentNullException.ThrowIfNull(draft);
        ArgumentNullException.ThrowIfNull(recogniser);
        return new ModelManifest
        {
            Format = ModelManifest.FormatName, FormatVersion = ModelManifest.NewestFormatVersion, Backbone = Backbone, EmbeddingSize = embeddingSize,
            Trunk = TrunkOf(recogniser, draft.Files), Preprocessing = Preprocessing.Standard, Provenance = provenance, Files = draft.Files,
            Graphs = new ModelGraphs(weights, [recogniser, .. (branches ?? []).OrderByDescending(branch => branch.Resolution)])
        };
    }

    /// <summary>Writes a package of a recogniser alone: <see cref="Add"/>, <see cref="Manifest"/> and <see cref="PackageDraft.Describe"/>.</summary>
    /// <exception cref="InputException">As there.</exception>
    public static ModelManifest Write(PackageDraft draft, string onnx, ForeignInput input, int embeddingSize)
    {
        var manifest = Manifest(draft, Add(draft, onnx, input), embeddingSize);
        draft.Describe(manifest);
        return manifest;
    }

    /// <summary>
    /// Tells a recogniser from every other: SHA-256 of a text in UTF-8, with a line feed after each line. The first is the SHA-256 of the ONNX file, then for each file
    /// with weights beside it, by name, its SHA-256, a space and its name; then the output, the colour order, and mean and std, numbers apart by spaces and as short as
    /// they can be read back.
    /// </summary>
    internal static string TrunkOf(ResolutionGraph recogniser, IReadOnlyDictionary<string, PackageFile> files)
    {
        var input = recogniser.Input!;
        var home = recogniser.Graph.LastIndexOf('/') + 1;
        var data = (recogniser.Data ?? []).Order(StringComparer.Ordinal).Select(name => $"{files[name].Sha256} {(name.Length > home ? name[home..] : name)}");
        string[] lines = [files[recogniser.Graph].Sha256, .. data, input.Output, input.ColourOrder, Numbers(input.Mean), Numbers(input.Std)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line}\n")))));
    }

    /// <summary>The files that an ONNX file takes weights from, as paths from its folder.</summary>
    /// <exception cref="InputException">One lies outside of it, or is not there.</exception>
    internal static IReadOnlyList<string> DataOf(OnnxWeights weights, string onnx)
    {
        // The same file may be called otherwise by another tensor.
        var names = weights.Locations.Select(location => (Location: location, Name: string.Join('/', location.Split('/').Where(part => part != ".")))).ToList();
        if (names.FirstOrDefault(one => !ManifestFaults.IsWithin(one.Name)) is { Location: { } outside })
            throw new InputException($"{onnx} takes weights from '{outside}', which is no file within its folder; expected files beside it, named by relative paths");
        var home = Path.GetDirectoryName(Path.GetFullPath(onnx))!;
        string[] data = [.. names.Select(one => one.Name).Distinct(StringComparer.Ordinal)];
        return data.FirstOrDefault(name => !System.IO.File.Exists(Path.Combine([home, .. name.Split('/')]))) is { } missing
            ? throw new InputException($"{onnx} takes weights from '{missing}', which is not beside it; expected the file as the export wrote it, in {home}")
            : data;
    }

    private static string Numbers(IEnumerable<float> values) => string.Join(' ', values.Select(ForeignInput.Text));

    private static void Copy(PackageDraft draft, string name, string from)
    {
        SpecialFile.Refuse(from, "weights of a recogniser");
        try
        {
            using var source = System.IO.File.OpenRead(from);
            draft.Add(name, source.CopyTo);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{from}: cannot be read ({fault.Message}); expected a file that you may read", fault);
        }
    }
}
