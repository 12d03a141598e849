using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BTNet.Resolutions;

namespace BTNet.Cli.Output;

/// <summary>How verbs print what they found for programs: indented, camelCase.</summary>
internal static class ResultJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new SideOfResolution() }
    };

    public static void Print(Terminal terminal, object value) => terminal.Raw(JsonSerializer.Serialize(value, Options) + "\n");

    private sealed class SideOfResolution : JsonConverter<Resolution>
    {
        public override Resolution Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Resolution.Of(reader.GetInt32());

        public override void Write(Utf8JsonWriter writer, Resolution value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Side);
    }
}
