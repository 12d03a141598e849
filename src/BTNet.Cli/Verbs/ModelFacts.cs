using System.Runtime.CompilerServices;
using System.Text.Json;
using BTNet.Evaluation.Reports.Html;
using BTNet.Models;
using BTNet.Resolutions;
using BTNet.Training;
using BTNet.Training.Checkpoints;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace BTNet.Cli.Verbs;

/// <summary>What a page says of a model beside what was measured.</summary>
/// <param name="Lines">Name and value each: what tells it from others, and what it was run by.</param>
/// <param name="Costs">What its paths cost; empty where nobody counted.</param>
/// <param name="TrainedOn">What it was trained on, by its own word; null where it does not say.</param>
internal sealed record ModelFacts(IReadOnlyList<(string Name, string Value)> Lines, IReadOnlyList<PathCost> Costs, string? TrainedOn)
{
    /// <summary>Of a package.</summary>
    public static ModelFacts Of(ModelPackage package, bool int8)
    {
        var manifest = package.Manifest;
        var paths = (int8 ? manifest.Int8 : null) ?? manifest.Graphs;
        return new ModelFacts(
            [("fingerprint", package.Fingerprint), ("trunk", manifest.Trunk), ("run by", OnnxRuntime)],
            [.. paths.Paths.OrderByDescending(path => path.Resolution).Select(path => new PathCost(path.Level(), path.MultiplyAccumulates, path.Parameters))],
            manifest.Provenance is { ValueKind: JsonValueKind.Object } provenance ? Data(provenance.EnumerateObject().Select(part => (part.Name, (JsonElement?)part.Value))) : null);
    }

    /// <summary>Of a checkpoint.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // what is said of a package needs nothing of torch
    public static ModelFacts Of(ModelDirectory model, TorchEmbedder embedder, torch.Device device) => new(
        [("trunk, SHA-256", model.TrunkFingerprint()), ("run by", $"torch {torch.__version__} on {device}, {torch.get_num_threads()} threads")],
        [.. embedder.Resolutions.Select(side => new PathCost(side, embedder.MultiplyAccumulates(side)))],
        Data(ModelSummary.Of(model).Parts.Where(part => part.Kind is "trunk" or "branch").Select(part => (Path.GetFileNameWithoutExtension(part.File), part.Provenance))));

    /// <summary>Of a recogniser as a bare ONNX file.</summary>
    public static ModelFacts OfOnnx(string file) => new([("fingerprint", Recogniser.FingerprintOf(file)), ("run by", OnnxRuntime)], [], null);

    private static string OnnxRuntime => $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, on the processor";

    /// <summary>What the parts of a model say they were trained on; parts of the same data together.</summary>
    private static string? Data(IEnumerable<(string Part, JsonElement? Provenance)> parts)
    {
        var known = parts.Select(part => (part.Part, Data: part.Provenance is { ValueKind: JsonValueKind.Object } said && said.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.String ? data.GetString() : null))
            .Where(part => part.Data is not null).OrderByDescending(part => part.Part == "trunk").GroupBy(part => part.Data).ToList();
        return known.Count switch
        {
            0 => null,
            1 => known[0].Key,
            _ => string.Join("; ", known.Select(group => $"{group.Key} ({string.Join(", ", group.Select(part => part.Part))})"))
        };
    }
}
