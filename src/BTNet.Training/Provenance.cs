using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using BTNet.Training.Kernels;
using TorchSharp;

namespace BTNet.Training;

/// <summary>Where a trained network comes from, as JSON kept inside its file.</summary>
internal static class Provenance
{
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Json(string recipe, string data, long steps, double seconds, int skipped, IReadOnlyDictionary<string, double> validation, IReadOnlyList<int> threads, MapForm form, string device, RunOrigin? origin = null) =>
        JsonSerializer.Serialize(new
        {
            recipe = JsonSerializer.Deserialize<JsonElement>(recipe),
            data,
            steps,
            seconds = Math.Round(seconds),
            skipped,
            validation,
            finished = DateTime.UtcNow.ToString("yyyy-MM-dd"),
            machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.RuntimeIdentifier}",
            torchThreads = threads,
            computedIn = form.ToString(),
            computedOn = device,
            torch = torch.__version__,
            version = typeof(Provenance).Assembly.GetName().Version?.ToString(3),
            origin = origin?.Written().ToDictionary()
        }, WithoutNulls);
}
