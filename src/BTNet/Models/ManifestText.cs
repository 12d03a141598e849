using System.Text.Json;

namespace BTNet.Models;

/// <summary>The manifest as the text of <c>btnet.json</c>.</summary>
internal static class ManifestText
{
    /// <summary>Reads a manifest and looks at what it says.</summary>
    /// <param name="text">The contents of <c>btnet.json</c>.</param>
    /// <param name="path">What the faults call it.</param>
    /// <exception cref="InputException">No manifest, one of a newer format, or one that contradicts itself.</exception>
    public static ModelManifest Read(ReadOnlySpan<byte> text, string path)
    {
        ModelManifest manifest;
        try
        {
            Version(text, path);
            manifest = JsonSerializer.Deserialize(text, ManifestJson.Default.ModelManifest) ?? throw new JsonException("it is null");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{path} is no manifest of a model package: {fault.Message.TrimEnd('.')}. Expected what `btnet export` writes; export the model again", fault);
        }

        var faults = ManifestFaults.Of(manifest).ToList();
        return faults.Count == 0 ? manifest : throw new InputException(path, faults);
    }

    /// <exception cref="InputException">Something is null in it that may not be, or a number is none.</exception>
    public static byte[] Write(ModelManifest manifest)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(manifest, ManifestJson.Default.ModelManifest);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            throw new InputException($"no manifest of a model package can be written of what is given: {fault.Message}", fault);
        }
    }

    /// <summary>Before all else: a newer version may say things that are unknown here.</summary>
    private static void Version(ReadOnlySpan<byte> text, string path)
    {
        var reader = new Utf8JsonReader(text);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || format.GetString() != ModelManifest.FormatName)
            throw new JsonException($"its \"format\" is not \"{ModelManifest.FormatName}\"");
        if (!root.TryGetProperty("formatVersion", out var number) || !number.TryGetInt32(out var version) || version < 1)
            throw new JsonException("its \"formatVersion\" is no whole number from 1");
        if (version > ModelManifest.NewestFormatVersion)
            throw new InputException($"{path} has format version {version}, and this program reads up to {ModelManifest.NewestFormatVersion}; take a newer BTNet, or export the model with this one");
    }
}
