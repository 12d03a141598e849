using System.Text.Json;
using BTNet.Resolutions;

namespace BTNet.Matching;

/// <summary>Calibrations as JSON, there and back.</summary>
internal static class CalibrationText
{
    public static CalibrationTable Read(ReadOnlySpan<byte> text, string where, string? networks)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            using var document = JsonDocument.ParseValue(ref reader);
            return Read(document.RootElement, where, networks);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw None(where, fault);
        }
    }

    public static CalibrationTable Read(JsonElement json, string where, string? networks)
    {
        CalibrationForm form;
        try
        {
            Version(json, where);
            form = json.Deserialize(CalibrationJson.Default.CalibrationForm) ?? throw new JsonException("it is null");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or FormatException)
        {
            throw None(where, fault);
        }

        if (CalibrationFaults.Of(form, networks).ToList() is { Count: > 0 } faults) throw new InputException(where, faults);
        return new CalibrationTable(form.Networks, [.. form.Pairs.Select(Of)], [.. (form.Quality ?? []).Select(QualityCalibration.Of)]);
    }

    public static JsonElement Write(CalibrationTable table) => JsonSerializer.SerializeToElement(Form(table), CalibrationJson.Default.CalibrationForm);

    public static CalibrationForm Form(CalibrationTable table) => new(CalibrationTable.FormatName, CalibrationTable.NewestVersion, table.Networks, [.. table.Pairs.Select(pair => new CalibrationForm.Pair(
        pair.Resolutions.Gallery.Side, pair.Resolutions.Probe.Side, pair.People, pair.IsByProbe, pair.Sizes, pair.Rates, pair.Tables.Values, pair.Tables.Low, pair.Tables.High,
        pair.Mates is { } mates ? new CalibrationForm.Mates(mates.People, [.. mates.Quantiles]) : null))], table.Quality.Count > 0 ? [.. table.Quality.Select(one => one.ToForm())] : null);

    private static ScoreCalibration Of(CalibrationForm.Pair pair) => new(
        new MatchedResolutions(Resolution.Of(pair.Gallery), Resolution.Of(pair.Probe)), pair.People, pair.ByProbe, pair.Sizes, pair.Rates, pair.Thresholds, pair.Low, pair.High,
        pair.Mates is { } mates ? new MateScores(mates.People, mates.Quantiles) : null);

    /// <summary>Before all else: a newer version may say things that are unknown here.</summary>
    private static void Version(JsonElement root, string where)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || format.GetString() != CalibrationTable.FormatName)
            throw new JsonException($"its \"format\" is not \"{CalibrationTable.FormatName}\"");
        if (!root.TryGetProperty("version", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var version) || version < 1) throw new JsonException("its \"version\" is no whole number from 1");
        if (version > CalibrationTable.NewestVersion)
            throw new InputException($"{where} has a calibration of version {version}, and this program reads up to {CalibrationTable.NewestVersion}; take a newer BTNet, or calibrate the model with this one");
    }

    private static InputException None(string where, Exception fault) => new($"{where} has no calibration that can be read: {fault.Message.TrimEnd('.')}. Calibrate the model again (`btnet calibrate`)", fault);
}
