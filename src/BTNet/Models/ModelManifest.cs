using System.Text.Json;
using System.Text.Json.Serialization;
using BTNet.Resolutions;

namespace BTNet.Models;

/// <summary>What a model package says of itself: the contents of its <c>btnet.json</c>.</summary>
public sealed record ModelManifest
{
    /// <summary>What <see cref="Format"/> is.</summary>
    public const string FormatName = "btnet-model";

    /// <summary>The newest format version that is read here. Of a manifest the lowest is written that can say what it says.</summary>
    public const int NewestFormatVersion = 2;

    /// <summary>Since when a graph may be another's (<see cref="ResolutionGraph.Input"/>). An earlier program would give it pixels that it
    /// does not expect.</summary>
    internal const int ForeignFormatVersion = 2;

    /// <summary>Always <see cref="FormatName"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Version of the format, 1 or more.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The trunk's network, such as <c>iresnet50</c>; <c>onnx</c> for a recogniser that others trained.</summary>
    public required string Backbone { get; init; }

    /// <summary>Channels of its first stage; null for a network that is not ours.</summary>
    public int? Width { get; init; }

    /// <summary>Numbers in an embedding.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Tells the trunk from every other. Embeddings of models with one trunk compare with each other. Of a recogniser that others
    /// trained it is made of its files and of what is done to pixels: see <see cref="RecogniserPackage"/>.</summary>
    public required string Trunk { get; init; }

    /// <summary>What the graphs expect of pixels, but for those that say so themselves.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>The networks in single precision.</summary>
    public required ModelGraphs Graphs { get; init; }

    /// <summary>The networks in 8-bit integers; null where the package has none.</summary>
    public ModelGraphs? Int8 { get; init; }

    /// <summary>What faces look like to the model; null where it was not measured.</summary>
    public IReadOnlyList<FaceStatistics>? FaceStatistics { get; init; }

    /// <summary>What tells aligned faces by their pixels, a grid each; null where it was not measured.</summary>
    public IReadOnlyList<FaceAppearance>? FaceAppearance { get; init; }

    /// <summary>Tables of calibrated scores; null where the model was not calibrated.</summary>
    public JsonElement? Calibration { get; init; }

    /// <summary>How the model came about: recipes, data, machines; null where nothing is known.</summary>
    public JsonElement? Provenance { get; init; }

    /// <summary>Every other file of the package, by its name within it.</summary>
    public required IReadOnlyDictionary<string, PackageFile> Files { get; init; }

    /// <summary>The recogniser of others that this model is built on; null where the trunk is ours.</summary>
    [JsonIgnore]
    public ResolutionGraph? Recogniser => Graphs.Paths.FirstOrDefault(path => path.Input is not null);
}

/// <summary>Networks of one precision.</summary>
/// <param name="Weights">The file with their weights; null where every graph holds its own.</param>
/// <param name="Paths">A graph for each resolution, the largest first.</param>
public sealed record ModelGraphs([property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] StoredWeights? Weights, IReadOnlyList<ResolutionGraph> Paths);

/// <summary>The graph that faces of a resolution go through.</summary>
/// <param name="Resolution">Side of the faces: 112, 56, 28, 14 or 7.</param>
/// <param name="Graph">The ONNX file: <c>pixels [N, 3, r, r]</c> to <c>embedding [N, D]</c>, or what <paramref name="Input"/> says.</param>
/// <param name="FastGraph">The same network in operators that ONNX Runtime is quicker with on processors; null where there is none.</param>
/// <param name="Parameters">Numbers that are this resolution's own; null where nobody counted.</param>
/// <param name="MultiplyAccumulates">Of the whole path for one face; null where nobody counted.</param>
/// <param name="Input">What the graph expects where it is not of our making, at 112 only; null for ours.</param>
/// <param name="Data">Files beside such a graph that it takes weights from; null where it holds them all.</param>
public sealed record ResolutionGraph(
    int Resolution, string Graph, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? FastGraph, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? Parameters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] long? MultiplyAccumulates, ForeignInput? Input = null, IReadOnlyList<string>? Data = null)
{
    /// <summary>The resolution as a level of the pyramid.</summary>
    public Resolution Level() => BTNet.Resolutions.Resolution.Of(Resolution);

    /// <summary>The graph and the files that are its own.</summary>
    internal IEnumerable<string> OwnFiles => [Graph, .. Data ?? []];
}

/// <summary>One file that all graphs take their weights from.</summary>
/// <param name="File">Its name: 32-bit floats, little-endian.</param>
/// <param name="Index">The name of the file that says what lies where in it: see <see cref="WeightIndex"/>.</param>
public sealed record StoredWeights(string File, string Index);

/// <summary>What the graphs expect of pixels.</summary>
/// <param name="ColourOrder"><c>RGB</c>.</param>
/// <param name="Range">Values of a pixel as the graphs take them: <c>0-255</c>; mean and scale are within the graphs.</param>
/// <param name="Kernel">How faces of other sizes are brought to a branch's: <c>bilinear</c>, antialiased.</param>
/// <param name="Alignment">Where a face's points lie: <c>arcface</c>, the five-point template of 112 pixels and its reductions.</param>
public sealed record Preprocessing(string ColourOrder, string Range, string Kernel, string Alignment)
{
    /// <summary>What every network trained here expects.</summary>
    public static Preprocessing Standard { get; } = new("RGB", "0-255", "bilinear", "arcface");
}

/// <summary>What faces of a resolution look like to the model.</summary>
/// <param name="Resolution">Side of the faces.</param>
/// <param name="Faces">How many were looked at.</param>
/// <param name="MedianNorm">The median length of their raw embeddings.</param>
/// <param name="LowNorm">The length that one in a hundred is below.</param>
/// <param name="NonFacesBelow">The share, 0 to 1, of pictures of noise and of one colour that are below it; null where it was not measured.</param>
public sealed record FaceStatistics(int Resolution, int Faces, double MedianNorm, double LowNorm, double? NonFacesBelow = null)
{
    /// <summary>Whether the length tells faces from other pictures: at least half of those are below <see cref="LowNorm"/>, or nobody looked.</summary>
    [JsonIgnore]
    public bool NormTells => NonFacesBelow is null or >= 0.5;
}

/// <summary>A file of a package.</summary>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">SHA-256 of its bytes, 64 hexadecimal digits in lower case.</param>
public sealed record PackageFile(long Bytes, string Sha256);
