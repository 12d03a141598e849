namespace BTNet.Evaluation.Reports;

/// <summary>A line of comma-separated values (RFC 4180).</summary>
internal static class CsvLine
{
    /// <summary>The line, without its end.</summary>
    public static string Of(IEnumerable<string> fields) => string.Join(',', fields.Select(Quote));

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\n\r") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
