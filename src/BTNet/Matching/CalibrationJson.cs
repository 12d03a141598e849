using System.Text.Json.Serialization;

namespace BTNet.Matching;

/// <summary>The JSON form as it is written.</summary>
internal sealed record CalibrationForm(string Format, int Version, string Networks, IReadOnlyList<CalibrationForm.Pair> Pairs, IReadOnlyList<QualityCalibration.Form>? Quality = null)
{
    /// <summary>Two resolutions: <c>thresholds[size][rate]</c>, and the ends of their intervals.</summary>
    public sealed record Pair(
        int Gallery, int Probe, int People, bool ByProbe, IReadOnlyList<int> Sizes, IReadOnlyList<double> Rates, double[][] Thresholds, double[][] Low, double[][] High, Mates? Mates = null);

    /// <summary>Scores that 0, 5, ... 100 % of pairs of one person are at or below.</summary>
    public sealed record Mates(int People, double[] Quantiles);
}

/// <summary>Made when this is built, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CalibrationForm))]
internal sealed partial class CalibrationJson : JsonSerializerContext;
