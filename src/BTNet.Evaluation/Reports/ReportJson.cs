using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BTNet.Evaluation.Metrics;

namespace BTNet.Evaluation.Reports;

/// <summary>How reports are written as JSON.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>A report as text, with a line feed at its end.</summary>
    public static string Format(object report) => JsonSerializer.Serialize(report, Options) + "\n";

    /// <summary>An interval as an object.</summary>
    public static object Interval(ConfidenceInterval interval) => new { interval.Low, interval.High };

    /// <summary>What an open-set search finds, as an object.</summary>
    public static object Tpir(TpirAtFpir tpir) => new
    {
        Fpir = tpir.FalsePositiveRate, tpir.Value, Interval = tpir.Interval is { } interval ? Interval(interval) : null,
        // JSON has no infinity, which stands where everything may be returned.
        Threshold = tpir.Threshold is { } threshold && double.IsFinite(threshold) ? threshold : (double?)null, tpir.Reason
    };
}
