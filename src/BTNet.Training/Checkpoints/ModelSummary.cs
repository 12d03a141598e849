using System.Text.Json;

namespace BTNet.Training.Checkpoints;

/// <summary>A file of a checkpoint, as it describes itself.</summary>
/// <param name="File">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Kind"><c>trunk</c>, <c>branch</c> or <c>classifier</c>; null for the state of an unfinished training.</param>
/// <param name="Description">What is in it, in words.</param>
/// <param name="Provenance">How it came about; null where it does not say.</param>
public sealed record ModelPart(string File, long Bytes, string? Kind, string Description, JsonElement? Provenance);

/// <summary>What lies in a checkpoint folder, from the files' own headers; no weights are read.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Parts">Its files, by name.</param>
public sealed record ModelSummary(string Path, IReadOnlyList<ModelPart> Parts)
{
    /// <summary>Looks into a folder.</summary>
    /// <exception cref="InputException">There is no such folder, nothing of a checkpoint in it, or a damaged file.</exception>
    public static ModelSummary Of(ModelDirectory model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!Directory.Exists(model.Path)) throw new InputException($"{model.Path}: no such folder; expected one that `train trunk`, `import` or `demo` wrote");
        var files = Directory.GetFiles(model.Path, "*.safetensors").Order(StringComparer.Ordinal).ToList();
        return files.Count > 0
            ? new ModelSummary(model.Path, [.. files.Select(Part)])
            : throw new InputException($"{model.Path} holds no checkpoint; expected one that `train trunk`, `import` or `demo` wrote");
    }

    /// <summary>What one file says of itself.</summary>
    /// <exception cref="InputException">It is damaged.</exception>
    internal static ModelPart Part(string file)
    {
        var metadata = TensorFile.ReadMetadata(file);
        var kind = metadata.GetValueOrDefault("kind");
        var description = kind switch
        {
            "trunk" => $"trunk, {metadata.GetValueOrDefault("backbone")}",
            "branch" => $"branch for {metadata.GetValueOrDefault("resolution")} pixels, batch norms: {metadata.GetValueOrDefault("norms")}",
            "joinBranch" => $"branch for {metadata.GetValueOrDefault("resolution")} pixels, for a recogniser of others, at {metadata.GetValueOrDefault("join")}",
            "classifier" => $"classifier of {Json(metadata.GetValueOrDefault("identities"))?.GetArrayLength()} identities",
            _ when metadata.TryGetValue("step", out var step) => $"unfinished training, saved at step {step}",
            _ => "no file of a checkpoint"
        };
        return new ModelPart(System.IO.Path.GetFileName(file), new FileInfo(file).Length, kind, description, Json(metadata.GetValueOrDefault("provenance")));
    }

    private static JsonElement? Json(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
        }
        catch (JsonException)
        {
            return null; // what another program wrote there is not worth an error
        }
    }
}
