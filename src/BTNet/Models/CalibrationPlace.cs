using System.Text.Json;

namespace BTNet.Models;

/// <summary>
/// Where in the text of a manifest its calibration stands. It is put in and taken out as text, so that everything else stays as it is to the byte, and a model has one
/// fingerprint whether or not, and however, its scores are calibrated: calibration changes no embedding.
/// </summary>
internal static class CalibrationPlace
{
    private const string Key = "calibration";

    /// <summary>The text without its calibration; the same text where it has none, or says it twice.</summary>
    /// <param name="text">A JSON object.</param>
    public static byte[] Without(byte[] text)
    {
        var reader = new Utf8JsonReader(text);
        reader.Read();
        // What lies between the end of one entry and that of the next is the next one's, with the comma in front of it.
        var (place, end, first) = ((Range?)null, (int)reader.BytesConsumed, true);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCalibration = reader.ValueTextEquals(Key);
            reader.Read();
            reader.Skip();
            var after = (int)reader.BytesConsumed;
            if (isCalibration && place is not null) return text;
            if (isCalibration) place = first && Comma(text, after) is { } comma ? new Range(end, comma + 1) : new Range(end, after);
            (end, first) = (after, false);
        }

        return place is { } range ? [.. text[..range.Start], .. text[range.End..]] : text;
    }

    /// <summary>The text with a calibration as its last entry, in place of one that was there.</summary>
    /// <param name="text">A JSON object with at least one entry.</param>
    /// <param name="calibration">JSON; null for none.</param>
    public static byte[] With(byte[] text, JsonElement? calibration)
    {
        var plain = Without(text);
        if (calibration is not { } value) return plain;
        var reader = new Utf8JsonReader(plain);
        var (end, depth) = (0, 0);
        while (reader.Read())
        {
            depth = reader.CurrentDepth;
            if (depth > 0 || reader.TokenType != JsonTokenType.EndObject) end = (int)reader.BytesConsumed;
        }

        return [.. plain[..end], .. ",\n  \"calibration\": "u8, .. JsonSerializer.SerializeToUtf8Bytes(value), .. plain[end..]];
    }

    private static int? Comma(byte[] text, int from)
    {
        while (from < text.Length && text[from] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') from++;
        return from < text.Length && text[from] == ',' ? from : null;
    }
}
